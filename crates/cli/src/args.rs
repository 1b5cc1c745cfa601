//! What may be typed: the options of all commands here, those of one command in its own file.

// Comments on options are their help: clap prints them as they stand.
#![allow(clippy::doc_markdown)]

mod cat;
mod completions;
mod config;
mod connection;
mod cp;
mod demo;
mod doctor;
mod du;
#[cfg(test)]
mod examples;
mod filter;
mod hash;
mod jobs;
mod ls;
mod man;
mod migrate;
mod moving;
#[cfg(test)]
mod pages;
mod parts;
mod place;
mod restore;
mod rm;
mod serve;
mod sign;
mod stat;
mod sync;

use std::path::PathBuf;

use clap::{ArgAction, ColorChoice, Parser, Subcommand, ValueEnum};

pub(crate) use cat::CatArgs;
pub(crate) use completions::CompletionsArgs;
pub(crate) use config::{ConfigAction, ConfigArgs, ConfigSetArgs, ConfigShowArgs};
pub(crate) use connection::ConnectionArgs;
pub(crate) use cp::{
    CallbackArgs, CheckpointArgs, CpArgs, IfExists, KeptArgs, KeyValue, ObjectArgs,
};
pub(crate) use demo::DemoArgs;
pub(crate) use doctor::DoctorArgs;
pub(crate) use du::DuArgs;
pub(crate) use filter::FilterArgs;
pub(crate) use hash::HashArgs;
pub(crate) use jobs::{JobsArgs, JobsCommand, JobsResumeArgs, JobsRmArgs};
pub(crate) use ls::{Listing, LsArgs};
pub(crate) use man::ManArgs;
pub(crate) use migrate::{
    CarryArgs, MigrateArgs, MigrateAuditArgs, MigrateCommand, MigrateFinishArgs, MigratePlanArgs,
    MigrateRecipeArgs, MigrateRunArgs, MigrateRunShardArgs, MigrateStatusArgs, SourceArgs,
    WorkArgs, WorkPlace,
};
pub(crate) use moving::MovingArgs;
pub(crate) use parts::{PartsAbortArgs, PartsArgs, PartsCommand, PartsLsArgs};
pub(crate) use place::Place;
pub(crate) use restore::{RestoreArgs, Tier};
pub(crate) use rm::{Reach, RmArgs};
pub(crate) use serve::ServeArgs;
pub(crate) use sign::{Method, SignArgs};
pub(crate) use stat::StatArgs;
pub(crate) use sync::SyncArgs;

const EXAMPLES: &str = "\
Examples:
  ossum cp big.iso oss://bucket/dir/         upload a file
  ossum cp oss://bucket/dir/big.iso .        download it
  ossum demo                                 see it work, on this machine alone";

const CREDENTIALS: &str = "\
Credentials come from OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET, with OSS_SESSION_TOKEN where
they are temporary; or from configuration files, those of ossutil and the Alibaba Cloud CLI among
them: see `ossum config show`. No option takes a secret.";

/// Move large objects to and from Alibaba Cloud OSS, verified from end to end
#[derive(Debug, Parser)]
#[command(
    name = "ossum",
    version,
    before_help = EXAMPLES,
    after_help = CREDENTIALS,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) connection: ConnectionArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is told to whom.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// Print one JSON object a line on stdout
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Print errors only; with --json the last line only
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,

    /// Tell what happens on stderr; twice: all of it
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,

    /// Append what happens to a file
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,

    /// How progress is shown on stderr
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) progress: ProgressChoice,

    /// Whether messages are coloured
    #[arg(long, global = true, value_name = "WHEN", default_value_t)]
    pub(crate) color: ColorChoice,
}

/// How progress is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProgressChoice {
    /// A bar on a terminal, plain lines elsewhere
    #[default]
    Auto,
    /// A bar
    Bar,
    /// A line every ten seconds
    Plain,
    /// Not at all
    None,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Cp(Box<CpArgs>),
    Sync(Box<SyncArgs>),
    Ls(LsArgs),
    Stat(StatArgs),
    Cat(CatArgs),
    Rm(RmArgs),
    Du(DuArgs),
    Hash(HashArgs),
    Sign(Box<SignArgs>),
    Jobs(JobsArgs),
    Restore(RestoreArgs),
    Parts(PartsArgs),
    Migrate(MigrateArgs),
    Config(ConfigArgs),
    Doctor(DoctorArgs),
    Serve(ServeArgs),
    Demo(DemoArgs),
    Completions(CompletionsArgs),
    Man(ManArgs),
}

impl Command {
    /// Whether standard output carries the bytes of objects, and so nothing else.
    pub(crate) fn writes_bytes(&self) -> bool {
        match self {
            Self::Cat(_) => true,
            Self::Cp(args) => args.destination == Place::Stream,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_options_do_not_contradict_each_other() {
        Args::command().debug_assert();
    }

    #[test]
    fn the_help_of_every_command_begins_with_an_example() {
        let mut command = Args::command();
        command.build();
        let commands = command.get_subcommands_mut();
        for help in commands.map(clap::Command::render_help) {
            assert!(help.to_string().starts_with("Example"), "{help}");
        }
        assert!(
            command
                .render_long_help()
                .to_string()
                .starts_with("Example")
        );
    }

    #[test]
    fn global_options_stand_before_or_after_the_command() {
        for words in [
            ["ossum", "--region", "cn-beijing", "ls"],
            ["ossum", "ls", "--region", "cn-beijing"],
        ] {
            let args = Args::try_parse_from(words).unwrap();
            assert_eq!(args.connection.region.as_deref(), Some("cn-beijing"));
        }
    }

    #[test]
    fn no_option_takes_a_secret() {
        let mut command = Args::command();
        command.build();
        let commands = std::iter::once(&command).chain(command.get_subcommands());
        let options = commands.flat_map(clap::Command::get_arguments);
        let names = options.filter_map(clap::Arg::get_long);
        for name in names {
            let takes_secret = ["secret", "password", "token"]
                .iter()
                .any(|word| name.contains(word) && !name.ends_with("-file"));
            assert!(!takes_secret, "--{name}");
        }
    }
}
