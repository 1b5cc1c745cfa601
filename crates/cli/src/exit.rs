//! What every failure means to a script: its exit code, and its kind in `--json`.
//!
//! The codes are a promise to users. This is the only place that knows them.

use std::io;

use crate::failure::{Failure, is_out_of_files};

/// The destination holds exactly the source's bytes, or what was asked for is done.
pub(crate) const DONE: u8 = 0;
/// What was typed cannot be done as it stands.
pub(crate) const USAGE: u8 = 2;

const OTHER: u8 = 1;
const NOT_FOUND: u8 = 3;
const DENIED: u8 = 4;
const NETWORK: u8 = 5;
const INTEGRITY: u8 = 6;
const CHANGED: u8 = 7;
const LIMIT: u8 = 8;
const IN_THE_WAY: u8 = 9;
const DISK: u8 = 10;

/// Of `migrate run-shard` alone: what failed may pass.
const TRY_AGAIN: u8 = 75;
/// Of `migrate run-shard` alone: it fails whenever it is tried.
const NEVER: u8 = 42;

/// A failure as scripts see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// One word for it, in `--json`.
    pub(crate) kind: &'static str,
    /// The exit code.
    pub(crate) code: u8,
}

const fn verdict(kind: &'static str, code: u8) -> Verdict {
    Verdict { kind, code }
}

impl Verdict {
    fn with_code(self, code: u8) -> Self {
        Self { code, ..self }
    }

    /// Whether the same may go well at another time.
    pub(crate) fn may_pass(self) -> bool {
        let stays = [USAGE, NOT_FOUND, DENIED, CHANGED];
        !stays.contains(&self.code)
    }

    /// What `failure` means.
    pub(crate) fn on(failure: &Failure) -> Self {
        match failure {
            Failure::Usage { .. } => verdict("usage", USAGE),
            Failure::Config(error) => match error.kind() {
                ossum_config::ErrorKind::Credentials => verdict("credentials", DENIED),
                ossum_config::ErrorKind::Disk => verdict("disk", DISK),
                _ => verdict("settings", USAGE),
            },
            Failure::Credentials(_) => verdict("credentials", DENIED),
            Failure::BetweenRegions { .. } => of_client(ossum_client::ErrorKind::WrongRegion),
            Failure::Client(error) => of_client(error.kind()),
            Failure::Transfer(error) => of_transfer(error.kind()),
            Failure::Checkpoint(error) => of_checkpoint(error),
            Failure::NoSuchJob(_) => verdict("no_such_job", NOT_FOUND),
            Failure::NotGivenUp { source, .. } | Failure::Unwell { source, .. } => Self::on(source),
            Failure::Unreachable { .. } => verdict("network", NETWORK),
            Failure::File(ossum_durable::Error::NotAFile { .. }) => verdict("not_a_file", USAGE),
            Failure::Local { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                verdict("not_found", NOT_FOUND)
            }
            Failure::Local { .. } | Failure::Log { .. } | Failure::File(_) => verdict("disk", DISK),
            Failure::Output(_) => verdict("output", DISK),
            Failure::System { source, .. } if is_out_of_files(source) => {
                verdict("too_many_open_files", DISK)
            }
            Failure::System { .. } => verdict("system", OTHER),
            Failure::Many(error) => of_many(error),
            Failure::Migrate(error) => of_migrate(error),
            Failure::TryAgain(failure) => Self::on(failure).with_code(TRY_AGAIN),
            Failure::Never(failure) => Self::on(failure).with_code(NEVER),
            Failure::Told(failure) => Self::on(failure),
            Failure::Some { .. } | Failure::Unplanned { .. } => verdict("some_failed", OTHER),
            Failure::Unsound { .. } => verdict("findings", OTHER),
            Failure::Exists(_) => verdict("already_exists", IN_THE_WAY),
            Failure::Differs(_) | Failure::Unequal(_) => verdict("integrity", INTEGRITY),
            Failure::StillArchived { .. } => verdict("archived", DENIED),
            Failure::Interrupted { signal, .. } => verdict("interrupted", signal.exit_code()),
        }
    }
}

fn of_many(error: &ossum_many::Error) -> Verdict {
    use ossum_many::{Error as Many, Trouble};
    match error {
        Many::Transfer(error) => of_transfer(error.kind()),
        Many::Client(error) => of_client(error.kind()),
        Many::NothingThere(_) => verdict("not_found", NOT_FOUND),
        Many::NotADirectory(_) => verdict("not_a_directory", USAGE),
        Many::IntoItself { .. } | Many::Overlap { .. } | Many::Backup(_) => verdict("usage", USAGE),
        Many::Name(_) | Many::Key(_) | Many::NotText => verdict("bad_name", OTHER),
        Many::Loop => verdict("loop", OTHER),
        Many::LeadsNowhere => verdict("leads_nowhere", OTHER),
        Many::LeadsOut(_) => verdict("leads_out", OTHER),
        Many::Limit(_) => verdict("limit", LIMIT),
        Many::EmptySource { .. } => verdict("empty_source", LIMIT),
        Many::UnknownSource { .. } => verdict("unreadable_source", LIMIT),
        Many::TooManyDeleted { .. } => verdict("max_delete", LIMIT),
        Many::BadPlan { .. } | Many::OtherPlan { .. } => verdict("plan", USAGE),
        Many::Drifted(_) => verdict("changed", CHANGED),
        Many::OutOfOrder(_) => verdict("malformed_answer", NETWORK),
        Many::InUse { .. } => verdict("in_use", IN_THE_WAY),
        Many::Exists(_) => verdict("already_exists", IN_THE_WAY),
        Many::AllAlike { trouble, .. } => match trouble {
            Trouble::Denied => verdict("denied", DENIED),
            Trouble::Network => verdict("network", NETWORK),
        },
        Many::File(_) | Many::Local { .. } => verdict("disk", DISK),
        _ => verdict("other", OTHER),
    }
}

fn of_migrate(error: &ossum_migrate::Error) -> Verdict {
    use ossum_migrate::Error as Migrate;
    match error {
        Migrate::NotAllDone { .. } => verdict("not_all_done", OTHER),
        Migrate::NotPlanned(_)
        | Migrate::Planned(_)
        | Migrate::WorkInSource { .. }
        | Migrate::NoSuchShard { .. }
        | Migrate::Invalid(_)
        | Migrate::Format { .. } => verdict("usage", USAGE),
        Migrate::S3(error) => of_s3(error.kind),
        Migrate::Source { source, .. } => of_trouble(source.trouble()),
        Migrate::Damaged { .. } => verdict("work_place", INTEGRITY),
        _ => verdict("other", OTHER),
    }
}

fn of_trouble(trouble: ossum_transfer::SourceTrouble) -> Verdict {
    use ossum_transfer::SourceTrouble as Trouble;
    match trouble {
        Trouble::Missing => verdict("source_missing", NOT_FOUND),
        Trouble::Changed => verdict("changed", CHANGED),
        Trouble::Denied => verdict("denied", DENIED),
        Trouble::Unavailable => verdict("unavailable", NETWORK),
        _ => verdict("refused", OTHER),
    }
}

fn of_s3(kind: ossum_migrate::S3ErrorKind) -> Verdict {
    use ossum_migrate::S3ErrorKind as Kind;
    let code = match kind {
        Kind::NotFound => NOT_FOUND,
        Kind::Denied | Kind::Credentials => DENIED,
        Kind::Changed => CHANGED,
        Kind::Unavailable | Kind::Network | Kind::Malformed => NETWORK,
        _ => OTHER,
    };
    verdict(kind.word(), code)
}

fn of_checkpoint(error: &ossum_checkpoint::Error) -> Verdict {
    match error {
        ossum_checkpoint::Error::InUse { .. } => verdict("in_use", IN_THE_WAY),
        _ => verdict("disk", DISK),
    }
}

fn of_client(kind: ossum_client::ErrorKind) -> Verdict {
    use ossum_client::ErrorKind as Kind;
    match kind {
        Kind::NoSuchKey => verdict("no_such_key", NOT_FOUND),
        Kind::NoSuchBucket => verdict("no_such_bucket", NOT_FOUND),
        Kind::NoSuchUpload => verdict("no_such_upload", NOT_FOUND),
        Kind::Denied => verdict("denied", DENIED),
        Kind::WrongRegion => verdict("wrong_region", DENIED),
        Kind::Archived => verdict("archived", DENIED),
        Kind::Credentials => verdict("credentials", DENIED),
        Kind::Throttled => verdict("throttled", NETWORK),
        Kind::Unavailable => verdict("unavailable", NETWORK),
        Kind::Network => verdict("network", NETWORK),
        Kind::Timeout => verdict("timeout", NETWORK),
        Kind::NotOss => verdict("not_oss", NETWORK),
        Kind::Malformed => verdict("malformed_answer", NETWORK),
        Kind::Integrity => verdict("integrity", INTEGRITY),
        Kind::PreconditionFailed => verdict("changed", CHANGED),
        Kind::AlreadyExists => verdict("already_exists", IN_THE_WAY),
        Kind::Conflict => verdict("conflict", IN_THE_WAY),
        Kind::InvalidRange => verdict("invalid_range", USAGE),
        Kind::Settings => verdict("settings", USAGE),
        Kind::Source => verdict("disk", DISK),
        Kind::NoSocket => verdict("too_many_open_files", DISK),
        Kind::CallbackFailed => verdict("callback_failed", OTHER),
        Kind::Refused => verdict("refused", OTHER),
        _ => verdict("other", OTHER),
    }
}

fn of_transfer(kind: ossum_transfer::ErrorKind) -> Verdict {
    use ossum_transfer::ErrorKind as Kind;
    match kind {
        Kind::Service(kind) => of_client(kind),
        Kind::SourceMissing => verdict("source_missing", NOT_FOUND),
        Kind::SourceNotAFile | Kind::TargetNotAFile => verdict("not_a_file", USAGE),
        Kind::Layout => verdict("layout", USAGE),
        Kind::SourceDenied => verdict("source_denied", DENIED),
        Kind::SourceUnavailable => verdict("source_unavailable", NETWORK),
        Kind::SourceRefused => verdict("source_refused", OTHER),
        Kind::SourceChanged | Kind::ObjectChanged => verdict("changed", CHANGED),
        Kind::Integrity => verdict("integrity", INTEGRITY),
        Kind::Unverifiable => verdict("unverifiable", INTEGRITY),
        Kind::AlreadyExists => verdict("already_exists", IN_THE_WAY),
        Kind::InUse => verdict("in_use", IN_THE_WAY),
        Kind::Limit => verdict("limit", LIMIT),
        Kind::Ambiguous => verdict("ambiguous", CHANGED),
        Kind::Checkpoint => verdict("checkpoint", USAGE),
        Kind::Disk => verdict("disk", DISK),
        Kind::Cancelled => verdict("cancelled", OTHER),
        _ => verdict("other", OTHER),
    }
}

#[cfg(test)]
mod tests {
    use ossum_client::ErrorKind as Client;
    use ossum_transfer::ErrorKind as Transfer;

    use super::*;
    use crate::failure::Left;
    use crate::signals::Signal;

    #[test]
    fn a_kind_of_the_service_means_the_same_within_a_transfer() {
        for kind in [
            Client::NoSuchKey,
            Client::Denied,
            Client::Timeout,
            Client::AlreadyExists,
        ] {
            assert_eq!(of_transfer(Transfer::Service(kind)), of_client(kind));
        }
    }

    #[test]
    fn what_the_next_run_meets_has_codes_of_its_own() {
        for (kind, code) in [
            (Transfer::Ambiguous, 7),
            (Transfer::Checkpoint, 2),
            (Transfer::InUse, 9),
        ] {
            assert_eq!(of_transfer(kind).code, code, "{kind:?}");
        }
    }

    #[test]
    fn a_signal_exits_with_128_and_its_number() {
        for (signal, code) in [(Signal::Interrupt, 130), (Signal::Terminate, 143)] {
            let verdict = Verdict::on(&Failure::Interrupted {
                signal,
                again: String::new(),
                left: Left::Nothing,
            });
            assert_eq!(verdict.code, code);
        }
    }
}
