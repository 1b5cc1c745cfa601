mod callback;
mod checkpoint;
mod object;
mod run;
mod stream;

use std::str::FromStr;

use clap::ValueEnum;
use ossum_transfer::VerifyKept;
use ossum_types::{ByteRange, Invalid, VersionId};

use super::Place;
use super::moving::MovingArgs;

pub(crate) use callback::CallbackArgs;
pub(crate) use checkpoint::{CheckpointArgs, KeptArgs};
pub(crate) use object::ObjectArgs;
pub(crate) use run::{LinkArgs, RunArgs};

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

    #[command(flatten)]
    pub(crate) moving: MovingArgs,

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

/// When parts that were sent earlier are compared with the file again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum VerifyKeptChoice {
    /// Always
    #[default]
    Always,
    /// If anything about the file has changed
    Changed,
}

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
}
