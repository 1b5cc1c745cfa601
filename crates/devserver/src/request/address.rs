use std::collections::BTreeMap;
use std::net::IpAddr;

use http::StatusCode;
use ossum_types::{BucketName, ObjectKey};

use super::encoding::decode;
use crate::refusal::Refusal;

/// What a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// The service as a whole.
    Service,
    /// A bucket.
    Bucket(BucketName),
    /// An object in a bucket.
    Object(BucketName, ObjectKey),
}

/// The host names under which this server answers.
#[derive(Debug, Clone)]
pub(crate) struct HostNames {
    own: Vec<String>,
    cnames: BTreeMap<String, BucketName>,
}

impl HostNames {
    pub(crate) fn new(own: &[String], cnames: &BTreeMap<String, BucketName>) -> Self {
        let own = own.iter().map(|name| name.to_ascii_lowercase());
        let lower =
            |(name, bucket): (&String, &BucketName)| (name.to_ascii_lowercase(), bucket.clone());
        Self {
            own: own.chain(["localhost".to_owned()]).collect(),
            cnames: cnames.iter().map(lower).collect(),
        }
    }

    /// The bucket that `host` names, or `None` if the path names it.
    ///
    /// An address is never a bucket's name, nor is a host we do not know: both take path style.
    fn bucket_of<'h>(&'h self, host: &'h str) -> Option<&'h str> {
        if is_address(host) {
            return None;
        }
        if let Some(bucket) = self.cnames.get(host) {
            return Some(bucket.as_str());
        }
        let own = self.own.iter().find_map(|name| before(host, name));
        own.or_else(|| before_official(host))
    }
}

impl Target {
    /// Finds out what a request to `host` for the raw `path` is about.
    ///
    /// The path is decoded before it is split: the C SDK writes the slashes of keys, and the one
    /// after the bucket, as `%2F`.
    pub(crate) fn locate(host: &str, path: &str, names: &HostNames) -> Result<Self, Refusal> {
        let path = decode(path).ok_or_else(|| invalid_key("it is not UTF-8"))?;
        let path = path.strip_prefix('/').unwrap_or(&path);
        let host = without_port(host).to_ascii_lowercase();
        match names.bucket_of(&host) {
            Some(bucket) => Self::in_bucket(bucket, path),
            None if path.is_empty() => Ok(Self::Service),
            None => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                Self::in_bucket(bucket, key)
            }
        }
    }

    fn in_bucket(bucket: &str, key: &str) -> Result<Self, Refusal> {
        let bucket = bucket.parse().map_err(|_| invalid_bucket(bucket))?;
        if key.is_empty() {
            return Ok(Self::Bucket(bucket));
        }
        match key.parse() {
            Ok(key) => Ok(Self::Object(bucket, key)),
            Err(invalid) => Err(invalid_key(&invalid.to_string())),
        }
    }

    /// The resource as signatures name it: `/`, `/bucket/` or `/bucket/key`, not encoded.
    pub(crate) fn resource(&self) -> String {
        match self {
            Self::Service => "/".to_owned(),
            Self::Bucket(bucket) => format!("/{bucket}/"),
            Self::Object(bucket, key) => format!("/{bucket}/{key}"),
        }
    }
}

/// What stands before `.name` in `host`.
fn before<'h>(host: &'h str, name: &str) -> Option<&'h str> {
    host.strip_suffix(name)?
        .strip_suffix('.')
        .filter(|bucket| !bucket.is_empty())
}

/// The bucket before an official endpoint: `oss-{region}.aliyuncs.com`, with `-internal` or not,
/// `oss-accelerate…`, or `{region}.oss.aliyuncs.com`, which has a label more.
fn before_official(host: &str) -> Option<&str> {
    let labels = host.strip_suffix(".aliyuncs.com")?;
    let (rest, last) = labels.rsplit_once('.')?;
    match last {
        "oss" => rest.rsplit_once('.').map(|(bucket, _)| bucket),
        _ => last.starts_with("oss-").then_some(rest),
    }
}

fn is_address(host: &str) -> bool {
    let bare = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(host);
    bare.parse::<IpAddr>().is_ok()
}

fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

fn invalid_bucket(name: &str) -> Refusal {
    let message = "The specified bucket is not valid.";
    Refusal::new(StatusCode::BAD_REQUEST, "InvalidBucketName", message).detail("BucketName", name)
}

fn invalid_key(reason: &str) -> Refusal {
    let message = format!("The specified object is not valid: {reason}.");
    Refusal::new(StatusCode::BAD_REQUEST, "InvalidObjectName", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locate(host: &str, path: &str) -> Result<String, &'static str> {
        let cnames = BTreeMap::from([("Files.Example.com".to_owned(), "cnb".parse().unwrap())]);
        let names = HostNames::new(&["oss.test".to_owned()], &cnames);
        Target::locate(host, path, &names)
            .map(|target| target.resource())
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn addresses_and_bare_names_take_path_style() {
        for host in [
            "127.0.0.1:9000",
            "[::1]:9000",
            "localhost",
            "LOCALHOST:1",
            "elsewhere",
            "",
        ] {
            assert_eq!(locate(host, "/"), Ok("/".to_owned()), "{host}");
            assert_eq!(locate(host, "/bkt"), Ok("/bkt/".to_owned()), "{host}");
            assert_eq!(locate(host, "/bkt/"), Ok("/bkt/".to_owned()), "{host}");
            assert_eq!(
                locate(host, "/bkt/a/b"),
                Ok("/bkt/a/b".to_owned()),
                "{host}"
            );
        }
    }

    #[test]
    fn a_label_before_a_known_name_is_the_bucket() {
        for host in [
            "bkt.localhost:9000",
            "BKT.oss.test",
            "bkt.oss-cn-hangzhou.aliyuncs.com",
            "bkt.oss-cn-hangzhou-internal.aliyuncs.com",
            "bkt.oss-accelerate.aliyuncs.com",
            "bkt.cn-hangzhou.oss.aliyuncs.com",
        ] {
            assert_eq!(locate(host, "/"), Ok("/bkt/".to_owned()), "{host}");
            assert_eq!(
                locate(host, "/bkt/k"),
                Ok("/bkt/bkt/k".to_owned()),
                "{host}"
            );
        }
        assert_eq!(locate("files.example.com", "/k"), Ok("/cnb/k".to_owned()));
    }

    #[test]
    fn official_endpoints_alone_take_path_style() {
        for host in [
            "oss-cn-hangzhou.aliyuncs.com",
            "cn-hangzhou.oss.aliyuncs.com",
        ] {
            assert_eq!(locate(host, "/bkt/k"), Ok("/bkt/k".to_owned()), "{host}");
        }
    }

    #[test]
    fn the_path_is_decoded_before_it_is_split() {
        assert_eq!(
            locate("127.0.0.1", "/bkt%2Fdir%2Fk"),
            Ok("/bkt/dir/k".to_owned())
        );
        assert_eq!(
            locate("b-1.localhost", "/a%2F%2Fb/../c"),
            Ok("/b-1/a//b/../c".to_owned())
        );
    }

    #[test]
    fn bad_names_are_refused() {
        assert_eq!(locate("localhost", "/B_/k"), Err("InvalidBucketName"));
        assert_eq!(locate("localhost", "/bkt//k"), Err("InvalidObjectName"));
        assert_eq!(locate("localhost", "/bkt/%5Ck"), Err("InvalidObjectName"));
        assert_eq!(locate("localhost", "/bkt/%FF"), Err("InvalidObjectName"));
        let long = format!("/bkt/{}", "k".repeat(1024));
        assert_eq!(locate("localhost", &long), Err("InvalidObjectName"));
    }
}
