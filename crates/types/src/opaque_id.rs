use std::fmt;
use std::str::FromStr;

use crate::Invalid;

/// An ID that OSS made is refused above this many bytes; real ones have 32 to 64.
const MAX_ID_BYTES: usize = 1024;

/// Checks an ID that OSS made: something, in printable ASCII, of a sane length.
///
/// It ends up in query strings, logs and checkpoints, so nothing else may be in it.
fn check(what: &'static str, text: &str) -> Result<String, Invalid> {
    if text.is_empty() || text.len() > MAX_ID_BYTES {
        return Err(Invalid::new(what, text, "it has 1 to 1024 characters"));
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Invalid::new(
            what,
            text,
            "it has only printable ASCII characters",
        ));
    }
    Ok(text.to_owned())
}

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The ID as text, exactly as OSS made it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Invalid;

            fn from_str(text: &str) -> Result<Self, Invalid> {
                check($what, text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    };
}

opaque_id! {
    /// The ID of a multipart upload, made by `InitiateMultipartUpload`; opaque.
    UploadId, "upload ID"
}

opaque_id! {
    /// The ID of one version of an object in a versioned bucket; opaque. `null` is a valid one.
    VersionId, "version ID"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_printable_and_bounded() {
        assert_eq!(
            "0004B9895DBBB6EC".parse::<UploadId>().unwrap().as_str(),
            "0004B9895DBBB6EC"
        );
        assert!("null".parse::<VersionId>().is_ok());
        for bad in ["", "a b", "a\n", "é", &"x".repeat(MAX_ID_BYTES + 1)] {
            assert!(bad.parse::<UploadId>().is_err(), "{bad}");
        }
    }
}
