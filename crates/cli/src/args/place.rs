use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use ossum_types::{Invalid, PrefixUrl};

/// Where something is, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A path on this machine.
    Local(PathBuf),
    /// `oss://bucket`, `oss://bucket/prefix` or `oss://bucket/key`.
    Oss(PrefixUrl),
    /// `-`: standard input or output.
    Stream,
}

impl Place {
    /// Reads a place. Whatever does not begin with `oss://` is a path; `./-` and `./oss:` are too.
    pub(crate) fn parse(text: &OsStr) -> Result<Self, Invalid> {
        match text.to_str() {
            Some("") => Err(Invalid::new("path", "", "it is empty")),
            Some("-") => Ok(Self::Stream),
            Some(url) if PrefixUrl::is_oss(url) => url.parse().map(Self::Oss),
            _ => Ok(Self::Local(PathBuf::from(text))),
        }
    }

    /// Reads a place that is typed.
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        OsStringValueParser::new().try_map(|text: OsString| Self::parse(&text))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local(path) => path.display().fmt(f),
            Self::Oss(url) => url.fmt(f),
            Self::Stream => f.write_str("-"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    fn parse(text: &str) -> Result<Place, Invalid> {
        Place::parse(OsStr::new(text))
    }

    #[test]
    fn a_place_is_told_by_how_it_begins() {
        assert!(matches!(parse("oss://bucket/a/b"), Ok(Place::Oss(_))));
        assert_eq!(parse("-"), Ok(Place::Stream));
        assert_eq!(parse("./-"), Ok(Place::Local("./-".into())));
        assert_eq!(parse("dir/file"), Ok(Place::Local("dir/file".into())));
        assert!(parse("oss://Bad_Bucket/x").is_err());
        assert!(parse("").is_err());
    }

    #[test]
    fn a_path_need_not_be_text() {
        let path = OsStr::from_bytes(b"\xff");
        assert_eq!(Place::parse(path), Ok(Place::Local(path.into())));
    }
}
