use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;
use ossum_devserver::ETagForm;
use ossum_types::{BucketName, Invalid, Rate, Span};

const EXAMPLES: &str = "\
Examples:
  ossum serve --memory --bucket test         prints the endpoint and keys to use
  ossum serve --data ./oss --listen 127.0.0.1:0 --ready-file ready
  ossum serve --faults rules.toml            goes wrong on purpose; a rule in the file:
      [[rule]]
      operation = \"UploadPart\"
      nth = 3
      then = { reset = \"after_commit\" }";

/// Run a local OSS for development and tests
///
/// It verifies signatures V4 and V1, in headers and presigned. The region is that of --region,
/// otherwise cn-hangzhou. SIGINT or SIGTERM stops it.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct ServeArgs {
    /// Address to listen on; port 0 takes a free one. Only this machine unless another is named
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9000", value_parser = address)]
    pub(crate) listen: SocketAddr,

    /// Keep objects in this directory
    #[arg(long, value_name = "DIR", conflicts_with = "memory")]
    pub(crate) data: Option<PathBuf>,

    /// Keep objects in memory, until the server ends; the default
    #[arg(long)]
    pub(crate) memory: bool,

    /// Let in this access key; without it a pair is made and printed
    #[arg(long, value_name = "ID", requires = "access_key_secret_file")]
    pub(crate) access_key_id: Option<String>,

    /// File that holds its secret
    #[arg(long, value_name = "FILE", requires = "access_key_id")]
    pub(crate) access_key_secret_file: Option<PathBuf>,

    /// Let everyone in; signatures are not looked at
    #[arg(long, conflicts_with = "access_key_id")]
    pub(crate) no_auth: bool,

    /// A bucket that exists from the start; may be repeated
    #[arg(long, value_name = "NAME")]
    pub(crate) bucket: Vec<BucketName>,

    /// A custom domain that stands for a bucket; may be repeated
    #[arg(long, value_name = "DOMAIN=BUCKET", value_parser = cname)]
    pub(crate) cname: Vec<(String, BucketName)>,

    /// Speak HTTPS with a certificate made for this run
    #[arg(long)]
    pub(crate) tls: bool,

    /// Where to write the certificate that clients have to trust, for their --ca
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub(crate) ca_file: Option<PathBuf>,

    /// How long every request waits
    #[arg(long, value_name = "DURATION", default_value = "0")]
    pub(crate) latency: Span,

    /// The most each connection moves in each direction, in bytes a second
    #[arg(long, value_name = "RATE")]
    pub(crate) bandwidth: Option<Rate>,

    /// File of rules that say which requests go wrong, and how; docs/faults.md lists what they can
    #[arg(long, value_name = "RULES.toml")]
    pub(crate) faults: Option<PathBuf>,

    /// Answer 503 to requests above so many at once
    #[arg(long, value_name = "N")]
    pub(crate) requests_in_flight: Option<NonZeroUsize>,

    /// Hand out temporary credentials that live so long, 1h if it is not said: by STS, ECS
    /// metadata and a credentials URI, which are printed
    #[arg(long, value_name = "LIFETIME", num_args = 0..=1, default_missing_value = "1h")]
    pub(crate) fake_credentials: Option<Span>,

    /// What ETags look like: md5 costs hashing every byte
    #[arg(long, value_enum, default_value_t, value_name = "FORM")]
    pub(crate) etag: ETagChoice,

    /// File that receives the endpoint URL once connections are accepted
    #[arg(long, value_name = "FILE")]
    pub(crate) ready_file: Option<PathBuf>,
}

/// An address with a port; `localhost` is the IPv4 one.
fn address(text: &str) -> Result<SocketAddr, Invalid> {
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric.parse().map_err(|_| {
        let reason =
            "write ADDRESS:PORT: 127.0.0.1:9000, [::1]:9000, or 0.0.0.0:9000 for every address";
        Invalid::new("address", text, reason)
    })
}

/// A domain and the bucket it is bound to.
fn cname(text: &str) -> Result<(String, BucketName), Invalid> {
    let is_host = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
    let parts = text.split_once('=');
    let parts = parts.filter(|(domain, _)| domain.contains('.') && domain.chars().all(is_host));
    let Some((domain, bucket)) = parts else {
        let reason = "write DOMAIN=BUCKET: files.example.com=test";
        return Err(Invalid::new("custom domain", text, reason));
    };
    Ok((domain.to_owned(), bucket.parse()?))
}

/// What ETags look like.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ETagChoice {
    /// The MD5 where OSS makes such
    #[default]
    Md5,
    /// Values that say nothing about the content
    Opaque,
}

impl From<ETagChoice> for ETagForm {
    fn from(choice: ETagChoice) -> Self {
        match choice {
            ETagChoice::Md5 => Self::Md5,
            ETagChoice::Opaque => Self::Opaque,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_custom_domain_names_its_bucket() {
        let bound = ("files.example.com".to_owned(), "test".parse().unwrap());
        assert_eq!(cname("files.example.com=test"), Ok(bound));
        for bad in [
            "",
            "files.example.com",
            "=test",
            "a b.c=test",
            "local=test",
            "a.b=Bad",
        ] {
            assert!(cname(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_has_a_port() {
        let local: SocketAddr = "127.0.0.1:9000".parse().unwrap();
        assert_eq!(address("127.0.0.1:9000"), Ok(local));
        assert_eq!(address("localhost:9000"), Ok(local));
        assert!(address("[::1]:0").is_ok());
        for bad in ["9000", ":9000", "127.0.0.1", "example.com:9000"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
