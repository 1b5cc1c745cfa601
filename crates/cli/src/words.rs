use std::ffi::OsString;
use std::fmt;

use crate::message::escaped;

/// What was typed, without the secrets in it: it is shown, and kept with an unfinished transfer.
///
/// Printed as a command that a shell takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words(Vec<String>);

/// What stands in place of a secret.
const REDACTED: &str = "***";

/// No option of ours takes a secret. Somebody may try all the same.
const SECRET: [&str; 3] = ["secret", "password", "token"];

impl Words {
    pub(crate) fn of(typed: &[OsString]) -> Self {
        let mut words = Vec::new();
        let mut value_follows = false;
        for word in typed {
            let word = word.to_string_lossy();
            words.push(if value_follows {
                REDACTED.to_owned()
            } else {
                redacted(&word)
            });
            value_follows = !value_follows && is_secret_option(&word);
        }
        Self(words)
    }

    /// What was kept with an unfinished transfer.
    pub(crate) fn recorded(words: &[String]) -> Self {
        Self(words.to_vec())
    }

    pub(crate) fn to_vec(&self) -> Vec<String> {
        self.0.clone()
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted: Vec<String> = self.0.iter().map(|word| quoted(word)).collect();
        f.write_str(&quoted.join(" "))
    }
}

/// What was left out of recorded words, if anything was: then they cannot be run as they stand.
pub(crate) fn left_out(words: &[String]) -> Option<String> {
    let mut before = "";
    for word in words {
        if word == REDACTED && is_secret_option(before) {
            return Some(format!("the value of {before} was left out"));
        }
        if let Some((name, REDACTED)) = word.split_once('=') {
            return Some(format!("the value of {name} was left out"));
        }
        if word.contains("://***@") {
            return Some(format!("the password in {word} was left out"));
        }
        if word.contains(char::REPLACEMENT_CHARACTER) {
            return Some(format!("{word} has a character that is no text"));
        }
        before = word;
    }
    None
}

/// Whether a word is an option whose value is a secret and stands in the next word.
fn is_secret_option(word: &str) -> bool {
    !word.contains('=') && is_secret_name(word)
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("--") && SECRET.iter().any(|secret| name.contains(secret))
}

/// A word without what is secret in it.
fn redacted(word: &str) -> String {
    match word.split_once('=') {
        Some((name, _)) if is_secret_name(name) => format!("{name}={REDACTED}"),
        _ => without_passwords(word),
    }
}

/// A word without the `user:password` of the URLs in it.
fn without_passwords(word: &str) -> String {
    let mut pieces = word.split("://");
    let mut clean = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(['/', '?', '#']).unwrap_or(piece.len());
        let (authority, rest) = piece.split_at(end);
        clean.push_str("://");
        if let Some((_, host)) = authority.rsplit_once('@') {
            clean.push_str(REDACTED);
            clean.push('@');
            clean.push_str(host);
        } else {
            clean.push_str(authority);
        }
        clean.push_str(rest);
    }
    clean
}

/// A word as a shell takes it whole.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", escaped(word).replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(typed: &[&str]) -> Words {
        let typed: Vec<OsString> = typed.iter().map(OsString::from).collect();
        Words::of(&typed)
    }

    #[test]
    fn a_command_can_be_typed_again() {
        let words = words(&["ossum", "cp", "a b", "oss://b/it's", ""]);
        assert_eq!(words.to_string(), r"ossum cp 'a b' 'oss://b/it'\''s' ''");
    }

    #[test]
    fn a_password_in_a_url_is_left_out() {
        for (typed, shown) in [
            ("http://u:p@proxy:3128", "http://***@proxy:3128"),
            ("--proxy=http://u:p@proxy/w", "--proxy=http://***@proxy/w"),
            ("https://u:p@q@host/x@y?z", "https://***@host/x@y?z"),
            ("oss://b/a@b", "oss://b/a@b"),
            ("a@b:c", "a@b:c"),
        ] {
            assert_eq!(redacted(typed), shown);
        }
    }

    #[test]
    fn what_was_left_out_of_a_command_is_named() {
        for (typed, missing) in [
            (&["cp", "--x-token", "t"][..], "the value of --x-token"),
            (&["cp", "--x-token=t"], "the value of --x-token"),
            (&["cp", "--proxy", "http://u:p@h"], "http://***@h"),
            (&["cp", "a\u{fffd}b"], "a\u{fffd}b"),
        ] {
            let kept = words(typed).to_vec();
            assert!(left_out(&kept).unwrap().contains(missing), "{typed:?}");
        }
        assert_eq!(
            left_out(&words(&["cp", "***", "oss://b/a@b"]).to_vec()),
            None
        );
    }

    #[test]
    fn the_value_of_an_option_that_sounds_secret_is_left_out() {
        let typed = [
            "--access-key-secret",
            "s",
            "--Token=t",
            "--pass",
            "--x-password",
            "--y",
        ];
        assert_eq!(
            words(&typed).to_vec(),
            [
                "--access-key-secret",
                "***",
                "--Token=***",
                "--pass",
                "--x-password",
                "***"
            ]
        );
    }
}
