mod callback;
mod checkpoint;
mod object;
mod run;
mod stream;

use std::num::NonZeroUsize;
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::PossibleValuesParser;
use ossum_client::TrafficLimit;
use ossum_transfer::{Durability, PartSizeWish, VerifyKept};
use ossum_types::{ByteRange, ByteSize, Invalid, Limit, Rate, VersionId};

use super::Place;

pub(crate) use callback::CallbackArgs;
pub(crate) use checkpoint::CheckpointArgs;
pub(crate) use object::ObjectArgs;
pub(crate) use run::RunArgs;

const EXAMPLES: &str = "\
Examples:
  ossum cp big.iso oss://bucket/dir/         to oss://bucket/dir/big.iso
  ossum cp oss://bucket/dir/big.iso .        to ./big.iso
  ossum cp big.iso oss://bucket/disk.iso     to oss://bucket/disk.iso
  pg_dump db | ossum cp - oss://bucket/dump.sql    from standard input, of any size
  ossum cp oss://bucket/dump.sql - | psql    to standard output
  ossum cp oss://bucket/a oss://other/b      within a region, and not through here
  ossum cp -r dir oss://bucket/prefix        all that is in dir; and back, and across";

/// Copy a file to an object, an object to a file, or an object to an object, verified by CRC-64
///
/// A destination that ends with /, an existing directory, and a bucket alone take the name of the
/// source. A file appears under its name only when it is complete, and an object likewise. What was
/// interrupted goes on when the same command is run again.
///
/// With -r the contents of the source come to be below the destination, with or without / at the end
/// of either.
///
/// Standard input cannot be read again: what fails there leaves nothing. A shell does not tell whether
/// the command before a pipe failed, and half of its output would be stored as if it were all;
/// `set -o pipefail` at least makes the script notice.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct CpArgs {
    /// A file, oss://bucket/key, or - for standard input
    #[arg(value_parser = Place::parser())]
    pub(crate) source: Place,

    /// A file or directory, oss://bucket/key, or - for standard output
    #[arg(value_parser = Place::parser())]
    pub(crate) destination: Place,

    /// Copy what is below a directory or prefix to below the destination
    #[arg(short, long)]
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

    /// Stop before more than this is moved, with exit code 8
    #[arg(long, value_name = "SIZE")]
    pub(crate) max_transfer: Option<ByteSize>,

    /// Bytes a second, of all requests together: 10M, 1M:10M for up and down, off, or by local time
    /// "08:00,1M 20:00,off"
    #[arg(long, value_name = "RATE|UP:DOWN|TIMETABLE")]
    pub(crate) limit: Option<Limit>,

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
    pub(crate) run: RunArgs,

    #[command(flatten)]
    pub(crate) checkpoint: CheckpointArgs,

    #[command(flatten)]
    pub(crate) object: ObjectArgs,

    #[command(flatten)]
    pub(crate) upload: UploadArgs,

    #[command(flatten)]
    pub(crate) callback: CallbackArgs,

    #[command(flatten)]
    pub(crate) stream: stream::StreamArgs,

    #[command(flatten)]
    pub(crate) download: DownloadArgs,

    /// This version of the object; for downloads and copies
    #[arg(long, value_name = "ID", help_heading = "Downloads")]
    pub(crate) version_id: Option<VersionId>,
}

/// What only an upload has.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Uploads")]
pub(crate) struct UploadArgs {
    /// When parts sent earlier are compared with the file again [default: always]
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(crate) verify_kept: Option<VerifyKeptChoice>,

    /// Continue an open upload of this key that no checkpoint knows, if its parts match
    #[arg(long)]
    pub(crate) adopt: bool,
}

/// What only a download has.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Downloads")]
pub(crate) struct DownloadArgs {
    /// Only these bytes, first and last included: 0-499
    #[arg(long, value_name = "FIRST-LAST", allow_hyphen_values = true)]
    pub(crate) range: Option<ByteRange>,

    /// Take an object whose checksum the service does not tell
    #[arg(long)]
    pub(crate) allow_unverified: bool,
}

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
    /// Replace it if the source was modified later, and leave it otherwise
    Newer,
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

/// When parts that were sent earlier are compared with the file again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyKeptChoice {
    /// Always
    #[default]
    Always,
    /// If anything about the file has changed
    Changed,
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
        first([
            ("--verify-kept", self.verify_kept.is_some()),
            ("--adopt", self.adopt),
        ])
    }
}

impl DownloadArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        first([
            ("--range", self.range.is_some()),
            ("--allow-unverified", self.allow_unverified),
        ])
    }
}

/// The first option that was given.
fn first<const N: usize>(options: [(&'static str, bool); N]) -> Option<&'static str> {
    let mut given = options.into_iter().filter(|(_, given)| *given);
    given.next().map(|(name, _)| name)
}

impl From<VerifyKeptChoice> for VerifyKept {
    fn from(choice: VerifyKeptChoice) -> Self {
        match choice {
            VerifyKeptChoice::Always => Self::Always,
            VerifyKeptChoice::Changed => Self::Changed,
        }
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
