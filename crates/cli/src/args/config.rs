use clap::Subcommand;
use ossum_config::Key;
use ossum_types::BucketName;

const EXAMPLES: &str = "\
Examples:
  ossum config show                          every setting, and where it comes from
  ossum config set region cn-hangzhou        keep a setting in the configuration file
  ossum config set access_key_secret         the same for a secret, which is asked for";

const SET_EXAMPLES: &str = "\
Examples:
  ossum config set region cn-hangzhou
  ossum config set access_key_secret         asks for it, or reads it from standard input
  ossum config set --profile work endpoint oss-cn-beijing-internal.aliyuncs.com";

const SHOW_EXAMPLES: &str = "\
Examples:
  ossum config show
  ossum config show --profile work --json
  ossum config show --bucket logs            with what files say of this bucket only";

const PATH_EXAMPLES: &str = "\
Example:
  ossum config path";

/// Show or keep settings
///
/// Of each setting the first place counts that has it: options, a profile named by --profile among
/// them; the environment; the configuration file of ossum; those of ossutil and of the Alibaba Cloud
/// CLI, which are only read.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    pub(crate) action: ConfigAction,
}

/// What is to be done.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigAction {
    /// Show every setting and where it comes from, without secrets
    #[command(before_help = SHOW_EXAMPLES)]
    Show(ConfigShowArgs),
    /// Write a setting into the configuration file
    Set(ConfigSetArgs),
    /// Print where the configuration file is, or would be
    #[command(before_help = PATH_EXAMPLES)]
    Path,
}

/// What is to be shown.
#[derive(Debug, clap::Args)]
pub(crate) struct ConfigShowArgs {
    /// As it is for this bucket, for which a file may say something else
    #[arg(long, value_name = "NAME")]
    pub(crate) bucket: Option<BucketName>,
}

/// A setting that is to be kept.
#[derive(Debug, clap::Args)]
#[command(before_help = SET_EXAMPLES, after_help = settings())]
pub(crate) struct ConfigSetArgs {
    /// Name of the setting
    pub(crate) key: String,

    /// Its value; of a secret, nothing: it is asked for without echo, or read from standard input
    pub(crate) value: Option<String>,
}

/// The settings there are.
fn settings() -> String {
    let names: Vec<_> = Key::ALL.into_iter().map(Key::name).collect();
    format!("Settings: {}.", names.join(", "))
}
