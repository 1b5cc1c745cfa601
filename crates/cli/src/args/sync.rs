use std::path::PathBuf;
use std::str::FromStr;

use ossum_many::{Compare, Delete, MostDeleted, PlanUse, Renames};
use ossum_types::{Invalid, PrefixUrl};

use super::cp::{KeptArgs, LinkArgs, VerifyKeptChoice};
use super::{FilterArgs, MovingArgs, ObjectArgs, Place};

const EXAMPLES: &str = "\
Examples:
  ossum sync photos oss://bucket/photos      what is new or has changed
  ossum sync --delete photos oss://bucket/photos
                                             and what is there only is deleted
  ossum sync --delete --track-renames photos oss://bucket/photos
                                             what was only renamed is not sent again
  ossum sync -n --delete oss://bucket/site www
                                             what would be done
  ossum sync --delete --plan p.jsonl photos oss://bucket/photos
  ossum sync --apply p.jsonl photos oss://bucket/photos
                                             to be read in between
  ossum sync oss://bucket/a oss://other/b    within a region, and not through here";

/// Make a directory or prefix the same as another, in one direction
///
/// Copies what is missing or differs, from the contents of the source to below the destination. Both
/// sides are listed to their end before anything is changed. What is left out by --include and --exclude
/// is neither copied nor deleted.
///
/// A file and an object of one size are the same if the object keeps the file's time of modification;
/// two objects of one size, if the copy is the younger one, or their CRC-64 is the same.
///
/// With --delete, what is at the destination only is deleted, after all else has succeeded. Nothing at
/// all is done if the source is empty or cannot be read as a whole, or if more than --max-delete would
/// go (exit code 8).
///
/// With --track-renames, a file that is missing at the destination is not sent if an object there has its
/// size and CRC-64 under a name that the source does not have: OSS copies that one. Files are read for it
/// if such an object has their size. From prefix to prefix nothing is sent in any case.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
#[allow(clippy::struct_excessive_bools)] // each is a switch that may be typed
pub(crate) struct SyncArgs {
    /// A directory, or oss://bucket/prefix
    #[arg(value_parser = Place::parser())]
    pub(crate) source: Place,

    /// A directory, or oss://bucket/prefix
    #[arg(value_parser = Place::parser())]
    pub(crate) destination: Place,

    /// Say what would be done, and do nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,

    /// Delete what the source does not have
    #[arg(long)]
    pub(crate) delete: bool,

    /// With --delete or --apply: how many may be deleted, such as 50 or 20%, before nothing is
    /// [default: 1000, or 10% if that is more]
    #[arg(long, value_name = "N|N%", value_parser = most_deleted)]
    pub(crate) max_delete: Option<MostDeleted>,

    /// With --delete or --apply: keep what is deleted below another prefix of the same bucket
    #[arg(long, value_name = "URL")]
    pub(crate) backup_prefix: Option<PrefixUrl>,

    /// Make objects of files that were renamed from those of the old names, and send nothing
    #[arg(long)]
    pub(crate) track_renames: bool,

    /// Take two of one size for the same
    #[arg(long, conflicts_with = "checksum")]
    size_only: bool,

    /// Compare two of one size by CRC-64; files are read for it
    #[arg(long)]
    checksum: bool,

    /// Write what would be done to a file of JSON lines, the sums first, and do nothing
    #[arg(long, value_name = "FILE", conflicts_with_all = ["apply", "dry_run"])]
    plan: Option<PathBuf>,

    /// Do what a file says that --plan wrote, but for what has changed since
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["delete", "track_renames", "size_only", "checksum", "include", "exclude"]
    )]
    apply: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) moving: MovingArgs,

    #[command(flatten, next_help_heading = "Choosing what is compared")]
    pub(crate) filter: FilterArgs,

    #[command(flatten)]
    pub(crate) links: LinkArgs,

    #[command(flatten)]
    pub(crate) kept: KeptArgs,

    #[command(flatten)]
    pub(crate) object: ObjectArgs,

    /// When parts sent earlier are compared with the file again [default: always]
    #[arg(long, value_enum, value_name = "WHEN", help_heading = "Uploads")]
    pub(crate) verify_kept: Option<VerifyKeptChoice>,

    /// Take objects whose checksum the service does not tell
    #[arg(long, help_heading = "Downloads")]
    pub(crate) allow_unverified: bool,
}

impl SyncArgs {
    /// What is done about differences.
    pub(crate) fn how(&self) -> ossum_many::Sync {
        let delete = self.delete || self.apply.is_some();
        ossum_many::Sync {
            compare: match (self.size_only, self.checksum) {
                (true, _) => Compare::Size,
                (_, true) => Compare::Checksum,
                _ => Compare::Times,
            },
            delete: delete.then(|| Delete {
                most: self.max_delete.unwrap_or_default(),
                backup: self.backup_prefix.clone(),
            }),
            renames: if self.track_renames {
                Renames::Track
            } else {
                Renames::Ignore
            },
            plan: match (&self.plan, &self.apply) {
                (Some(file), _) => PlanUse::Write(file.clone()),
                (None, Some(file)) => PlanUse::Apply(file.clone()),
                (None, None) => PlanUse::CarryOut,
            },
        }
    }

    /// Whether nothing but a file is written.
    pub(crate) fn only_plans(&self) -> bool {
        self.plan.is_some()
    }
}

fn most_deleted(text: &str) -> Result<MostDeleted, Invalid> {
    let invalid = || {
        let hint = "write a number like 50, or a percentage from 0% to 100%";
        Invalid::new("number of deletions", text, hint)
    };
    if let Some(percent) = text.strip_suffix('%') {
        let percent = u8::from_str(percent).ok().filter(|percent| *percent <= 100);
        return percent.map(MostDeleted::Percent).ok_or_else(invalid);
    }
    u64::from_str(text)
        .map(MostDeleted::Count)
        .map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_may_be_deleted_is_a_number_or_a_percentage() {
        assert_eq!(most_deleted("0"), Ok(MostDeleted::Count(0)));
        assert_eq!(most_deleted("100%"), Ok(MostDeleted::Percent(100)));
        for text in ["", "-1", "101%", "1.5%", "%", "many"] {
            assert!(most_deleted(text).is_err(), "{text}");
        }
    }
}
