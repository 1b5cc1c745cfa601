mod all;
mod batch;
mod doomed;

use std::io::{self, BufRead, IsTerminal};
use std::pin::pin;

use futures_util::TryStreamExt;
use ossum_client::Client;
use ossum_client::op::DeleteObject;
use ossum_types::{ByteSize, ObjectUrl, PrefixUrl};

use super::block_on;
use super::clients::Clients;
use crate::args::{Reach, RmArgs};
use crate::failure::Failure;
use crate::message;
use crate::output::{Deleted, DeletedTotal};
use crate::session::Session;

/// Deletes objects, or all below prefixes.
pub(super) fn run(session: &Session, args: &RmArgs) -> Result<(), Failure> {
    if args.recursive {
        return run_recursively(session, args);
    }
    if let Some(option) = args.filter.first_given() {
        return Err(Failure::usage(
            format!("{option} belongs to deleting with -r, and this is none"),
            format!("leave out {option}, or add -r"),
        ));
    }
    let urls = args
        .what
        .iter()
        .map(object)
        .collect::<Result<Vec<_>, _>>()?;
    match urls.as_slice() {
        [url] => delete_one(session, args, url),
        _ if args.version_id.is_some() => Err(Failure::usage(
            "a version belongs to one object, and several are named",
            "name one object with --version-id",
        )),
        several => delete_each(session, args, several),
    }
}

fn object(what: &PrefixUrl) -> Result<ObjectUrl, Failure> {
    what.to_object().map_err(|invalid| {
        let hint = format!("name an object; everything in the bucket is ossum rm -r {what}");
        Failure::usage(invalid.to_string(), hint)
    })
}

fn delete_one(session: &Session, args: &RmArgs, url: &ObjectUrl) -> Result<(), Failure> {
    let client = session.client_for(&url.bucket)?;
    block_on(async {
        let deleted = delete_named(&client, args, url).await?;
        session.output.last(&deleted).map_err(Failure::Output)
    })
}

async fn delete_named(client: &Client, args: &RmArgs, url: &ObjectUrl) -> Result<Deleted, Failure> {
    if !args.dry_run {
        let request = DeleteObject {
            version_id: args.version_id.clone(),
            ..DeleteObject::new(url.bucket.clone(), url.key.clone())
        };
        client.delete_object(&request).await?;
    }
    Ok(Deleted::of(url, args.version_id.as_ref(), args.dry_run))
}

/// Deletes several objects, one after the other: they were typed, so they are few.
fn delete_each(session: &Session, args: &RmArgs, urls: &[ObjectUrl]) -> Result<(), Failure> {
    let clients = Clients::of_all(session, urls.iter().map(|url| &url.bucket))?;
    let mut total = DeletedTotal {
        dry_run: args.dry_run,
        ..DeletedTotal::default()
    };
    block_on(async {
        for url in urls {
            match delete_named(&clients.of(&url.bucket)?, args, url).await {
                Ok(deleted) => {
                    total.objects += 1;
                    session.output.done(&deleted).map_err(Failure::Output)?;
                }
                Err(failure) => report(session, &mut total, &failure),
            }
        }
        end(session, &total)
    })
}

fn run_recursively(session: &Session, args: &RmArgs) -> Result<(), Failure> {
    forbid_unclear_names(args)?;
    let asks = !args.force && !args.dry_run;
    if asks && !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::usage(
            "rm -r asks before it deletes, and there is no terminal to ask at",
            "--force deletes without asking; --dry-run shows what would be deleted",
        ));
    }
    let clients = Clients::of_all(session, args.what.iter().map(|what| &what.bucket))?;
    block_on(async {
        if asks && !confirm(session, &clients, args).await? {
            return Err(Failure::usage("nothing was deleted", "answer y to delete"));
        }
        all::delete(session, &clients, args).await
    })
}

/// Finds that patterns have paths to be held against: `cp -r` takes `oss://bucket/logs` for a
/// directory, `rm -r` for what begins with it, so a path below it would be two things.
fn forbid_unclear_names(args: &RmArgs) -> Result<(), Failure> {
    let is_directory = |what: &&PrefixUrl| what.prefix.is_empty() || what.prefix.ends_with('/');
    let unclear = args.what.iter().find(|what| !is_directory(what));
    match (args.filter.first_given(), unclear) {
        (Some(option), Some(what)) => Err(Failure::usage(
            format!("{option} chooses by the path below a directory, and {what} is none"),
            format!("end it with /: {what}/"),
        )),
        _ => Ok(()),
    }
}

/// Counts what would be deleted and asks for it. Nothing to delete needs no asking.
async fn confirm(session: &Session, clients: &Clients<'_>, args: &RmArgs) -> Result<bool, Failure> {
    let filter = args.filter.filter();
    let (mut objects, mut bytes) = (0_u64, 0_u64);
    for what in &args.what {
        let client = clients.of(&what.bucket)?;
        let mut doomed = pin!(doomed::below(&client, what, args.reach(), &filter));
        while let Some(doomed) = doomed.try_next().await? {
            objects += 1;
            bytes = bytes.saturating_add(doomed.size);
        }
    }
    if objects == 0 {
        return Ok(true);
    }
    let size = ByteSize::new(bytes);
    let things = if args.reach() == Reach::AllVersions {
        "versions"
    } else {
        "objects"
    };
    let urls: Vec<String> = args.what.iter().map(ToString::to_string).collect();
    let urls = urls.join(" or ");
    let what = message::escaped(&urls);
    let chosen = match args.filter.first_given() {
        Some(_) => " and that the patterns take",
        None => "",
    };
    session.screen.write_stderr(&format!(
        "delete {objects} {things} ({size}) whose URLs begin with {what}{chosen}, and what appears \
        there meanwhile? [y/N] "
    ));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|source| Failure::System {
        action: "read the answer".to_owned(),
        source,
    })?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn report(session: &Session, total: &mut DeletedTotal, failure: &Failure) {
    total.failed += 1;
    message::report(failure, &session.output);
}

fn end(session: &Session, total: &DeletedTotal) -> Result<(), Failure> {
    session.output.total(total).map_err(Failure::Output)?;
    Failure::if_any(total.failed, total.failed + total.objects)
}
