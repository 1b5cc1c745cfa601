//! What to do next about a failure, as one sentence without a full stop.

mod disk;
mod service;
mod transfer;

use std::io;

pub(crate) use self::disk::is_out_of_files;
use self::disk::{disk_hint, file_hint, local_hint};
use self::service::client_hint;
use self::transfer::{are_safe, transfer_hint};
use super::{Failure, Left};

const ALREADY_EXISTS: &str =
    "--if-exists overwrite replaces it, --if-exists skip leaves it and succeeds";

const JOBS: &str = "`ossum jobs ls` shows what is unfinished";

const UNREACHABLE: &str = "check the endpoint and the region, the network, and what stands between; \
    --proxy names a proxy";

const LOOK_AT_LEDGER: &str = "what failed, and why, is in the ledger below the work place; to try again is of no use before it changes";

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
        Failure::Migrate(error) => Some(migrate_hint(error).to_owned()),
        Failure::TryAgain(_) => Some("the same command again goes on".to_owned()),
        Failure::Never(failure) => match &**failure {
            Failure::Some { .. } => Some(LOOK_AT_LEDGER.to_owned()),
            other => hint(other),
        },
        Failure::Told(failure) => hint(failure),
        Failure::Some { .. } => Some("the same command again tries all of them".to_owned()),
        Failure::Unplanned { .. } => Some(
            "the plan is whole without them; to have them too, rename them and plan again elsewhere"
                .to_owned(),
        ),
        Failure::Unsound { work, .. } => Some(format!(
            "the reports say what each means; `ossum migrate run --work {work}` does what is not done"
        )),
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
        Many::EmptySource { .. } => {
            "see that the source is what it should be; ossum rm -r deletes all"
        }
        Many::UnknownSource { .. } => {
            "nothing was changed; make it readable, leave it out with --exclude, or leave out --delete"
        }
        Many::TooManyDeleted { .. } => {
            "nothing was changed; -n shows what would be deleted, --max-delete allows more"
        }
        Many::Overlap { .. } => "choose two places of which neither is part of the other",
        Many::Backup(_) => "name a prefix in the same bucket, and outside of the destination",
        Many::BadPlan { .. } => "write it again with --plan",
        Many::OtherPlan { .. } => "name its source and its destination, on the same service",
        Many::Drifted(_) => "write a new plan with --plan",
        Many::InUse { .. } => "wait for it to end, or stop it",
        Many::AllAlike {
            trouble: ossum_many::Trouble::Denied,
            ..
        } => "check what these credentials may do; what is done is remembered",
        _ => RUN_AGAIN,
    }
}

fn migrate_hint(error: &ossum_migrate::Error) -> &'static str {
    use ossum_migrate::Error as Migrate;
    match error {
        Migrate::NotPlanned(_) => "check the work place; `ossum migrate plan` makes a plan",
        Migrate::Planned(_) => {
            "`ossum migrate status` shows how far it is; another plan needs another work place"
        }
        Migrate::WorkInSource { .. } => "choose a work place that is no part of the source",
        Migrate::NotAllDone { .. } => "`ossum migrate run` carries out what is left",
        Migrate::NoSuchShard { .. } => "`ossum migrate status` tells how many there are",
        Migrate::Format { .. } => "take the version of ossum that made the plan, or make a new one",
        Migrate::S3(_) => {
            "check AWS_ACCESS_KEY_ID and its kin, --source-endpoint and --source-region"
        }
        Migrate::Damaged { .. } => "make a new plan in another work place",
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

#[cfg(test)]
mod tests {
    use ossum_transfer::Safe;

    use super::*;

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
