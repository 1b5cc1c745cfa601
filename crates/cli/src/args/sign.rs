use clap::ValueEnum;
use ossum_types::{ObjectUrl, Span, VersionId};

const EXAMPLES: &str = "\
Examples:
  ossum sign oss://bucket/big.iso            a URL that anyone can download from for an hour
  curl -O \"$(ossum sign oss://bucket/big.iso --expires 10m)\"
  ossum sign oss://bucket/in.csv --method PUT --content-type text/csv";

/// Print a URL that carries its own signature, for whoever has no credentials
///
/// Nothing is asked of OSS, so the object need not exist. The URL stands alone on standard output.
/// Whoever has it can do what it says until it expires, and nothing takes it back but the end of
/// the access key.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES, visible_alias = "presign")]
pub(crate) struct SignArgs {
    /// oss://bucket/key
    pub(crate) what: ObjectUrl,

    /// For how long it is valid: at most 7d, except with --sign-version v1
    #[arg(long, value_name = "DURATION", default_value = "1h", aliases = ["expires-in", "expires-duration"])]
    pub(crate) expires: Span,

    /// What it allows
    #[arg(long, value_enum, ignore_case = true, default_value_t)]
    pub(crate) method: Method,

    /// This version of the object; not for PUT
    #[arg(long, value_name = "ID")]
    pub(crate) version_id: Option<VersionId>,

    /// Content-Type of the new object, which has to be sent with it; for PUT
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,

    /// Content-Type of the answer, such as text/plain; for GET
    #[arg(long, value_name = "TYPE")]
    pub(crate) response_content_type: Option<String>,

    /// Content-Disposition of the answer, such as 'attachment; filename=a.iso'; for GET
    #[arg(long, value_name = "TEXT")]
    pub(crate) response_content_disposition: Option<String>,

    /// Cache-Control of the answer, such as no-cache; for GET
    #[arg(long, value_name = "TEXT")]
    pub(crate) response_cache_control: Option<String>,
}

/// What a URL allows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Method {
    /// To download the object
    #[default]
    #[value(name = "GET")]
    Get,
    /// To make or replace it
    #[value(name = "PUT")]
    Put,
    /// To look it up
    #[value(name = "HEAD")]
    Head,
    /// To delete it
    #[value(name = "DELETE")]
    Delete,
}
