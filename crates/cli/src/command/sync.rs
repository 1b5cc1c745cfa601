use ossum_many::{Route, Run};

use super::cp::job::{misplaced, unverified};
use super::cp::source::Typed;
use super::many::{Asked, Compares, route};
use crate::args::SyncArgs;
use crate::failure::Failure;
use crate::session::Session;

/// Makes one place the same as another.
pub(super) fn run(session: &Session, args: &SyncArgs) -> Result<(), Failure> {
    let streams = || {
        Failure::usage(
            "standard input and output (-) are one file, and sync compares many",
            "name a directory, or use ossum cp",
        )
    };
    let route = route(&args.source, &args.destination, streams)?;
    forbid_misplaced(args, &route)?;
    let asked = Asked {
        typed: Typed {
            source: &args.source,
            destination: &args.destination,
            many: true,
        },
        moving: &args.moving,
        kept: &args.kept,
        object: &args.object,
        dry_run: args.dry_run || args.only_plans(),
    };
    let run = Run {
        filter: args.filter.filter(),
        links: args.links.links(),
        unverified: unverified(args.allow_unverified),
        verify_kept: args.verify_kept.unwrap_or_default().into(),
        ..asked.run(session, route)?
    };
    let how = args.how();
    asked.carry_out(session, run, Compares::Yes, |client, run, monitor, tell| {
        ossum_many::sync(client, run, &how, monitor, tell)
    })
}

/// An option that would do nothing is a misunderstanding.
fn forbid_misplaced(args: &SyncArgs, route: &Route) -> Result<(), Failure> {
    let backup = args.backup_prefix.is_some().then_some("--backup-prefix");
    if args.how().delete.is_none() {
        let most = args.max_delete.is_some().then_some("--max-delete");
        misplaced(most, "a run with --delete")?;
        misplaced(backup, "a run with --delete")?;
    }
    let upload = args.verify_kept.is_some().then_some("--verify-kept");
    let download = args.allow_unverified.then_some("--allow-unverified");
    let links = args.links.first_given();
    match route {
        Route::Up { .. } => misplaced(download, "a download"),
        Route::Down { .. } => {
            let renames = args.track_renames.then_some("--track-renames");
            misplaced(renames, "an upload or a copy")?;
            misplaced(upload.or(links), "an upload")?;
            misplaced(backup, "deleting objects")?;
            misplaced(args.object.first_given(), "an upload or a copy")
        }
        Route::Across { .. } => {
            misplaced(upload.or(links), "an upload")?;
            misplaced(download, "a download")
        }
    }
}
