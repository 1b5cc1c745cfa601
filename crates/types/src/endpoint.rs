use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use crate::{BucketName, Invalid, Region};

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
        Self {
            scheme: Scheme::Https,
            host: EndpointHost::Name(name),
            port: None,
        }
    }

    /// Parses `text`, taking `default` where it names no scheme.
    ///
    /// # Errors
    /// [`Invalid`] for another scheme, a user, a path or a query, or a host that is none.
    pub fn parse(text: &str, default: Scheme) -> Result<Self, Invalid> {
        let refuse = |reason: &'static str| Invalid::new("endpoint", redact_user(text), reason);
        let trimmed = text.trim();
        let (scheme, rest) = match trimmed.split_once("://") {
            None => (default, trimmed),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            Some(_) => return Err(refuse("its scheme is https:// or http://")),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err(refuse("credentials do not belong in an endpoint"));
        }
        if authority.contains(['/', '?', '#']) {
            return Err(refuse(
                "it is a host, with no bucket, path or query behind it",
            ));
        }
        let (host, port) = split_port(authority).ok_or_else(|| refuse("its port is no number"))?;
        let host =
            parse_host(host).ok_or_else(|| refuse("write a host: oss-cn-hangzhou.aliyuncs.com"))?;
        Ok(Self { scheme, host, port })
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
    pub fn authority(&self) -> String {
        match (&self.host, self.port) {
            (EndpointHost::Ip(IpAddr::V6(ip)), None) => format!("[{ip}]"),
            (EndpointHost::Ip(IpAddr::V6(ip)), Some(port)) => format!("[{ip}]:{port}"),
            (host, None) => host.to_string(),
            (host, Some(port)) => format!("{host}:{port}"),
        }
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

/// What precedes an `@` may be a password: an error message leaves it out.
fn redact_user(text: &str) -> &str {
    text.rsplit_once('@').map_or(text, |(_, host)| host)
}

fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Some((authority, None));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => {
            let digits = port.bytes().all(|b| b.is_ascii_digit());
            let port = port.parse().ok().filter(|port| digits && *port != 0)?;
            Some((host, Some(port)))
        }
        _ => Some((authority, None)),
    }
}

fn parse_host(host: &str) -> Option<EndpointHost> {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    if let Ok(ip) = bare.parse::<IpAddr>() {
        return Some(EndpointHost::Ip(ip));
    }
    let name = host.to_ascii_lowercase();
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
    };
    let relative = name.strip_suffix('.').unwrap_or(&name);
    (relative.len() <= 253 && relative.split('.').all(is_label))
        .then(|| EndpointHost::Name(relative.to_owned()))
}

impl FromStr for Endpoint {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text, Scheme::Https)
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
    fn every_usual_spelling_is_understood() {
        for (text, shown) in [
            (
                "oss-cn-hangzhou.aliyuncs.com",
                "https://oss-cn-hangzhou.aliyuncs.com",
            ),
            ("HTTP://127.0.0.1:9000/", "http://127.0.0.1:9000"),
            ("localhost:9000", "https://localhost:9000"),
            ("::1", "https://[::1]"),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("files.example.com.", "https://files.example.com"),
        ] {
            assert_eq!(endpoint(text).to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_bare_host_is_refused() {
        for bad in [
            "",
            "https://",
            "ftp://x",
            "x/bucket",
            "x?y",
            "x:0",
            "x:+1",
            "x:port",
            "a b",
            "http://a..b",
            "[::1",
            "x:99999",
        ] {
            assert!(bad.parse::<Endpoint>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_password_in_an_endpoint_is_refused_and_not_repeated() {
        let message = "https://ak:secret@host"
            .parse::<Endpoint>()
            .unwrap_err()
            .to_string();
        assert!(!message.contains("secret"), "{message}");
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
