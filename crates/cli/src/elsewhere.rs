//! What people type who come from other tools, and what does it here.
//!
//! Words that clap does not know are looked up: those that mean something elsewhere are answered
//! with what to type. Start at [`answer`]; [`commands`] and [`options`] are the two tables.

mod commands;
mod options;
mod shell;

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::Failure;

pub(crate) use shell::{check_home, wildcard};

/// What to type in place of the word that was refused, if that is known.
pub(crate) fn answer(refusal: &clap::Error, words: &[OsString]) -> Option<Failure> {
    match refusal.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = text(refusal, ContextKind::InvalidSubcommand)?;
            let below = typed_before(words, name);
            let hint = commands::instead_of(below, name)?;
            let of = below.map(|command| format!("{command} "));
            let what = format!("there is no {}{name}", of.unwrap_or_default());
            Some(Failure::usage(what, hint))
        }
        ErrorKind::UnknownArgument => {
            let word = text(refusal, ContextKind::InvalidArg)?;
            let command = typed_before(words, word);
            if !word.starts_with('-') {
                let (what, hint) = options::one_too_many(command?)?;
                return Some(Failure::usage(what, hint));
            }
            let hint = options::instead_of(command, word)?;
            let of = command.unwrap_or("ossum");
            Some(Failure::usage(format!("{of} takes no {word}"), hint))
        }
        _ => None,
    }
}

/// The same words, with `help` and `version` as the options that they are here.
///
/// `ossum help cp` becomes `ossum cp --help`.
pub(crate) fn with_options_for_words(words: Vec<OsString>) -> Vec<OsString> {
    let option = match words.get(1).and_then(|word| word.to_str()) {
        Some("help") => "--help",
        Some("version") => "--version",
        _ => return words,
    };
    let (mut words, rest) = (words[..1].to_vec(), &words[2..]);
    words.extend_from_slice(rest);
    words.push(option.into());
    words
}

fn text(refusal: &clap::Error, kind: ContextKind) -> Option<&str> {
    match refusal.get(kind)? {
        ContextValue::String(text) => Some(text),
        _ => None,
    }
}

/// The command that stands before `word`, whose it is.
fn typed_before<'a>(words: &'a [OsString], word: &str) -> Option<&'a str> {
    let is_it = |typed: &&str| {
        let name = typed.split_once('=').map_or(*typed, |(name, _)| name);
        *typed == word || name == word || is_among_short_ones(word, typed)
    };
    let typed = words.iter().skip(1).map_while(|word| word.to_str());
    let mut before = typed.take_while(|typed| !is_it(typed));
    before.find(|word| commands::OURS.contains(word))
}

/// Whether `-l` was typed as one of several, as in `-lh`.
fn is_among_short_ones(option: &str, typed: &str) -> bool {
    let short = option.strip_prefix('-').filter(|short| short.len() == 1);
    let several = typed
        .strip_prefix('-')
        .filter(|word| !word.starts_with('-'));
    matches!((short, several), (Some(short), Some(several)) if several.contains(short))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::*;
    use crate::args::Args;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    /// What `line` is answered with: the failure and its hint.
    fn told(line: &str) -> Option<String> {
        let words = words(line);
        let refusal = Args::try_parse_from(&words).expect_err(line);
        let failure = answer(&refusal, &words)?;
        Some(format!("{failure}; {}", failure.hint()?))
    }

    #[test]
    fn commands_of_other_tools_lead_to_ours() {
        for (line, instead) in [
            ("ossum mv a oss://b/c", "ossum cp SOURCE DESTINATION"),
            ("ossum mb oss://b --acl private", "ossum serve --bucket"),
            ("ossum --region x get oss://b/c", "ossum cp oss://"),
            ("ossum mirror . oss://b", "ossum sync"),
            ("ossum s3 cp a oss://b", "ossum cp"),
            ("ossum config list", "ossum config show"),
            ("ossum parts rm oss://b", "ossum parts abort"),
        ] {
            let told = told(line).unwrap_or_default();
            assert!(told.contains(instead), "{line}: {told}");
        }
        assert_eq!(told("ossum frobnicate"), None);
    }

    #[test]
    fn options_of_other_tools_lead_to_ours() {
        for (line, instead) in [
            ("ossum cp -f a oss://b/c", "--if-exists"),
            ("ossum cp a oss://b/c --jobs=4", "--concurrency"),
            ("ossum -e x ls", "--endpoint"),
            ("ossum ls -lh oss://b", "leave it out"),
            ("ossum rm -r oss://b/c -y", "--force"),
            ("ossum serve --port 80", "--listen"),
        ] {
            let told = told(line).unwrap_or_default();
            assert!(told.contains(instead), "{line}: {told}");
        }
        assert_eq!(told("ossum ls --frob"), None);
    }

    #[test]
    fn a_secret_that_was_typed_is_not_repeated() {
        for line in ["ossum ls -k s3cr3t", "ossum ls --access-key-secret=s3cr3t"] {
            let told = told(line).unwrap_or_default();
            assert!(told.contains("OSS_ACCESS_KEY_SECRET"), "{line}: {told}");
            assert!(!told.contains("s3cr3t"), "{line}: {told}");
        }
    }

    #[test]
    fn several_sources_are_told_that_there_is_one() {
        for line in ["ossum cp a.iso b.iso oss://b/", "ossum cp a b c oss://b/"] {
            let told = told(line).unwrap_or_default();
            assert!(told.contains("one source"), "{line}: {told}");
        }
    }

    #[test]
    fn help_and_version_may_be_words() {
        let changed = |line| with_options_for_words(words(line));
        assert_eq!(changed("ossum help cp"), words("ossum cp --help"));
        assert_eq!(changed("ossum version"), words("ossum --version"));
        assert_eq!(changed("ossum cp help x"), words("ossum cp help x"));
    }

    #[test]
    fn nothing_that_there_is_leads_elsewhere() {
        let mut command = Args::command();
        command.build();
        for ours in commands::OURS {
            let below = command.find_subcommand(ours).expect(ours);
            let names = below.get_subcommands().map(clap::Command::get_name);
            for name in names {
                assert_eq!(
                    commands::instead_of(Some(ours), name),
                    None,
                    "{ours} {name}"
                );
            }
            assert_eq!(commands::instead_of(None, ours), None, "{ours}");
            let long = below.get_arguments().filter_map(clap::Arg::get_long);
            let short = below.get_arguments().filter_map(clap::Arg::get_short);
            let taken: Vec<_> = long
                .map(|long| format!("--{long}"))
                .chain(short.map(|short| format!("-{short}")))
                .collect();
            for option in options::of_one(ours) {
                assert!(
                    !taken.iter().any(|taken| taken == option),
                    "{ours} {option}"
                );
            }
        }
        assert_eq!(command.get_subcommands().count(), commands::OURS.len());
    }
}
