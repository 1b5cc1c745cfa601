//! What the terminal of standard error can show.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, IsTerminal};

/// The characters that may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Charset {
    /// Those of ASCII.
    Ascii,
    /// All of them.
    Unicode,
}

/// Standard error as it was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// Whether it is one.
    pub(crate) is_there: bool,
    /// Whether lines can be written anew and in colours: `TERM` is set, and not to `dumb`.
    pub(crate) is_capable: bool,
    /// Whether colours are welcome: `NO_COLOR` is not set to something (no-color.org).
    pub(crate) likes_colour: bool,
    pub(crate) charset: Charset,
}

impl Terminal {
    /// Looks at standard error and at the environment.
    pub(crate) fn of_stderr() -> Self {
        Self::described_by(io::stderr().is_terminal(), |name| std::env::var_os(name))
    }

    fn described_by(is_there: bool, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let is_capable = set("TERM").is_some_and(|term| term != "dumb");
        // The first that is set decides, as POSIX has it.
        let locale = set("LC_ALL")
            .or_else(|| set("LC_CTYPE"))
            .or_else(|| set("LANG"));
        let speaks_utf8 = locale.is_some_and(|locale| {
            let locale = locale.to_string_lossy().to_ascii_lowercase();
            locale.ends_with("utf-8") || locale.ends_with("utf8")
        });
        Self {
            is_there,
            is_capable,
            likes_colour: set("NO_COLOR").is_none(),
            charset: if is_capable && speaks_utf8 {
                Charset::Unicode
            } else {
                Charset::Ascii
            },
        }
    }

    /// Whether a line at its foot can be written anew.
    pub(crate) fn can_show_bars(self) -> bool {
        self.is_there && self.is_capable
    }

    /// Whether messages are coloured where nobody says.
    pub(crate) fn wants_colour(self) -> bool {
        self.can_show_bars() && self.likes_colour
    }
}

impl Charset {
    /// A full place of a bar, the one that is being filled, and an empty one.
    pub(crate) fn bar(self) -> &'static str {
        match self {
            Self::Ascii => "=> ",
            Self::Unicode => "━╸ ",
        }
    }

    /// The text in these characters: others are shown by their numbers.
    pub(crate) fn fit(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Ascii if !text.is_ascii() => {
                let shown = |c: char| {
                    if c.is_ascii() {
                        c.to_string()
                    } else {
                        c.escape_unicode().to_string()
                    }
                };
                Cow::Owned(text.chars().map(shown).collect())
            }
            _ => Cow::Borrowed(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terminal(variables: &[(&str, &str)]) -> Terminal {
        let value = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Terminal::described_by(true, |name| value(name).map(|(_, value)| value.into()))
    }

    #[test]
    fn a_terminal_of_a_utf_8_locale_shows_all_characters() {
        let xterm = ("TERM", "xterm-256color");
        for (locale, charset) in [
            (("LANG", "en_US.UTF-8"), Charset::Unicode),
            (("LC_ALL", "C.utf8"), Charset::Unicode),
            (("LANG", "C"), Charset::Ascii),
            (("LANG", ""), Charset::Ascii),
        ] {
            assert_eq!(terminal(&[xterm, locale]).charset, charset, "{locale:?}");
        }
        let overruled = terminal(&[xterm, ("LC_ALL", "C"), ("LANG", "en_US.UTF-8")]);
        assert_eq!(overruled.charset, Charset::Ascii);
    }

    #[test]
    fn a_dumb_terminal_gets_neither_bars_nor_colours() {
        for variables in [&[("TERM", "dumb"), ("LANG", "C.UTF-8")][..], &[]] {
            let dumb = terminal(variables);
            assert!(!dumb.can_show_bars() && !dumb.wants_colour());
            assert_eq!(dumb.charset, Charset::Ascii);
        }
    }

    #[test]
    fn no_color_set_to_something_is_obeyed() {
        let xterm = ("TERM", "xterm");
        assert!(terminal(&[xterm, ("NO_COLOR", "")]).wants_colour());
        let plain = terminal(&[xterm, ("NO_COLOR", "1")]);
        assert!(!plain.wants_colour() && plain.can_show_bars());
    }

    #[test]
    fn what_ascii_lacks_is_shown_by_its_number() {
        assert_eq!(Charset::Ascii.fit("é.bin"), "\\u{e9}.bin");
        assert_eq!(Charset::Unicode.fit("é.bin"), "é.bin");
    }
}
