use std::ffi::OsString;

/// Answer with the command to use instead
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct ElsewhereArgs {
    /// Whatever was typed
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    pub(crate) words: Vec<OsString>,
}
