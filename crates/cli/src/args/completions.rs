use clap_complete::Shell;

const EXAMPLES: &str = "\
Examples:
  ossum completions bash > ~/.local/share/bash-completion/completions/ossum
  ossum completions zsh > \"${fpath[1]}/_ossum\"
  ossum completions fish > ~/.config/fish/completions/ossum.fish";

/// Print what makes a shell complete ossum's commands and options
#[derive(Debug, Clone, Copy, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
