//! From what was typed to a transfer.

use std::path::Path;

use ossum_client::op::Overwrite as ObjectOverwrite;
use ossum_transfer::{
    Adopt, Copy, Download, Feed, OnChange, Options, Overwrite as FileOverwrite, Pour, Unverified,
    Upload,
};
use ossum_types::ByteSize;

use super::route::Route;
use super::{callback, checkpoint, headers};
use crate::args::{CpArgs, IfExists, KeptArgs, MovingArgs};
use crate::command::moving::Job;
use crate::failure::Failure;
use crate::session::Session;

/// What was typed, as a transfer.
pub(super) fn of(session: &Session, args: &CpArgs) -> Result<Job, Failure> {
    let route = Route::find(&args.source, &args.destination)?;
    forbid_misplaced(args, &route)?;
    if let Some(file) = route.local_file() {
        checkpoint::forbid_same(&args.checkpoint, file)?;
    }
    let options = match route {
        Route::In { .. } | Route::Out { .. } => options(&args.moving, &args.checkpoint.kept),
        _ => Options {
            checkpoint: checkpoint::of(session, &args.checkpoint, args.moving.durability.into())?,
            ..options(&args.moving, &args.checkpoint.kept)
        },
    };
    Ok(match route {
        Route::Up {
            source,
            destination,
        } => Job::Upload(Box::new(Upload {
            headers: headers::of_upload(&args.object, &source, &destination.key),
            overwrite: object_overwrite(args),
            callback: callback::of(&args.callback)?,
            verify_kept: args.upload.verify_kept.unwrap_or_default().into(),
            adopt: if args.upload.adopt {
                Adopt::Yes
            } else {
                Adopt::No
            },
            options,
            ..Upload::new(source, destination)
        })),
        Route::Down {
            source,
            destination,
        } => Job::Download(Box::new(Download {
            version_id: args.version_id.clone(),
            range: args.download.range,
            overwrite: file_overwrite(args),
            unverified: unverified(args.download.allow_unverified),
            options,
            ..Download::new(source, destination)
        })),
        Route::In { destination } => Job::Feed(Box::new(Feed {
            headers: headers::of_upload(&args.object, Path::new(""), &destination.key),
            overwrite: object_overwrite(args),
            callback: callback::of(&args.callback)?,
            expected_bytes: args.stream.expected_size.map(ByteSize::get),
            most_bytes: args.moving.max_transfer.map(ByteSize::get),
            spool: args.stream.spool.clone(),
            options,
            ..Feed::new(destination)
        })),
        Route::Out { source } => Job::Pour(Box::new(Pour {
            source,
            version_id: args.version_id.clone(),
            range: args.download.range,
            unverified: unverified(args.download.allow_unverified),
            options,
        })),
        Route::Across {
            source,
            destination,
        } => Job::Copy(Box::new(Copy {
            version_id: args.version_id.clone(),
            headers: headers::of_copy(&args.object),
            overwrite: object_overwrite(args),
            options,
            ..Copy::new(source, destination)
        })),
    })
}

/// An option that would do nothing is a misunderstanding.
fn forbid_misplaced(args: &CpArgs, route: &Route) -> Result<(), Failure> {
    misplaced(args.run.first_given(), "copying with -r")?;
    let version_id = args.version_id.is_some().then_some("--version-id");
    let object = args.object.first_given();
    let (upload, download) = (args.upload.first_given(), args.download.first_given());
    let stream = args.stream.first_given();
    if !matches!(route, Route::In { .. }) {
        misplaced(stream, "an upload of standard input")?;
    }
    if !matches!(route, Route::In { .. } | Route::Up { .. }) {
        misplaced(args.callback.first_given(), "an upload")?;
    }
    match route {
        Route::In { .. } => {
            misplaced(upload, "an upload of a file")?;
            misplaced(download, "a download")?;
            misplaced(version_id, "a download or a copy")?;
            misplaced(args.checkpoint.first_given(), "what can be gone on with")?;
            forbid_newer(args.if_exists)
        }
        Route::Up { .. } => {
            misplaced(download, "a download")?;
            misplaced(version_id, "a download or a copy")
        }
        Route::Down { .. } => {
            misplaced(upload, "an upload")?;
            misplaced(object, "an upload or a copy")
        }
        Route::Out { .. } => {
            misplaced(upload, "an upload")?;
            misplaced(object, "an upload or a copy")?;
            let existing = args.if_exists != IfExists::Overwrite;
            misplaced(existing.then_some("--if-exists"), "what has a name")?;
            misplaced(args.checkpoint.first_given(), "what can be gone on with")
        }
        Route::Across { .. } => {
            misplaced(upload, "an upload")?;
            misplaced(download, "a download")
        }
    }
}

/// What is read just now would always be newer.
fn forbid_newer(if_exists: IfExists) -> Result<(), Failure> {
    match if_exists {
        IfExists::Newer => Err(Failure::usage(
            "--if-exists newer compares times, and standard input has none",
            "--if-exists skip keeps what is there, --if-exists overwrite replaces it",
        )),
        _ => Ok(()),
    }
}

/// The same with `-r`.
pub(super) fn forbid_misplaced_in_run(
    args: &CpArgs,
    route: &ossum_many::Route,
) -> Result<(), Failure> {
    use ossum_many::Route;
    let of_one = [
        ("--checkpoint", args.checkpoint.checkpoint.is_some()),
        ("--version-id", args.version_id.is_some()),
        ("--range", args.download.range.is_some()),
        ("--adopt", args.upload.adopt),
    ];
    let given = of_one.into_iter().filter(|(_, given)| *given);
    let of_one = given.map(|(option, _)| option);
    let others = [args.callback.first_given(), args.stream.first_given()];
    for option in of_one.chain(others.into_iter().flatten()) {
        misplaced(Some(option), "a single file or object")?;
    }
    let links = args.run.links.first_given();
    let object = args.object.first_given();
    let (upload, download) = (args.upload.first_given(), args.download.first_given());
    match route {
        Route::Up { .. } => misplaced(download, "a download"),
        Route::Down { .. } => {
            misplaced(upload.or(links), "an upload")?;
            misplaced(object, "an upload or a copy")
        }
        Route::Across { .. } => {
            misplaced(upload.or(links), "an upload")?;
            misplaced(download, "a download")
        }
    }
}

pub(in crate::command) fn misplaced(option: Option<&str>, belongs_to: &str) -> Result<(), Failure> {
    match option {
        None => Ok(()),
        Some(option) => Err(Failure::usage(
            format!("{option} belongs to {belongs_to}, and this is none"),
            format!("leave out {option}"),
        )),
    }
}

/// How each transfer is carried out, but for where it is remembered.
pub(in crate::command) fn options(moving: &MovingArgs, kept: &KeptArgs) -> Options {
    Options {
        part_size: moving.part_size,
        concurrency: moving.concurrency.0,
        memory_bytes: moving.memory.get(),
        durability: moving.durability.into(),
        on_change: if kept.restart_on_change {
            OnChange::StartOver
        } else {
            OnChange::Fail
        },
        ..Options::default()
    }
}

pub(in crate::command) fn unverified(allow: bool) -> Unverified {
    if allow {
        Unverified::Allow
    } else {
        Unverified::Refuse
    }
}

fn object_overwrite(args: &CpArgs) -> ObjectOverwrite {
    match args.if_exists {
        IfExists::Overwrite | IfExists::Newer => ObjectOverwrite::Allow,
        IfExists::Skip | IfExists::Fail => ObjectOverwrite::Forbid,
    }
}

fn file_overwrite(args: &CpArgs) -> FileOverwrite {
    match args.if_exists {
        IfExists::Overwrite | IfExists::Newer => FileOverwrite::Allow,
        IfExists::Skip | IfExists::Fail => FileOverwrite::Forbid,
    }
}
