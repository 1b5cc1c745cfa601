use std::path::PathBuf;

/// How an unfinished transfer is remembered.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Going on after an interruption")]
pub(crate) struct CheckpointArgs {
    /// Keep the checkpoint in this file [default: the local file's name and .cp]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["checkpoint_dir", "no_checkpoint"])]
    pub(crate) checkpoint: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) kept: KeptArgs,
}

/// How whatever is unfinished is remembered, one transfer or many.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "Going on after an interruption")]
pub(crate) struct KeptArgs {
    /// Keep the checkpoint in this directory
    #[arg(long, value_name = "DIR", conflicts_with = "no_checkpoint")]
    pub(crate) checkpoint_dir: Option<PathBuf>,

    /// Remember nothing: what is interrupted begins anew
    #[arg(long)]
    pub(crate) no_checkpoint: bool,

    /// Start over, twice at most, if the source changes meanwhile
    #[arg(long)]
    pub(crate) restart_on_change: bool,
}

impl CheckpointArgs {
    /// An option that was given, if one was.
    pub(crate) fn first_given(&self) -> Option<&'static str> {
        super::first([
            ("--checkpoint", self.checkpoint.is_some()),
            ("--checkpoint-dir", self.kept.checkpoint_dir.is_some()),
            ("--no-checkpoint", self.kept.no_checkpoint),
            ("--restart-on-change", self.kept.restart_on_change),
        ])
    }
}
