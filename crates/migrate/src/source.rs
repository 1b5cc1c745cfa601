//! Where the objects of a migration come from.

use std::fmt;
use std::path::PathBuf;

use ossum_types::PrefixUrl;
use serde::{Deserialize, Serialize};

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

impl Source {
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
