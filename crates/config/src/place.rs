//! Where the service is: an endpoint, and the region that signatures name.

use std::cmp::Ordering;

use ossum_types::{Endpoint, Network, Region, Scheme};

use crate::error::Error;
use crate::key::Key;
use crate::layer::Layers;

/// The place of the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) endpoint: Endpoint,
    /// Where it is absent the endpoint tells.
    pub(crate) region: Option<Region>,
}

impl Place {
    /// Follows region from endpoint and endpoint from region, whichever is given; both given stay
    /// as they are. Where they come from different layers and contradict each other, only the one
    /// that counts first does.
    pub(crate) fn find(layers: &Layers, network: Option<Network>) -> Result<Self, Error> {
        let mut region: Option<Region> = layers.value(Key::Region)?;
        let mut endpoint: Option<Endpoint> = layers.value(Key::Endpoint)?;
        let told = endpoint.as_ref().and_then(Endpoint::region);
        if told.is_some() && told != region {
            match layers.rank(Key::Endpoint).cmp(&layers.rank(Key::Region)) {
                Ordering::Less if region.is_some() => region = None,
                Ordering::Greater if region.is_some() => endpoint = None,
                _ => {}
            }
        }
        let endpoint = match (endpoint, &region) {
            (Some(endpoint), _) => on_network(endpoint, region.as_ref(), network)?,
            (None, Some(region)) => Endpoint::of_region(region, network.unwrap_or(Network::Public)),
            (None, None) => return Err(Error::NoPlace),
        };
        Ok(Self { endpoint, region })
    }
}

/// The endpoint of the same region on `network`.
fn on_network(
    endpoint: Endpoint,
    region: Option<&Region>,
    network: Option<Network>,
) -> Result<Endpoint, Error> {
    let Some(network) = network else {
        return Ok(endpoint);
    };
    let Some(told) = endpoint.region() else {
        let network = name(network);
        return Err(Error::NoOtherNetwork {
            endpoint: Box::new(endpoint),
            network,
        });
    };
    let there = Endpoint::of_region(region.unwrap_or(&told), network);
    Ok(match endpoint.scheme() {
        Scheme::Https => there,
        Scheme::Http => in_the_clear(&there).unwrap_or(there),
    })
}

fn in_the_clear(endpoint: &Endpoint) -> Option<Endpoint> {
    Endpoint::parse(endpoint.authority(), Scheme::Http).ok()
}

fn name(network: Network) -> &'static str {
    match network {
        Network::Public => "public",
        Network::Internal => "internal",
        Network::DualStack => "dual-stack",
        Network::Accelerate | Network::AccelerateOverseas => "accelerated",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Flags;

    fn place(endpoint: &str, region: &str, network: Option<Network>) -> Result<Place, Error> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let flags = Flags {
            endpoint: given(endpoint),
            region: given(region),
            ..Flags::default()
        };
        Place::find(&Layers::new(vec![flags.layer()]), network)
    }

    fn endpoint(endpoint: &str, region: &str, network: Option<Network>) -> String {
        place(endpoint, region, network)
            .unwrap()
            .endpoint
            .to_string()
    }

    #[test]
    fn the_endpoint_follows_from_the_region_and_the_network() {
        for (network, expected) in [
            (None, "https://oss-cn-hangzhou.aliyuncs.com"),
            (
                Some(Network::Internal),
                "https://oss-cn-hangzhou-internal.aliyuncs.com",
            ),
            (
                Some(Network::Accelerate),
                "https://oss-accelerate.aliyuncs.com",
            ),
        ] {
            assert_eq!(endpoint("", "cn-hangzhou", network), expected);
            assert_eq!(endpoint("", "oss-cn-hangzhou", network), expected);
        }
    }

    #[test]
    fn a_well_known_endpoint_moves_to_the_network_and_keeps_its_scheme() {
        let public = "http://oss-cn-beijing.aliyuncs.com";
        let internal = "http://oss-cn-beijing-internal.aliyuncs.com";
        assert_eq!(endpoint(public, "", Some(Network::Internal)), internal);
    }

    #[test]
    fn any_other_endpoint_has_no_internal_form() {
        let refused = place(
            "http://127.0.0.1:9000",
            "cn-hangzhou",
            Some(Network::Internal),
        );
        assert!(matches!(refused, Err(Error::NoOtherNetwork { .. })));
    }

    #[test]
    fn an_endpoint_with_a_region_stays_as_it_is() {
        let both = place("http://127.0.0.1:9000", "cn-beijing", None).unwrap();
        assert_eq!(both.endpoint.to_string(), "http://127.0.0.1:9000");
        assert_eq!(both.region, "cn-beijing".parse().ok());
    }

    #[test]
    fn of_two_layers_that_contradict_each_other_the_first_says_where() {
        let with = |endpoint: Option<&str>, region: Option<&str>| {
            let flags = Flags {
                endpoint: endpoint.map(str::to_owned),
                region: region.map(str::to_owned),
                ..Flags::default()
            };
            flags.layer()
        };
        let found = |first, second| Place::find(&Layers::new(vec![first, second]), None).unwrap();
        let hangzhou = with(Some("oss-cn-hangzhou.aliyuncs.com"), None);
        let beijing = with(None, Some("cn-beijing"));
        let moved = found(beijing.clone(), hangzhou.clone());
        let endpoint = moved.endpoint.to_string();
        assert_eq!(endpoint, "https://oss-cn-beijing.aliyuncs.com");
        let named = found(hangzhou, beijing.clone());
        let endpoint = named.endpoint.to_string();
        assert_eq!(endpoint, "https://oss-cn-hangzhou.aliyuncs.com");
        assert_eq!(named.region, None);
        let elsewhere = found(beijing, with(Some("http://127.0.0.1:9000"), None));
        assert_eq!(elsewhere.endpoint.to_string(), "http://127.0.0.1:9000");
        assert_eq!(elsewhere.region, "cn-beijing".parse().ok());
    }

    #[test]
    fn nothing_at_all_is_an_error() {
        assert!(matches!(place("", "", None), Err(Error::NoPlace)));
    }

    #[test]
    fn an_accelerated_endpoint_keeps_the_region_that_was_given() {
        let place = place("", "cn-beijing", Some(Network::Accelerate)).unwrap();
        assert_eq!(place.region, "cn-beijing".parse().ok());
    }
}
