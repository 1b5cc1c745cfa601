use std::collections::BTreeMap;

use ossum_plan::{KeptPart, PartLayout, Reconciled, Recorded, reconcile_copy};
use ossum_types::Crc64;

use super::attempt::Job;
use super::copier::Copier;
use super::session::{Beginning, Session, begin, look_back};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::crew::Crew;
use crate::engine::{self, Account, Work};
use crate::error::{Error, ErrorKind, shown_url};
use crate::monitor::{Event, Restarted};
use crate::multipart::{Gained, Gathered, Remedies, Remedy, WhenCancelled, Whole};
use crate::report::{Report, Verified};
use crate::thread;

/// Copies an object in parts: those of `layout`, or those of an earlier run, of which only what is
/// missing is copied.
pub(super) async fn copy(
    job: &Job<'_>,
    layout: &PartLayout,
    earlier: Earlier,
    mut checkpoint: Checkpoint,
) -> Result<Report, Error> {
    let beginning = look_back(job, layout, earlier, &mut checkpoint).await;
    let mut session = match beginning.map_err(|error| checkpoint.keeping(error))? {
        Beginning::New(reason) => begin(job, layout, reason, &mut checkpoint).await?,
        Beginning::Continued(session) => *session,
        Beginning::Done(report) => {
            checkpoint.remove();
            return Ok(*report);
        }
    };
    let mut remedies = Remedies::default();
    loop {
        let (kept, outcome) = run(job, &session, checkpoint).await;
        checkpoint = kept;
        let error = match outcome {
            Ok(report) => {
                checkpoint.remove();
                return Ok(report);
            }
            Err(error) => error,
        };
        match remedies.of(&error) {
            Some(Remedy::NewUpload) => {
                tracing::warn!("{error}: the copy begins anew");
                let reason = Some(Restarted::UploadGone);
                session = begin(job, layout, reason, &mut checkpoint).await?;
            }
            Some(Remedy::ListAgain) => {
                tracing::warn!("{error}: copying all of it once more");
                session.listed = Vec::new();
            }
            None => {
                let upload_id = session.upload_id;
                return Err(job.making.leave(upload_id, &mut checkpoint, error).await);
            }
        }
    }
}

/// One try to copy what is missing and to complete.
async fn run(
    job: &Job<'_>,
    session: &Session,
    checkpoint: Checkpoint,
) -> (Checkpoint, Result<Report, Error>) {
    let layout = &session.layout;
    let plan = reconcile_copy(layout, &session.recorded, session.listed.iter().cloned());
    tell(job, session, &plan);
    let gathered = Gathered::new(layout, session.recorded.clone(), checkpoint);
    let (gathered, copied) = copy_parts(job, session, plan, gathered).await;
    let outcome = match (gathered, copied) {
        (Some(gathered), Ok(())) => verify(job, session, gathered).await,
        (gathered, copied) => (gathered, copied.map(|()| Vec::new())),
    };
    let (gathered, outcome) = match outcome {
        (Some(mut gathered), Ok(parts)) => {
            let completed = complete(job, session, &mut gathered, parts).await;
            (Some(gathered), completed)
        }
        (gathered, Err(error)) => (gathered, Err(error)),
        (None, Ok(_)) => (None, Err(thread::died())),
    };
    let Some(gathered) = gathered else {
        return (Checkpoint::none(), outcome);
    };
    let safe = gathered.safe();
    let checkpoint = gathered.into_checkpoint();
    let kept = checkpoint.is_kept();
    let outcome = outcome.map_err(|error| if kept { error.keeping(safe) } else { error });
    (checkpoint, outcome)
}

fn tell(job: &Job<'_>, session: &Session, plan: &Reconciled) {
    let monitor = job.making.monitor;
    if let Some(reason) = session.restarted {
        monitor.tell(Event::Restarted(reason));
    }
    if session.resumed {
        let parts = u32::try_from(plan.keep.len()).unwrap_or(u32::MAX);
        monitor.tell(Event::Resumed { parts });
    }
}

async fn copy_parts(
    job: &Job<'_>,
    session: &Session,
    plan: Reconciled,
    mut gathered: Gathered,
) -> (Option<Gathered>, Result<(), Error>) {
    let (monitor, options) = (job.making.monitor, &job.request.options);
    monitor.begin(session.layout.object_size(), session.layout.count());
    for kept in plan.keep {
        let gained = Gained {
            // As it was recorded; the listing tells the rest at the end.
            kept: KeptPart {
                crc64: None,
                ..kept
            },
            confirmed: false,
            reused: true,
        };
        match gathered.note(gained) {
            Ok(noted) => monitor.part_done(noted.part, noted.reused),
            Err(error) => return (Some(gathered), Err(error)),
        }
    }
    let copier = Copier {
        request: job.request.clone(),
        source: job.source(),
        destination: job.making.destination.clone(),
        upload_id: session.upload_id.clone(),
        monitor: monitor.clone(),
    };
    let work = Work {
        crew: Crew::decide(options, session.layout.count()),
        budget: options.budget.clone(),
        first: None,
        moving: plan.send,
        checking: Vec::new(),
    };
    engine::run(job.making.client, copier, work, gathered, monitor).await
}

/// Finds that all parts together have the source's CRC-64, before anything is public; if not, all
/// are copied anew, once. Gives the parts with what OSS lists of each.
async fn verify(
    job: &Job<'_>,
    session: &Session,
    gathered: Gathered,
) -> (Option<Gathered>, Result<Vec<KeptPart>, Error>) {
    let mut gathered = gathered;
    for last in [false, true] {
        let parts = match listed_as_made(job, session, &gathered).await {
            Ok(parts) => parts,
            Err(error) => return (Some(gathered), Err(error)),
        };
        let wrong = combined(&parts)
            .zip(job.info.crc64)
            .is_some_and(|(copied, source)| copied != source);
        if !wrong {
            return (Some(gathered), Ok(parts));
        }
        if last {
            break;
        }
        tracing::warn!("the parts are not the source's bytes: copying all of it once more");
        let plan = Reconciled {
            send: session.layout.parts().collect(),
            ..Reconciled::default()
        };
        let anew = Gathered::new(&session.layout, Recorded::new(), gathered.into_checkpoint());
        gathered = match copy_parts(job, session, plan, anew).await {
            (Some(gathered), Ok(())) => gathered,
            (gathered, copied) => return (gathered, copied.map(|()| Vec::new())),
        };
    }
    let error = not_the_source(job, session).await;
    gathered.checkpoint().remove();
    (Some(gathered), Err(error))
}

/// The parts that were made, each as OSS lists it.
async fn listed_as_made(
    job: &Job<'_>,
    session: &Session,
    gathered: &Gathered,
) -> Result<Vec<KeptPart>, Error> {
    let listed = job
        .making
        .list(&session.upload_id)
        .await?
        .unwrap_or_default();
    let listed: BTreeMap<_, _> = listed
        .into_iter()
        .map(|listed| (listed.number, listed))
        .collect();
    let parts = gathered.all()?.into_iter().map(|kept| {
        let found = listed.get(&kept.part.number);
        let found = found.filter(|listed| listed.etag == kept.etag);
        KeptPart {
            crc64: found.and_then(|listed| listed.crc64),
            ..kept
        }
    });
    Ok(parts.collect())
}

fn combined(parts: &[KeptPart]) -> Option<Crc64> {
    parts.iter().try_fold(Crc64::EMPTY, |whole, kept| {
        Some(whole.combine(kept.crc64?, kept.part.range.len()))
    })
}

/// Nothing is public: the upload goes, as nothing could be made of it.
async fn not_the_source(job: &Job<'_>, session: &Session) -> Error {
    let message = format!(
        "OSS has copied other bytes than those of {}, twice",
        shown_url(&job.request.source)
    );
    let error = Error::new(ErrorKind::Integrity, message);
    match job.making.give_up(&session.upload_id).await {
        Ok(()) => error,
        Err(_) => error.leaving(session.upload_id.clone()),
    }
}

async fn complete(
    job: &Job<'_>,
    session: &Session,
    gathered: &mut Gathered,
    parts: Vec<KeptPart>,
) -> Result<Report, Error> {
    if job.making.monitor.token().is_cancelled() {
        return Err(Error::cancelled());
    }
    let now = job.making.client.now();
    gathered.checkpoint().completing(now)?;
    let copied = combined(&parts);
    let whole = Whole {
        upload_id: session.upload_id.clone(),
        parts,
        size: session.layout.object_size(),
        crc64: job.info.crc64.or(copied),
        confirmed: copied.is_some() && job.info.crc64.is_some(),
        since: session.since,
        completing: session.completing.unwrap_or(now),
        may_be_done: session.completing.is_some(),
    };
    let when_cancelled = if gathered.checkpoint().is_kept() {
        WhenCancelled::Leave
    } else {
        WhenCancelled::Abort
    };
    let mut made = job.making.complete(&whole, when_cancelled).await?;
    if job.info.crc64.is_none() {
        // That OSS has what it copied is not that it copied the source.
        made.verified = Verified::Length;
    }
    Ok(Report {
        resumed: session.resumed,
        restarted: session.restarted,
        parts_reused: gathered.parts_reused,
        bytes_reused: gathered.bytes_reused,
        ..whole.report(made)
    })
}
