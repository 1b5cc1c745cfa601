use std::io::{self, BufRead, IsTerminal};
use std::pin::pin;

use futures_util::{StreamExt, TryStreamExt};
use ossum_client::Client;
use ossum_client::op::{DeleteObject, ListedObject};
use ossum_types::{ByteSize, ObjectUrl, PrefixUrl};

use super::{below, block_on};
use crate::args::RmArgs;
use crate::failure::Failure;
use crate::message;
use crate::output::{Deleted, DeletedTotal};
use crate::session::Session;

/// So many objects are being deleted at a time.
const AT_A_TIME: usize = 16;

/// Deletes one object, or all below a prefix.
pub(super) fn run(session: &Session, args: RmArgs) -> Result<(), Failure> {
    if args.recursive {
        return run_recursively(session, &args);
    }
    let to_usage = |invalid: ossum_types::Invalid| {
        let hint = format!(
            "name an object; everything in the bucket is ossum rm -r {}",
            args.what
        );
        Failure::usage(invalid.to_string(), hint)
    };
    let url = args.what.to_object().map_err(to_usage)?;
    let request = DeleteObject {
        version_id: args.version_id,
        ..DeleteObject::new(url.bucket.clone(), url.key.clone())
    };
    let client = session.client()?;
    block_on(async {
        if !args.dry_run {
            client.delete_object(&request).await?;
        }
        let deleted = Deleted {
            object: url.to_string(),
            dry_run: args.dry_run,
        };
        session.output.last(&deleted).map_err(Failure::Output)
    })
}

fn run_recursively(session: &Session, args: &RmArgs) -> Result<(), Failure> {
    let asks = !args.force && !args.dry_run;
    if asks && !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Err(Failure::usage(
            "rm -r asks before it deletes, and there is no terminal to ask at",
            "--force deletes without asking; --dry-run shows what would be deleted",
        ));
    }
    let client = session.client()?;
    block_on(async {
        if asks && !confirm(session, &client, &args.what).await? {
            return Err(Failure::usage("nothing was deleted", "answer y to delete"));
        }
        delete_all(session, &client, args).await
    })
}

/// Counts what would be deleted and asks for it. Nothing to delete needs no asking.
async fn confirm(session: &Session, client: &Client, what: &PrefixUrl) -> Result<bool, Failure> {
    let (mut objects, mut bytes) = (0_u64, 0_u64);
    let mut listed = pin!(below::objects(client, what));
    while let Some(object) = listed.try_next().await? {
        objects += 1;
        bytes = bytes.saturating_add(object.size);
    }
    if objects == 0 {
        return Ok(true);
    }
    let size = ByteSize::new(bytes);
    let what = message::escaped(&what.to_string()).into_owned();
    session.screen.write_stderr(&format!(
        "delete {objects} objects ({size}) whose URLs begin with {what}, and what appears there \
        meanwhile? [y/N] "
    ));
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.map_err(|source| Failure::System {
        action: "read the answer".to_owned(),
        source,
    })?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

async fn delete_all(session: &Session, client: &Client, args: &RmArgs) -> Result<(), Failure> {
    let mut total = DeletedTotal {
        dry_run: args.dry_run,
        ..DeletedTotal::default()
    };
    let listed = below::objects(client, &args.what);
    // A listing that breaks ends it all; a deletion that fails does not.
    let deletions = listed.map(|listed| async move { Ok(delete(client, args, listed?).await) });
    let mut outcomes = pin!(deletions.buffer_unordered(AT_A_TIME));
    while let Some(outcome) = outcomes.try_next().await.map_err(Failure::Client)? {
        match outcome {
            Ok((url, size)) => tell(session, &mut total, &url, size)?,
            Err(failure) => {
                total.failed += 1;
                message::report(&failure, &session.output);
            }
        }
    }
    session.output.total(&total).map_err(Failure::Output)?;
    match total.failed {
        0 => Ok(()),
        failed => Err(Failure::Some {
            failed,
            total: failed + total.objects,
        }),
    }
}

/// Deletes one object, unless this is for show.
async fn delete(
    client: &Client,
    args: &RmArgs,
    object: ListedObject,
) -> Result<(ObjectUrl, u64), Failure> {
    let size = object.size;
    let url = below::url_of(&args.what.bucket, object.key)?;
    if !args.dry_run {
        let request = DeleteObject::new(url.bucket.clone(), url.key.clone());
        client.delete_object(&request).await?;
    }
    Ok((url, size))
}

fn tell(
    session: &Session,
    total: &mut DeletedTotal,
    url: &ObjectUrl,
    size: u64,
) -> Result<(), Failure> {
    total.objects += 1;
    total.bytes = total.bytes.saturating_add(size);
    let deleted = Deleted {
        object: url.to_string(),
        dry_run: total.dry_run,
    };
    session.output.data(&deleted).map_err(Failure::Output)
}
