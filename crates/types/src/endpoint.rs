mod parse;

use std::fmt;
use std::net::IpAddr;

use crate::{BucketName, Region};

/// How an endpoint is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// Over TLS; the default.
    Https,
    /// In the clear.
    Http,
}

impl Scheme {
    /// `https` or `http`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Https => "https",
            Self::Http => "http",
        }
    }
}

/// The host part of an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum EndpointHost {
    /// A DNS name, in lower case.
    Name(String),
    /// An IP address, which takes path-style addressing.
    Ip(IpAddr),
}

/// Which of a region's endpoints is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Network {
    /// `oss-{region}.aliyuncs.com`, from anywhere.
    Public,
    /// `oss-{region}-internal.aliyuncs.com`, from inside Alibaba Cloud.
    Internal,
    /// `{region}.oss.aliyuncs.com`, over IPv4 and IPv6.
    DualStack,
    /// `oss-accelerate.aliyuncs.com`, through the nearest point of presence.
    Accelerate,
    /// `oss-accelerate-overseas.aliyuncs.com`, the same outside mainland China.
    AccelerateOverseas,
}

/// The address of a service: scheme, host and port, without a bucket.
///
/// Parsed from `host`, `host:port` or `scheme://host:port`; without a scheme it is HTTPS.
/// The well-known host names are those of the official documentation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    scheme: Scheme,
    host: EndpointHost,
    port: Option<u16>,
    /// The latter two, as every request names them.
    authority: Box<str>,
}

const DOMAIN: &str = ".aliyuncs.com";

impl Endpoint {
    /// The endpoint of `region` for callers on `network`, over HTTPS.
    pub fn of_region(region: &Region, network: Network) -> Self {
        let name = match network {
            Network::Public => format!("oss-{region}{DOMAIN}"),
            Network::Internal => format!("oss-{region}-internal{DOMAIN}"),
            Network::DualStack => format!("{region}.oss{DOMAIN}"),
            Network::Accelerate => format!("oss-accelerate{DOMAIN}"),
            Network::AccelerateOverseas => format!("oss-accelerate-overseas{DOMAIN}"),
        };
        Self::new(Scheme::Https, EndpointHost::Name(name), None)
    }

    fn new(scheme: Scheme, host: EndpointHost, port: Option<u16>) -> Self {
        let authority = match (&host, port) {
            (EndpointHost::Ip(IpAddr::V6(ip)), None) => format!("[{ip}]"),
            (EndpointHost::Ip(IpAddr::V6(ip)), Some(port)) => format!("[{ip}]:{port}"),
            (host, None) => host.to_string(),
            (host, Some(port)) => format!("{host}:{port}"),
        };
        Self {
            scheme,
            host,
            port,
            authority: authority.into(),
        }
    }

    /// The scheme.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The host.
    pub fn host(&self) -> &EndpointHost {
        &self.host
    }

    /// The port, where it is not the scheme's own.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// `host` or `host:port`, IPv6 addresses in brackets.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// `bucket.host` or `bucket.host:port`: where a bucket is in virtual-host addressing.
    pub fn authority_of(&self, bucket: &BucketName) -> String {
        format!("{bucket}.{}", self.authority())
    }

    /// Whether it is this machine: a loopback address, or the name `localhost`.
    pub fn is_loopback(&self) -> bool {
        match &self.host {
            EndpointHost::Ip(ip) => ip.is_loopback(),
            EndpointHost::Name(name) => name == "localhost" || name.ends_with(".localhost"),
        }
    }

    /// The region that a well-known host name tells; `None` for any other host.
    pub fn region(&self) -> Option<Region> {
        let service = self.well_known()?;
        let region = if let Some(dual_stack) = service.strip_suffix(".oss") {
            dual_stack
        } else {
            let region = service.strip_prefix("oss-")?;
            region.strip_suffix("-internal").unwrap_or(region)
        };
        // `oss-accelerate` and what has more labels name no region.
        if region.starts_with("accelerate") || region.contains('.') {
            return None;
        }
        region.parse().ok()
    }

    /// The ID of the CloudBox whose host name this is: signatures name it in place of the region.
    pub fn cloud_box_id(&self) -> Option<&str> {
        let labels: Vec<&str> = self.well_known()?.split('.').collect();
        match labels.as_slice() {
            [id, _region, "oss-cloudbox" | "oss-cloudbox-control"] if id.starts_with("cb-") => {
                Some(id)
            }
            _ => None,
        }
    }

    /// The host name without the domain of the service, if it is in it.
    fn well_known(&self) -> Option<&str> {
        match &self.host {
            EndpointHost::Name(name) => name.strip_suffix(DOMAIN),
            EndpointHost::Ip(_) => None,
        }
    }
}

impl fmt::Display for EndpointHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Ip(ip) => ip.fmt(f),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.authority())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn endpoint(text: &str) -> Endpoint {
        text.parse().unwrap()
    }

    #[test]
    fn region_and_endpoint_follow_from_each_other() {
        let region: Region = "cn-hangzhou".parse().unwrap();
        for network in [Network::Public, Network::Internal, Network::DualStack] {
            let endpoint = Endpoint::of_region(&region, network);
            assert_eq!(endpoint.region(), Some(region.clone()), "{endpoint}");
        }
        for none in [
            "oss-accelerate.aliyuncs.com",
            "oss-accelerate-overseas.aliyuncs.com",
            "example.com",
            "127.0.0.1",
        ] {
            assert_eq!(endpoint(none).region(), None, "{none}");
        }
    }

    #[test]
    fn a_cloud_box_host_tells_its_id() {
        let cloud_box = endpoint("cb-abc123.cn-hangzhou.oss-cloudbox.aliyuncs.com");
        assert_eq!(cloud_box.cloud_box_id(), Some("cb-abc123"));
        assert_eq!(cloud_box.region(), None);
        assert_eq!(
            endpoint("oss-cn-hangzhou.aliyuncs.com").cloud_box_id(),
            None
        );
    }

    #[test]
    fn a_bucket_stands_before_the_host() {
        let bucket = "bucket".parse().unwrap();
        assert_eq!(
            endpoint("localhost:9000").authority_of(&bucket),
            "bucket.localhost:9000"
        );
    }

    #[test]
    fn loopback_is_recognised() {
        assert!(endpoint("127.0.0.1").is_loopback());
        assert!(endpoint("[::1]:9000").is_loopback());
        assert!(endpoint("localhost").is_loopback());
        assert!(!endpoint("localhost.example.com").is_loopback());
    }
}
