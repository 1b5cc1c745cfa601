//! Where the objects of a migration come from.

mod files;
pub(crate) mod inventory;
pub(crate) mod listing;
pub(crate) mod lists;
mod objects;
pub(crate) mod s3;

use std::fmt;
use std::path::{Path, PathBuf};

use ossum_types::{Invalid, PrefixUrl};
use serde::{Deserialize, Serialize};

pub use self::inventory::Inventory;
pub use self::s3::{S3, S3Access, S3Error, S3ErrorKind};
use crate::text;

/// Where the objects of a migration come from; how whoever reads it proves who they are is theirs to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// Objects of OSS below a prefix.
    Oss {
        /// The prefix: empty, or ending with `/`.
        #[serde(with = "text")]
        url: PrefixUrl,
        /// Where its service is, if not where the destination's is.
        endpoint: Option<String>,
        /// Its region, if the endpoint does not tell it.
        region: Option<String>,
        /// The profile whose credentials it takes, if not the destination's.
        profile: Option<String>,
    },
    /// Files below a directory that all machines share.
    Directory {
        /// Its absolute path.
        path: PathBuf,
    },
    /// Objects of Amazon S3, or of a service that speaks like it, below a prefix.
    S3 {
        /// The bucket.
        bucket: String,
        /// The prefix: empty, or ending with `/`.
        prefix: String,
        /// Where its service is, if not at Amazon.
        endpoint: Option<String>,
        /// Its region, if the environment does not tell it.
        region: Option<String>,
    },
    /// Whatever the addresses lead to that the rows have.
    Urls,
}

/// What an address of S3 begins with.
const S3: &str = "s3://";

/// What tells which objects there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Told {
    /// A listing of the source itself.
    #[default]
    ByListing,
    /// A file with the name of one object on each line, below the source. How large they are is not known, but of
    /// files.
    ByNames(PathBuf),
    /// An inventory of the bucket.
    ByInventory(Inventory),
    /// A file with an address, or an address and a key, on each line. How large they are is not known.
    ByUrls(PathBuf),
}

impl Source {
    /// Reads what a user writes: `oss://bucket/prefix`, `s3://bucket/prefix`, or the path of a directory; a prefix
    /// is one of whole names, with or without `/` at its end.
    ///
    /// # Errors
    /// [`Invalid`] if it begins as an address and is none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let scheme = text.get(..S3.len()).unwrap_or_default();
        if PrefixUrl::is_oss(text) {
            return Ok(Self::Oss {
                url: slashed(text.parse()?),
                endpoint: None,
                region: None,
                profile: None,
            });
        }
        if !scheme.eq_ignore_ascii_case(S3) {
            let path = Path::new(text);
            let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
            return Ok(Self::Directory { path });
        }
        let rest = &text[S3.len()..];
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        // What else AWS says of their names is for the service to say.
        if bucket.is_empty() || bucket.contains(['?', '#', ' ']) {
            let reason = "write it like s3://bucket/prefix";
            return Err(Invalid::new("address", text, reason));
        }
        let mut prefix = prefix.to_owned();
        if !prefix.is_empty() && !prefix.ends_with('/') {
            prefix.push('/');
        }
        Ok(Self::S3 {
            bucket: bucket.to_owned(),
            prefix,
            endpoint: None,
            region: None,
        })
    }

    /// The object or file of a row, as a user writes it; `address` is that of the row, where it has one.
    pub fn of(&self, key: &str, address: Option<&str>) -> String {
        match self {
            Self::Oss { url, .. } => format!("oss://{}/{}{key}", url.bucket, url.prefix),
            Self::Directory { path } => path.join(key).display().to_string(),
            Self::S3 { bucket, prefix, .. } => format!("s3://{bucket}/{prefix}{key}"),
            Self::Urls => address.unwrap_or(key).to_owned(),
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oss { url, .. } => write!(f, "{url}"),
            Self::Directory { path } => write!(f, "{}", path.display()),
            Self::S3 { bucket, prefix, .. } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Urls => f.write_str("a list of URLs"),
        }
    }
}

/// The same with `/` at the end of a prefix that is not empty: it is one of whole names.
pub fn slashed(mut url: PrefixUrl) -> PrefixUrl {
    if !url.prefix.is_empty() && !url.prefix.ends_with('/') {
        url.prefix.push('/');
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_told_by_how_it_begins() {
        let shown = |text: &str| Source::parse(text).map(|source| source.to_string());
        assert_eq!(shown("oss://bkt/a"), Ok("oss://bkt/a/".to_owned()));
        assert_eq!(shown("OSS://bkt"), Ok("oss://bkt/".to_owned()));
        assert_eq!(
            shown("s3://My.Bucket/a/b/"),
            Ok("s3://My.Bucket/a/b/".to_owned())
        );
        assert_eq!(shown("S3://bkt"), Ok("s3://bkt/".to_owned()));
        assert_eq!(shown("/data/s3:"), Ok("/data/s3:".to_owned()));
        assert!(shown("data").unwrap().ends_with("/data"));
        for bad in ["s3://", "s3:///x", "oss://", "s3://b?x"] {
            assert!(shown(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_source_is_kept_as_json_without_secrets() {
        for text in ["oss://bkt/a/", "s3://bkt/a/", "/data"] {
            let source = Source::parse(text).unwrap();
            let json = serde_json::to_string(&source).unwrap();
            assert_eq!(serde_json::from_str::<Source>(&json).unwrap(), source);
        }
    }
}
