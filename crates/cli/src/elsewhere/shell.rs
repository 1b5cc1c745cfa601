//! What a shell hands on as it was typed, where people expect it to be replaced.

use std::ffi::OsString;

use clap::{Command, CommandFactory, ValueHint};

use crate::args::Args;
use crate::failure::Failure;

/// Refuses `--option=~/path`: most shells replace `~` only at the beginning of a word, and a
/// directory called `~` is not what anybody wants.
pub(crate) fn check_home(words: &[OsString]) -> Result<(), Failure> {
    for word in options(words) {
        let Some((option, path)) = word.split_once('=') else {
            continue;
        };
        if (path == "~" || path.starts_with("~/")) && takes_a_path(option) {
            return Err(Failure::usage(
                format!("{word}: the shell has left ~ as it is"),
                format!("put a blank in place of =, as in {option} {path}"),
            ));
        }
    }
    Ok(())
}

/// An object URL with `*` in it, which means nothing but itself here.
pub(crate) fn wildcard(words: &[OsString]) -> Option<&str> {
    let mut typed = words.iter().filter_map(|word| word.to_str());
    typed.find(|word| word.starts_with("oss://") && word.contains('*'))
}

fn options(words: &[OsString]) -> impl Iterator<Item = &str> {
    let before_operands = words.iter().take_while(|word| *word != "--");
    let typed = before_operands.filter_map(|word| word.to_str());
    typed.filter(|word| word.starts_with("--"))
}

fn takes_a_path(option: &str) -> bool {
    let mut command = Args::command();
    command.build();
    takes_a_path_in(&command, option.trim_start_matches('-'))
}

fn takes_a_path_in(command: &Command, name: &str) -> bool {
    let mut of_it = command.get_arguments();
    of_it.any(|arg| arg.get_long() == Some(name) && arg.get_value_hint() == ValueHint::AnyPath)
        || command
            .get_subcommands()
            .any(|below| takes_a_path_in(below, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn a_home_that_no_shell_has_filled_in_is_refused() {
        let is_refused = |line| check_home(&words(line)).is_err();
        assert!(is_refused("ossum cp a oss://b/ --checkpoint-dir=~/x"));
        assert!(is_refused("ossum --config=~ ls"));
        assert!(!is_refused("ossum cp a oss://b/ --checkpoint-dir=/~/x"));
        assert!(!is_refused("ossum cp a oss://b/ --meta=~/x=y"));
        assert!(!is_refused("ossum cp -- --config=~/x oss://b/"));
    }

    #[test]
    fn a_wildcard_is_one_in_an_object_url_only() {
        assert_eq!(
            wildcard(&words("ossum rm oss://b/*.log")),
            Some("oss://b/*.log")
        );
        assert_eq!(wildcard(&words("ossum rm -r oss://b --include *")), None);
    }
}
