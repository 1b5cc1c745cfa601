//! Where a request goes: the address of a resource on the wire.
//!
//! What a signature covers is not this address: it names the bucket in every style.

use std::fmt;
use std::str::FromStr;

use http::Uri;
use ossum_types::{BucketName, Endpoint, EndpointHost, Invalid, ObjectKey};

use crate::encode;

/// How an address names the bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Addressing {
    /// Virtual host, or path where no name can stand before the endpoint's: an IP address,
    /// `localhost` (whose subdomains do not resolve everywhere), and a name of one label.
    #[default]
    Auto,
    /// `bucket.endpoint/key`. Public endpoints demand it.
    VirtualHost,
    /// `endpoint/bucket/key`.
    Path,
    /// `endpoint/key`: the endpoint is a domain of one's own that is bound to the bucket.
    Cname,
}

/// An address that cannot be written, since it is longer than 65,534 bytes.
#[derive(Debug, thiserror::Error)]
#[error("the address of the request is too long")]
pub struct AddressError(#[source] http::Error);

impl Addressing {
    /// The address of the object `key`, or of `bucket` without one, or of the service.
    ///
    /// Path and query are encoded as they are signed; nothing in a key is normalised.
    /// An IP address takes the path style, whatever was asked, as in the official SDKs.
    ///
    /// # Errors
    /// [`AddressError`] for a query that makes it too long.
    pub fn uri(
        self,
        endpoint: &Endpoint,
        bucket: Option<&BucketName>,
        key: Option<&ObjectKey>,
        query: &[(String, String)],
    ) -> Result<Uri, AddressError> {
        let style = self.for_host(endpoint);
        Uri::builder()
            .scheme(endpoint.scheme().as_str())
            .authority(style.authority(endpoint, bucket))
            .path_and_query(style.path_and_query(bucket, key, query))
            .build()
            .map_err(AddressError)
    }

    /// The style that is used at `endpoint`; never [`Addressing::Auto`].
    fn for_host(self, endpoint: &Endpoint) -> Self {
        match (endpoint.host(), self) {
            (EndpointHost::Ip(_), _) => Self::Path,
            (EndpointHost::Name(name), Self::Auto) => {
                if endpoint.is_loopback() || !name.contains('.') {
                    Self::Path
                } else {
                    Self::VirtualHost
                }
            }
            (EndpointHost::Name(_), chosen) => chosen,
        }
    }

    fn authority(self, endpoint: &Endpoint, bucket: Option<&BucketName>) -> String {
        match (self, bucket) {
            (Self::VirtualHost, Some(bucket)) => endpoint.authority_of(bucket),
            _ => endpoint.authority().to_owned(),
        }
    }

    fn path_and_query(
        self,
        bucket: Option<&BucketName>,
        key: Option<&ObjectKey>,
        query: &[(String, String)],
    ) -> String {
        let mut written = String::from("/");
        if let (Self::Path, Some(bucket)) = (self, bucket) {
            written.push_str(bucket.as_str());
            written.push('/');
        }
        if let Some(key) = key {
            written.push_str(&encode::path(key.as_str()));
        }
        if !query.is_empty() {
            written.push('?');
            written.push_str(&encode::query(query));
        }
        written
    }
}

impl FromStr for Addressing {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text {
            "auto" => Ok(Self::Auto),
            "virtual" => Ok(Self::VirtualHost),
            "path" => Ok(Self::Path),
            "cname" => Ok(Self::Cname),
            _ => Err(Invalid::new(
                "addressing",
                text,
                "it is auto, virtual, path or cname",
            )),
        }
    }
}

impl fmt::Display for Addressing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Auto => "auto",
            Self::VirtualHost => "virtual",
            Self::Path => "path",
            Self::Cname => "cname",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: &str = "oss-cn-hangzhou.aliyuncs.com";

    fn address(addressing: Addressing, endpoint: &str, bucket: &str, key: &str) -> String {
        let bucket = bucket.parse::<BucketName>().ok();
        let key = key.parse::<ObjectKey>().ok();
        addressing
            .uri(
                &endpoint.parse().unwrap(),
                bucket.as_ref(),
                key.as_ref(),
                &[],
            )
            .unwrap()
            .to_string()
    }

    #[test]
    fn each_style_names_the_bucket_in_its_place() {
        for (style, object, bucket, service) in [
            (
                Addressing::VirtualHost,
                "https://bkt.oss-cn-hangzhou.aliyuncs.com/a/b",
                "https://bkt.oss-cn-hangzhou.aliyuncs.com/",
                "https://oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                Addressing::Path,
                "https://oss-cn-hangzhou.aliyuncs.com/bkt/a/b",
                "https://oss-cn-hangzhou.aliyuncs.com/bkt/",
                "https://oss-cn-hangzhou.aliyuncs.com/",
            ),
            (
                Addressing::Cname,
                "https://oss-cn-hangzhou.aliyuncs.com/a/b",
                "https://oss-cn-hangzhou.aliyuncs.com/",
                "https://oss-cn-hangzhou.aliyuncs.com/",
            ),
        ] {
            assert_eq!(address(style, PUBLIC, "bkt", "a/b"), object);
            assert_eq!(address(style, PUBLIC, "bkt", ""), bucket);
            assert_eq!(address(style, PUBLIC, "", ""), service);
        }
    }

    #[test]
    fn a_host_that_can_have_no_subdomain_takes_the_path_style() {
        for (endpoint, wanted) in [
            ("http://localhost:9000", "http://localhost:9000/bkt/k"),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000/bkt/k"),
            ("http://[::1]:9000", "http://[::1]:9000/bkt/k"),
            ("http://storage", "http://storage/bkt/k"),
            (PUBLIC, "https://bkt.oss-cn-hangzhou.aliyuncs.com/k"),
        ] {
            assert_eq!(address(Addressing::Auto, endpoint, "bkt", "k"), wanted);
        }
    }

    #[test]
    fn an_ip_address_takes_the_path_style_whatever_was_asked() {
        for style in [Addressing::VirtualHost, Addressing::Cname] {
            assert_eq!(
                address(style, "http://10.0.0.1", "bkt", "k"),
                "http://10.0.0.1/bkt/k"
            );
        }
    }

    #[test]
    fn a_query_follows_and_an_endless_one_is_refused() {
        let endpoint: Endpoint = PUBLIC.parse().unwrap();
        let pair = |value: &str| vec![("a b".to_owned(), value.to_owned())];
        let uri = |query: &[(String, String)]| Addressing::Auto.uri(&endpoint, None, None, query);
        assert_eq!(uri(&pair("+")).unwrap().query(), Some("a%20b=%2B"));
        assert!(uri(&pair(&"x".repeat(70_000))).is_err());
    }

    #[test]
    fn the_words_of_the_command_line_are_understood() {
        for word in ["auto", "virtual", "path", "cname"] {
            assert_eq!(word.parse::<Addressing>().unwrap().to_string(), word);
        }
        assert!("host".parse::<Addressing>().is_err());
    }
}
