mod audit;
mod carry;
mod plan;
mod recipe;
mod status;

use std::path::PathBuf;

use clap::Subcommand;
use ossum_types::{Invalid, PrefixUrl};

pub(crate) use self::audit::MigrateAuditArgs;
pub(crate) use self::carry::{CarryArgs, MigrateFinishArgs, MigrateRunArgs, MigrateRunShardArgs};
pub(crate) use self::plan::{MigratePlanArgs, SourceArgs};
pub(crate) use self::recipe::MigrateRecipeArgs;
pub(crate) use self::status::MigrateStatusArgs;

const EXAMPLES: &str = "\
Examples:
  ossum migrate plan oss://old/data oss://new/data --work oss://new-work/m1
  ossum migrate run --work oss://new-work/m1
  ossum migrate finish --work oss://new-work/m1
  ossum migrate status --work oss://new-work/m1
  ossum migrate audit --work oss://new-work/m1";

/// Move very many objects, on one machine or many, and prove it
///
/// `plan` divides what is in the source into shards. Each shard is carried out by itself, as often as it
/// takes, by whatever starts programs on machines. Everything that these have in common lies in the
/// work place, a directory that they share or a prefix of a bucket.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct MigrateArgs {
    #[command(subcommand)]
    pub(crate) what: MigrateCommand,
}

/// What is done about a migration.
#[derive(Debug, Subcommand)]
pub(crate) enum MigrateCommand {
    Plan(Box<MigratePlanArgs>),
    Run(Box<MigrateRunArgs>),
    RunShard(Box<MigrateRunShardArgs>),
    Finish(MigrateFinishArgs),
    Status(MigrateStatusArgs),
    Audit(MigrateAuditArgs),
    Recipe(MigrateRecipeArgs),
}

/// Where everything lies that the machines of a migration have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WorkPlace {
    /// A directory that they share.
    Directory(PathBuf),
    /// A prefix of a bucket.
    Prefix(PrefixUrl),
}

impl WorkPlace {
    /// Reads what is typed.
    pub(crate) fn parse(text: &str) -> Result<Self, Invalid> {
        if PrefixUrl::is_oss(text) {
            return text.parse().map(Self::Prefix);
        }
        if text.is_empty() || text == "-" {
            let reason = "it is a directory, or oss://bucket/prefix";
            return Err(Invalid::new("work place", text, reason));
        }
        Ok(Self::Directory(text.into()))
    }
}

/// Where the work place is.
#[derive(Debug, clap::Args)]
pub(crate) struct WorkArgs {
    /// Where all that the machines have in common lies: a directory they share, or oss://bucket/prefix
    #[arg(long, value_name = "URI", value_parser = WorkPlace::parse)]
    pub(crate) work: WorkPlace,
}
