use std::num::NonZeroUsize;
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use ossum_client::TrafficLimit;
use ossum_transfer::{Durability, PartSizeWish};
use ossum_types::{ByteRange, ByteSize, Invalid, Rate, VersionId};

use super::Place;

const EXAMPLES: &str = "\
Examples:
  ossum cp big.iso oss://bucket/dir/         to oss://bucket/dir/big.iso
  ossum cp oss://bucket/dir/big.iso .        to ./big.iso
  ossum cp big.iso oss://bucket/disk.iso     to oss://bucket/disk.iso";

/// Copy a file to an object, or an object to a file, verified by CRC-64
///
/// A destination that ends with /, an existing directory, and a bucket alone take the name of the
/// source. A file appears under its name only when it is complete, and an object likewise.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct CpArgs {
    /// A file, or oss://bucket/key
    #[arg(value_parser = Place::parser())]
    pub(crate) source: Place,

    /// A file or directory, or oss://bucket/key
    #[arg(value_parser = Place::parser())]
    pub(crate) destination: Place,

    /// Copy what is below a directory or prefix (not there yet)
    #[arg(short, long, hide = true)]
    pub(crate) recursive: bool,

    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,

    /// What to do if the destination exists
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(crate) if_exists: IfExists,

    /// Size of parts, such as 8M; upload 100 KiB to 5 GiB, download 1 B to 5 GiB
    #[arg(long, value_name = "SIZE", default_value = "auto")]
    pub(crate) part_size: PartSizeWish,

    /// How many requests are under way at a time, or auto
    #[arg(long, alias = "parallel", value_name = "N", default_value = "auto")]
    pub(crate) concurrency: Concurrency,

    /// Hard cap for all buffers together
    #[arg(long, value_name = "SIZE", default_value = "256M")]
    pub(crate) memory: ByteSize,

    /// Whether success survives a power loss
    #[arg(long, value_enum, default_value_t, value_name = "WHAT")]
    pub(crate) durability: DurabilityChoice,

    /// Pay for requests and traffic in place of the bucket's owner
    #[arg(
        long,
        value_name = "requester",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "requester",
        value_parser = PossibleValuesParser::new(["requester"]),
        hide_possible_values = true
    )]
    pub(crate) request_payer: Option<String>,

    /// Let OSS limit each request to this rate, in bytes a second: 100K to 100M
    #[arg(long, value_name = "RATE", value_parser = traffic_limit)]
    pub(crate) traffic_limit: Option<TrafficLimit>,

    #[command(flatten)]
    pub(crate) upload: UploadArgs,

    #[command(flatten)]
    pub(crate) download: DownloadArgs,
}

/// What only an upload has.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Uploads")]
pub(crate) struct UploadArgs {
    /// Content-Type of the object [default: guessed from the key, then from the file's name]
    #[arg(long, value_name = "TYPE")]
    pub(crate) content_type: Option<String>,

    /// User metadata; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) meta: Vec<KeyValue>,

    /// A tag; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) tag: Vec<KeyValue>,

    /// Who may read the object
    #[arg(long, value_parser = PossibleValuesParser::new(ACLS))]
    pub(crate) acl: Option<String>,

    /// Storage class
    #[arg(long, value_name = "CLASS", value_parser = PossibleValuesParser::new(STORAGE_CLASSES))]
    pub(crate) storage_class: Option<String>,

    /// Encryption by the service
    #[arg(long, value_name = "METHOD", value_parser = PossibleValuesParser::new(ENCRYPTIONS))]
    pub(crate) sse: Option<String>,

    /// Key for --sse KMS [default: the account's own]
    #[arg(long, value_name = "ID", requires = "sse")]
    pub(crate) sse_kms_key_id: Option<String>,
}

/// What only a download has.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Downloads")]
pub(crate) struct DownloadArgs {
    /// Only these bytes, first and last included: 0-499
    #[arg(long, value_name = "FIRST-LAST")]
    pub(crate) range: Option<ByteRange>,

    /// This version of the object
    #[arg(long, value_name = "ID")]
    pub(crate) version_id: Option<VersionId>,

    /// Take an object whose checksum the service does not tell
    #[arg(long)]
    pub(crate) allow_unverified: bool,
}

// As the official documentation of PutObject has them.
const ACLS: [&str; 4] = ["default", "private", "public-read", "public-read-write"];
const STORAGE_CLASSES: [&str; 5] = [
    "Standard",
    "IA",
    "Archive",
    "ColdArchive",
    "DeepColdArchive",
];
const ENCRYPTIONS: [&str; 3] = ["AES256", "KMS", "SM4"];

fn traffic_limit(text: &str) -> Result<TrafficLimit, Invalid> {
    text.parse::<Rate>()?.try_into()
}

/// What happens to a destination that exists.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum IfExists {
    /// Replace it
    #[default]
    Overwrite,
    /// Leave it, and succeed
    Skip,
    /// Leave it, and fail with exit code 9
    Fail,
}

/// Whether success survives a power loss.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum DurabilityChoice {
    /// Wait until bytes and name are on the disk
    #[default]
    Full,
    /// Wait for nothing
    None,
}

/// A number of requests, or whatever suits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Concurrency(pub(crate) Option<NonZeroUsize>);

/// NAME=VALUE; the value may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyValue(pub(crate) String, pub(crate) String);

impl UploadArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        [
            ("--content-type", self.content_type.is_some()),
            ("--meta", !self.meta.is_empty()),
            ("--tag", !self.tag.is_empty()),
            ("--acl", self.acl.is_some()),
            ("--storage-class", self.storage_class.is_some()),
            ("--sse", self.sse.is_some()),
        ]
        .into_iter()
        .find_map(|(name, given)| given.then_some(name))
    }
}

impl DownloadArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        [
            ("--range", self.range.is_some()),
            ("--version-id", self.version_id.is_some()),
            ("--allow-unverified", self.allow_unverified),
        ]
        .into_iter()
        .find_map(|(name, given)| given.then_some(name))
    }
}

impl From<DurabilityChoice> for Durability {
    fn from(choice: DurabilityChoice) -> Self {
        match choice {
            DurabilityChoice::Full => Self::Full,
            DurabilityChoice::None => Self::None,
        }
    }
}

impl FromStr for Concurrency {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text == "auto" {
            return Ok(Self(None));
        }
        match text.parse() {
            Ok(number) => Ok(Self(Some(number))),
            Err(_) => Err(Invalid::new(
                "concurrency",
                text,
                "write a number from 1, or auto",
            )),
        }
    }
}

impl FromStr for KeyValue {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self(name.to_owned(), value.to_owned())),
            _ => Err(Invalid::new("pair", text, "write it like NAME=VALUE")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_be_empty_or_have_an_equals_sign() {
        let pair = |text: &str| text.parse::<KeyValue>().ok().map(|pair| (pair.0, pair.1));
        let owned = |name: &str, value: &str| Some((name.to_owned(), value.to_owned()));
        assert_eq!(pair("a=b=c"), owned("a", "b=c"));
        assert_eq!(pair("a="), owned("a", ""));
        assert_eq!(pair("a"), None);
        assert_eq!(pair("=b"), None);
    }

    #[test]
    fn concurrency_is_a_number_from_1_or_auto() {
        assert_eq!("auto".parse(), Ok(Concurrency(None)));
        assert_eq!("4".parse(), Ok(Concurrency(NonZeroUsize::new(4))));
        assert!("0".parse::<Concurrency>().is_err());
    }
}
