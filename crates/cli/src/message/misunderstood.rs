//! What is told of words that make no command.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue};

use super::report;
use crate::elsewhere;
use crate::exit;
use crate::failure::Failure;
use crate::output::Output;

/// Tells that what was typed is not understood, or what was asked about it, and returns the exit
/// code.
pub(crate) fn misunderstood(mut refusal: clap::Error, words: &[OsString]) -> u8 {
    never_suggest_less_safety(&mut refusal);
    // An option that is not known is hardly ever meant as a value.
    refusal.remove(ContextKind::Suggested);
    shorten_what_was_typed(&mut refusal);
    if !refusal.use_stderr() {
        // Help and version. Where they cannot be printed there is nobody to tell.
        let _ = refusal.print();
        return exit::DONE;
    }
    let json = asks_for_json(words);
    if let Some(failure) = elsewhere::answer(&refusal, words) {
        let output = if json {
            Output::json()
        } else {
            Output::for_people()
        };
        return report(&failure, &output);
    }
    if json {
        let text = refusal.to_string();
        let first = text.lines().next().unwrap_or_default();
        let message = first.strip_prefix("error: ").unwrap_or(first);
        let failure = Failure::usage(message, "see `ossum --help`");
        return report(&failure, &Output::json());
    }
    let _ = refusal.print();
    exit::USAGE
}

/// Nobody who mistypes an option shall turn the verification of certificates off.
fn never_suggest_less_safety(refusal: &mut clap::Error) {
    let suggested = refusal.get(ContextKind::SuggestedArg);
    if let Some(ContextValue::String(option)) = suggested
        && UNSAFE_OPTIONS.contains(&option.as_str())
    {
        refusal.remove(ContextKind::SuggestedArg);
        refusal.remove(ContextKind::Usage);
    }
}

/// What was typed by mistake, such as a file's content, does not push the message off the screen.
fn shorten_what_was_typed(refusal: &mut clap::Error) {
    let typed = [
        ContextKind::InvalidValue,
        ContextKind::InvalidArg,
        ContextKind::InvalidSubcommand,
    ];
    for kind in typed {
        let long = match refusal.get(kind) {
            Some(ContextValue::String(value)) => shown_of(value),
            _ => None,
        };
        if let Some(shown) = long {
            refusal.insert(kind, ContextValue::String(shown));
        }
    }
}

/// The beginning of a value that is too long to be shown.
fn shown_of(value: &str) -> Option<String> {
    const SHOWN_CHARS: usize = 80;
    let (end, _) = value.char_indices().nth(SHOWN_CHARS)?;
    Some(format!("{}...", &value[..end]))
}

const UNSAFE_OPTIONS: [&str; 3] = ["--insecure", "--allow-http", "--allow-unverified"];

/// Whether `--json` was typed as an option: what follows `--` is none.
fn asks_for_json(words: &[OsString]) -> bool {
    let options = words.iter().take_while(|word| *word != "--");
    options.into_iter().any(|word| word == "--json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_an_option_only_before_two_dashes() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert!(asks_for_json(&words(&["ossum", "cp", "--json"])));
        assert!(!asks_for_json(&words(&["ossum", "cp", "--", "--json"])));
    }
}
