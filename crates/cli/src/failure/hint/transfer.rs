//! What to do about a transfer that failed, and what of it is safe.

use ossum_transfer::Safe;

use super::disk::{disk_hint, file_hint};
use super::service::client_hint;
use super::{ALREADY_EXISTS, RUN_AGAIN};

pub(super) fn transfer_hint(error: &ossum_transfer::Error) -> Option<String> {
    let specific = match error.client() {
        Some(client) => client_hint(client),
        None => own_hint(error),
    };
    match error.safe() {
        // How much of what is there is still right, nobody knows yet.
        Some(_) if is_change(error) => specific,
        Some(safe) => Some(with_safe(specific, safe)),
        None => specific,
    }
}

fn is_change(error: &ossum_transfer::Error) -> bool {
    use ossum_transfer::ErrorKind as Kind;
    matches!(error.kind(), Kind::ObjectChanged | Kind::SourceChanged)
}

/// What else is to be done, and what that finds there.
fn with_safe(specific: Option<String>, safe: Safe) -> String {
    let are_safe = are_safe(safe);
    match specific {
        None => format!("{are_safe}; {RUN_AGAIN} to continue"),
        Some(specific) => match specific.strip_prefix(RUN_AGAIN) {
            Some(more) => format!("{are_safe}; {RUN_AGAIN} to continue{more}"),
            None if specific.contains("run ") => format!("{specific}; {are_safe}"),
            None => format!("{specific}; {are_safe}, {RUN_AGAIN} then"),
        },
    }
}

/// `6 of 40 parts are safe`
pub(super) fn are_safe(safe: Safe) -> String {
    match safe {
        Safe { parts: 1, of: 1 } => "the only part is safe".to_owned(),
        Safe { parts: 1, of } => format!("1 of {of} parts is safe"),
        Safe { parts, of } => format!("{parts} of {of} parts are safe"),
    }
}

fn own_hint(error: &ossum_transfer::Error) -> Option<String> {
    use ossum_transfer::ErrorKind as Kind;
    let hint = match error.kind() {
        Kind::SourceMissing => "check the path",
        Kind::SourceNotAFile => "name a file; a directory is copied with -r",
        Kind::SourceChanged => {
            "run the same command again when nothing writes to the file, or with --restart-on-change"
        }
        Kind::ObjectChanged => {
            "run the same command again to get the new object; --restart-on-change does so by itself"
        }
        Kind::Integrity => {
            "run the same command again; if it happens again, something damages data on its way"
        }
        Kind::Unverifiable => "--allow-unverified takes it, checked by length only",
        Kind::AlreadyExists => ALREADY_EXISTS,
        Kind::TargetNotAFile if is_partial_in_the_way(error) => {
            "remove it, then run the same command again"
        }
        Kind::TargetNotAFile => {
            "name a file, or end the destination with / to put it into a directory"
        }
        Kind::Layout => "leave out --part-size, and a size that suits is chosen",
        Kind::InUse => {
            "wait for it to end, or stop it, then run the same command again: it goes on from there"
        }
        Kind::Limit => {
            "--memory with more, or --spool DIR, takes more, as a larger --max-transfer does where one was \
            given; --expected-size SIZE plans for it"
        }
        Kind::Ambiguous => {
            "look at what is there with `ossum stat`; if it should be replaced, run the same command again"
        }
        Kind::Checkpoint => {
            "name another file with --checkpoint, or remove that one if nobody needs it"
        }
        Kind::Disk => {
            let hint = error.disk().map_or_else(|| disk_hint(error), file_hint);
            return Some(hint.to_owned());
        }
        _ => return None,
    };
    Some(hint.to_owned())
}

/// Whether something that is no file has the name under which the bytes of a download are kept.
fn is_partial_in_the_way(error: &ossum_transfer::Error) -> bool {
    match error.disk() {
        Some(ossum_durable::Error::NotAFile { path, .. }) => path
            .extension()
            .is_some_and(|suffix| suffix == "ossum-part"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(specific: &str) -> String {
        with_safe(Some(specific.to_owned()), Safe { parts: 6, of: 40 })
    }

    #[test]
    fn what_is_safe_is_told_with_what_else_is_to_be_done() {
        assert_eq!(
            with_safe(None, Safe { parts: 6, of: 40 }),
            "6 of 40 parts are safe; run the same command again to continue"
        );
        assert_eq!(
            told("check their policy"),
            "check their policy; 6 of 40 parts are safe, run the same command again then"
        );
    }

    #[test]
    fn that_the_command_is_to_be_run_again_is_told_once() {
        assert_eq!(
            told("run the same command again; if it goes on, check the network"),
            "6 of 40 parts are safe; run the same command again to continue; if it goes on, check the network"
        );
        assert_eq!(
            told("get new ones and run again"),
            "get new ones and run again; 6 of 40 parts are safe"
        );
    }

    #[test]
    fn a_single_part_is_told_in_the_singular() {
        assert_eq!(are_safe(Safe { parts: 1, of: 2 }), "1 of 2 parts is safe");
        assert_eq!(are_safe(Safe { parts: 0, of: 2 }), "0 of 2 parts are safe");
        assert_eq!(are_safe(Safe { parts: 1, of: 1 }), "the only part is safe");
    }
}
