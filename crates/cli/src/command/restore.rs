mod archive;
mod waiting;

use std::pin::pin;
use std::time::Instant;

use futures_util::{StreamExt, TryStreamExt};
use ossum_client::Client;
use ossum_client::op::{HeadObject, ListedObject, RestoreObject, Restoring};
use ossum_types::ObjectUrl;

use self::archive::{Class, State};
use self::waiting::until_readable;
use super::{below, block_on};
use crate::args::RestoreArgs;
use crate::failure::Failure;
use crate::message;
use crate::output::{Restored, RestoredState, RestoredTotal};
use crate::session::Session;

/// So many objects are asked for at a time.
const AT_A_TIME: usize = 16;

/// Restores one object, or all archived ones below a prefix.
pub(super) fn run(session: &Session, args: &RestoreArgs) -> Result<(), Failure> {
    let client = session.client_for(&args.what.bucket)?;
    // Nobody waits longer than the clock can tell.
    let wait = args.wait;
    let deadline = wait.and_then(|span| Instant::now().checked_add(span.get()));
    block_on(async {
        if args.recursive {
            return restore_all(session, &client, args, deadline).await;
        }
        let url = args.what.to_object().map_err(|invalid| {
            let all = format!("ossum restore -r {}", args.what);
            let hint = format!("name an object; everything that is archived is {all}");
            Failure::usage(invalid.to_string(), hint)
        })?;
        restore_one(session, &client, args, &url, deadline).await
    })
}

async fn restore_one(
    session: &Session,
    client: &Client,
    args: &RestoreArgs,
    url: &ObjectUrl,
    deadline: Option<Instant>,
) -> Result<(), Failure> {
    let mut restored = begin(client, args, url).await?;
    if let Some(deadline) = deadline
        && !restored.is_readable()
    {
        session.output.note(&restored).map_err(Failure::Output)?;
        let until = until_readable(client, &head(args, url), deadline).await?;
        restored = restored.now(RestoredState::Restored { until });
    }
    session.output.last(&restored).map_err(Failure::Output)
}

async fn restore_all(
    session: &Session,
    client: &Client,
    args: &RestoreArgs,
    deadline: Option<Instant>,
) -> Result<(), Failure> {
    let mut total = RestoredTotal::default();
    // A listing that breaks ends it all; an object that cannot be restored does not.
    let listed = below::objects(client, &args.what);
    let begun = listed.map(|object| async move {
        let object = object?;
        Ok::<_, Failure>(begin_listed(client, args, object).await)
    });
    let mut begun = pin!(begun.buffer_unordered(AT_A_TIME));
    while let Some(outcome) = begun.try_next().await? {
        match outcome {
            Ok(None) => total.not_archived += 1,
            Ok(Some(restored)) => {
                total.add(&restored);
                session.output.done(&restored).map_err(Failure::Output)?;
            }
            Err(failure) => {
                total.failed += 1;
                message::report(&failure, &session.output);
            }
        }
    }
    if let Some(deadline) = deadline {
        session.output.flush().map_err(Failure::Output)?;
        wait_for_all(session, client, args, deadline).await?;
    }
    session.output.total(&total).map_err(Failure::Output)?;
    Failure::if_any(total.failed, total.failed + total.archived())
}

/// Begins to restore an object of a listing; `None` if it is not archived.
async fn begin_listed(
    client: &Client,
    args: &RestoreArgs,
    object: ListedObject,
) -> Result<Option<Restored>, Failure> {
    if Class::of(object.storage_class.as_deref()).is_none() {
        return Ok(None);
    }
    let url = below::url_of(&args.what.bucket, object.key)?;
    begin(client, args, &url).await.map(Some)
}

/// Waits for one after the other: all are on their way, so it takes no longer, and none has to be
/// remembered.
async fn wait_for_all(
    session: &Session,
    client: &Client,
    args: &RestoreArgs,
    deadline: Instant,
) -> Result<(), Failure> {
    let mut listed = pin!(below::objects(client, &args.what));
    while let Some(object) = listed.try_next().await? {
        let Some(class) = Class::of(object.storage_class.as_deref()) else {
            continue;
        };
        // Of a key that no request could carry it has been told.
        let Ok(url) = below::url_of(&args.what.bucket, object.key) else {
            continue;
        };
        let until = until_readable(client, &head(args, &url), deadline).await?;
        let restored = Restored::new(&url, class.name(), RestoredState::Restored { until });
        session.output.note(&restored).map_err(Failure::Output)?;
    }
    Ok(())
}

/// Begins to restore an object, unless that is done or needs no doing.
async fn begin(client: &Client, args: &RestoreArgs, url: &ObjectUrl) -> Result<Restored, Failure> {
    let info = client.head_object(&head(args, url)).await?;
    let told = |state| {
        let class = info.storage_class().unwrap_or_default().to_owned();
        Restored::new(url, &class, state)
    };
    let Some(class) = Class::of(info.storage_class()) else {
        return Ok(told(RestoredState::NotArchived));
    };
    match State::of(&info) {
        State::Thawing => return Ok(told(RestoredState::UnderWay)),
        State::Readable { until } if args.days.is_none() => {
            return Ok(told(RestoredState::Restored { until }));
        }
        _ => {}
    }
    let days = args.days.unwrap_or(1);
    class.check(url, days)?;
    let request = RestoreObject {
        version_id: args.version_id.clone(),
        // The class Archive knows no tiers.
        tier: args
            .tier
            .filter(|_| class != Class::Archive)
            .map(Into::into),
        ..RestoreObject::new(url.bucket.clone(), url.key.clone(), days)
    };
    Ok(told(match client.restore_object(&request).await? {
        Restoring::Begun => RestoredState::Begun {
            takes: class.takes(args.tier),
        },
        Restoring::UnderWay => RestoredState::UnderWay,
        Restoring::Extended => RestoredState::Extended { days },
    }))
}

fn head(args: &RestoreArgs, url: &ObjectUrl) -> HeadObject {
    HeadObject {
        version_id: args.version_id.clone(),
        ..HeadObject::new(url.bucket.clone(), url.key.clone())
    }
}
