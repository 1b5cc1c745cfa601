//! What to do next about a failure, as one sentence without a full stop.

use std::error::Error as StdError;
use std::io;

use ossum_client::Operation;
use ossum_transfer::Safe;
use rustix::io::Errno;

use super::{Failure, Left};
use crate::words::quoted;

const ALREADY_EXISTS: &str =
    "--if-exists overwrite replaces it, --if-exists skip leaves it and succeeds";

const JOBS: &str = "`ossum jobs ls` shows what is unfinished";

const UNREACHABLE: &str = "check the endpoint and the region, the network, and what stands between; \
    --proxy names a proxy";

const RUN_AGAIN: &str = "run the same command again";

pub(super) fn hint(failure: &Failure) -> Option<String> {
    match failure {
        Failure::Usage { hint, .. } | Failure::BetweenRegions { hint, .. } => Some(hint.clone()),
        Failure::Config(error) => error.hint(),
        Failure::Credentials(_) => Some(
            "`ossum config show` tells where credentials come from; see that what is there works"
                .to_owned(),
        ),
        Failure::Client(error) => client_hint(error),
        Failure::Transfer(error) => transfer_hint(error),
        Failure::Checkpoint(error) => Some(checkpoint_hint(error).to_owned()),
        Failure::NoSuchJob(_) => Some(JOBS.to_owned()),
        Failure::Unreachable { .. } => Some(UNREACHABLE.to_owned()),
        Failure::Unwell { source, .. } => hint(source),
        Failure::NotGivenUp { source, .. } => Some(not_given_up_hint(source)),
        Failure::Local {
            action: "look at" | "read" | "open",
            source,
            ..
        } if source.kind() == io::ErrorKind::NotFound => Some("check the path".to_owned()),
        Failure::Local { source, .. }
        | Failure::Log { source, .. }
        | Failure::System { source, .. }
        | Failure::Output(source) => Some(local_hint(source).to_owned()),
        Failure::File(error) => Some(file_hint(error).to_owned()),
        Failure::Many(error) => Some(many_hint(error).to_owned()),
        Failure::Told(failure) => hint(failure),
        Failure::Some { .. } => Some("the same command again tries all of them".to_owned()),
        Failure::Exists(_) => Some(ALREADY_EXISTS.to_owned()),
        Failure::Differs(_) => Some("run it again; if it happens again, report it".to_owned()),
        Failure::Unequal(_) => {
            Some("find out which is the right one, and copy it over the other".to_owned())
        }
        Failure::StillArchived { .. } => {
            Some("restoring goes on by itself; the same command again waits for it".to_owned())
        }
        Failure::Interrupted { again, left, .. } => Some(interrupted_hint(again, *left)),
    }
}

fn many_hint(error: &ossum_many::Error) -> &'static str {
    use ossum_many::Error as Many;
    match error {
        Many::NothingThere(_) => "`ossum ls` shows what is there; one object is copied without -r",
        Many::NotADirectory(_) => "one file is copied without -r",
        Many::IntoItself { .. } => "choose a destination that is no part of the source",
        Many::Name(_) | Many::Key(_) | Many::NotText => {
            "copy it by itself, under another name; --exclude leaves it out"
        }
        Many::Loop | Many::LeadsNowhere => {
            "--no-follow-symlinks leaves links out, --exclude this one"
        }
        Many::LeadsOut(_) => "remove the link, or choose another destination",
        Many::Limit(_) => "run the same command again, with a larger --max-transfer if need be",
        Many::InUse { .. } => "wait for it to end, or stop it",
        Many::AllAlike {
            trouble: ossum_many::Trouble::Denied,
            ..
        } => "check what these credentials may do; what is done is remembered",
        _ => RUN_AGAIN,
    }
}

fn not_given_up_hint(cause: &Failure) -> String {
    const FORCE: &str = "--force removes what is here, and leaves the parts with OSS";
    match hint(cause) {
        Some(hint) => format!("{hint}; {FORCE}"),
        None => FORCE.to_owned(),
    }
}

fn checkpoint_hint(error: &ossum_checkpoint::Error) -> &'static str {
    match error {
        ossum_checkpoint::Error::InUse { .. } => "wait for it to end, or stop it",
        ossum_checkpoint::Error::Durable(error) => file_hint(error),
        other => disk_hint(other),
    }
}

fn interrupted_hint(again: &str, left: Left) -> String {
    match left {
        Left::Nothing => format!("nothing half done is left; to begin anew: {again}"),
        Left::Run(1) => format!("1 file is done; to continue: {again}"),
        Left::Run(files) => format!("{files} files are done; to continue: {again}"),
        Left::Orphans => format!("to begin anew: {again}"),
        Left::Kept(safe) => format!("{}; to continue: {again}", are_safe(safe)),
    }
}

fn client_hint(error: &ossum_client::Error) -> Option<String> {
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

fn transfer_hint(error: &ossum_transfer::Error) -> Option<String> {
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
fn are_safe(safe: Safe) -> String {
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

/// The hint for what the operating system said, somewhere in the chain of causes.
fn disk_hint(error: &dyn StdError) -> &'static str {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return local_hint(io);
        }
        next = cause.source();
    }
    "check the path, and that its file system is well"
}

fn file_hint(error: &ossum_durable::Error) -> &'static str {
    match error {
        ossum_durable::Error::NotAFile { .. } => "name a file",
        ossum_durable::Error::NoSpace { .. } => "make room there, then run the same command again",
        ossum_durable::Error::NotOurs { .. } => {
            "move it out of the way, then run the same command again"
        }
        other => disk_hint(other),
    }
}

fn local_hint(error: &io::Error) -> &'static str {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => "check the path; a directory that is missing has to be made first",
        Kind::PermissionDenied => "check who may read and write there",
        Kind::StorageFull | Kind::QuotaExceeded => "make room there, or choose another place",
        Kind::ReadOnlyFilesystem => "choose a place that can be written",
        Kind::NotADirectory => "a part of the path is a file and not a directory; check the path",
        Kind::IsADirectory => {
            "a directory lies where a file should; remove it or choose another place"
        }
        Kind::AlreadyExists => {
            "a file lies where a directory should; remove it or choose another place"
        }
        Kind::AddrInUse => "choose another port; port 0 takes a free one",
        Kind::AddrNotAvailable => "choose an address of this machine, such as 127.0.0.1",
        _ if is_out_of_files(error) => {
            "too many files are open; allow more with ulimit -n, or ask for less with --concurrency"
        }
        _ if is_any(error, &[Errno::FBIG]) => {
            "the file would be larger than it may be; see ulimit -f, or choose another place"
        }
        _ if is_any(error, &[Errno::LOOP]) => {
            "a symbolic link lies where a file should; remove it or choose another place"
        }
        _ => "check the path, and that its file system is well",
    }
}

/// Whether this process or this machine has as many files open as it may.
pub(crate) fn is_out_of_files(error: &io::Error) -> bool {
    is_any(error, &[Errno::MFILE, Errno::NFILE])
}

fn is_any(error: &io::Error, errnos: &[Errno]) -> bool {
    Errno::from_io_error(error).is_some_and(|errno| errnos.contains(&errno))
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

    #[test]
    fn who_interrupts_reads_what_is_left_and_how_to_go_on() {
        let safe = Safe { parts: 6, of: 40 };
        for (left, hint) in [
            (
                Left::Kept(safe),
                "6 of 40 parts are safe; to continue: ossum cp a b",
            ),
            (Left::Orphans, "to begin anew: ossum cp a b"),
            (
                Left::Nothing,
                "nothing half done is left; to begin anew: ossum cp a b",
            ),
        ] {
            assert_eq!(interrupted_hint("ossum cp a b", left), hint);
        }
    }
}
