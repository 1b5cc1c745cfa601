//! What to do about what OSS or the network said.

use ossum_client::Operation;

use super::{ALREADY_EXISTS, RUN_AGAIN};
use crate::words::quoted;

pub(super) fn client_hint(error: &ossum_client::Error) -> Option<String> {
    use ossum_client::ErrorKind as Kind;
    hint_of_object(error).or_else(|| error.hint()).or_else(|| {
        let hint = match error.kind() {
            Kind::AlreadyExists => ALREADY_EXISTS,
            Kind::NoSuchUpload => "`ossum parts ls` shows the unfinished uploads of a bucket",
            Kind::InvalidRange => "`ossum stat` shows how large the object is",
            Kind::PreconditionFailed => {
                "the object was replaced meanwhile; run the same command again"
            }
            Kind::Conflict => "look at what is there with `ossum stat`, and run again",
            Kind::Settings => "correct what is named, or leave it out",
            Kind::Source => "check that the file can be read",
            Kind::Credentials => {
                "correct where they come from, which `ossum config show` tells; then run again"
            }
            Kind::CallbackFailed => {
                "the object is stored and needs no upload; see what the callback's server answered"
            }
            Kind::Network | Kind::Timeout => RUN_AGAIN,
            _ => return None,
        };
        Some(hint.to_owned())
    })
}

/// The command to use next about the very object.
fn hint_of_object(error: &ossum_client::Error) -> Option<String> {
    use ossum_client::ErrorKind as Kind;
    // A copy is about its destination, and what is missing or archived is its source.
    if matches!(
        error.operation(),
        Operation::CopyObject | Operation::UploadPartCopy
    ) {
        return None;
    }
    let url = error.object()?;
    match error.kind() {
        Kind::NoSuchKey => {
            let url = url.to_string();
            // A bucket has no / before it that could be meant.
            let (parent, _) = url.rsplit_once('/')?;
            let listing = quoted(&format!("{parent}/"));
            Some(format!(
                "check the key; `ossum ls {listing}` shows what is there{}",
                if is_percent_encoded(&url) {
                    ", and % is taken as it stands"
                } else {
                    ""
                }
            ))
        }
        Kind::Archived => {
            let url = quoted(&url.to_string());
            Some(format!(
                "`ossum restore {url} --wait` makes it readable; run the same command again then"
            ))
        }
        _ => None,
    }
}

/// Whether `url` has a percent sign and two hexadecimal digits, as addresses of the web have.
fn is_percent_encoded(url: &str) -> bool {
    let mut behind = url.split('%').skip(1);
    behind.any(|behind| {
        let digits = behind.as_bytes().get(..2);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    })
}
