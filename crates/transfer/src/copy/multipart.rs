use std::collections::BTreeMap;
use std::time::SystemTime;

use ossum_checkpoint::{Header, ObjectIdentity, Remembered, SourceIdentity, Transfer};
use ossum_plan::{
    KeptPart, ListedPart, PartLayout, Reconciled, Recorded, RecordedPart, reconcile_copy,
};
use ossum_types::{Crc64, UploadId};

use super::attempt::Job;
use super::copier::Copier;
use crate::checkpoint::{Checkpoint, Earlier};
use crate::crew::Crew;
use crate::engine::{self, Account, Work};
use crate::error::{Error, ErrorKind, shown_url};
use crate::monitor::{Event, Restarted};
use crate::multipart::{
    Became, Gained, Gathered, Past, Remedies, Remedy, WhenCancelled, Whole, digest, made_before,
};
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

enum Beginning {
    New(Option<Restarted>),
    Continued(Box<Session>),
    Done(Box<Report>),
}

/// The upload of a copy that has begun, now or in an earlier run.
struct Session {
    upload_id: UploadId,
    layout: PartLayout,
    recorded: Recorded,
    listed: Vec<ListedPart>,
    since: SystemTime,
    completing: Option<SystemTime>,
    resumed: bool,
    restarted: Option<Restarted>,
}

async fn look_back(
    job: &Job<'_>,
    layout: &PartLayout,
    earlier: Earlier,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning, Error> {
    let remembered = match earlier {
        Earlier::Session(remembered) => *remembered,
        other => {
            // Of parts that nobody recorded nothing tells what they were copied from.
            if let Some(upload_id) = other.upload_id() {
                job.making.give_up(&upload_id).await?;
            }
            return Ok(Beginning::New(None));
        }
    };
    let Some(upload_id) = remembered.upload_id.clone() else {
        return Ok(Beginning::New(None));
    };
    if let Some(reason) = differs(job, &remembered.header) {
        job.making.begin_instead_of(&upload_id, reason).await?;
        return Ok(Beginning::New(Some(reason)));
    }
    let Some(listed) = job.making.list(&upload_id).await? else {
        return what_became(job, layout, &remembered, checkpoint).await;
    };
    let layout = PartLayout::new(job.info.size, remembered.header.part_size)?;
    let session = Session {
        layout,
        recorded: recorded(&remembered),
        listed,
        since: remembered.completing.unwrap_or(remembered.header.began),
        completing: remembered.completing,
        resumed: true,
        restarted: None,
        upload_id,
    };
    checkpoint.resume(remembered.header, Some(&session.upload_id))?;
    Ok(Beginning::Continued(Box::new(session)))
}

/// Why an earlier run's upload is of no use, if it is.
fn differs(job: &Job<'_>, header: &Header) -> Option<Restarted> {
    let same_object = match &header.source {
        SourceIdentity::Object(recorded) => recorded.matches(&identity(job)),
        SourceIdentity::File(_) => false,
    };
    if !same_object || PartLayout::new(job.info.size, header.part_size).is_err() {
        return Some(Restarted::ObjectChanged);
    }
    (header.headers != Some(digest(job.making.headers))).then_some(Restarted::MetadataChanged)
}

async fn what_became(
    job: &Job<'_>,
    layout: &PartLayout,
    remembered: &Remembered,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning, Error> {
    let past = Past {
        size: job.info.size,
        began: remembered.header.began,
        completing: remembered.completing,
    };
    let crc64 = std::future::ready(Ok(job.info.crc64));
    match job.making.what_became(past, crc64, checkpoint).await? {
        Became::Made(made, crc64) => {
            let report = made_before(job.info.size, layout.count(), crc64, made);
            Ok(Beginning::Done(Box::new(report)))
        }
        Became::Nothing => Ok(Beginning::New(Some(Restarted::UploadGone))),
    }
}

async fn begin(
    job: &Job<'_>,
    layout: &PartLayout,
    restarted: Option<Restarted>,
    checkpoint: &mut Checkpoint,
) -> Result<Session, Error> {
    let header = |transfer| header(job, layout, transfer);
    let upload_id = job.making.begin(checkpoint, header).await?;
    Ok(Session {
        upload_id,
        layout: *layout,
        recorded: Recorded::new(),
        listed: Vec::new(),
        since: job.making.client.now(),
        completing: None,
        resumed: false,
        restarted,
    })
}

fn header(job: &Job<'_>, layout: &PartLayout, transfer: Transfer) -> Header {
    Header {
        transfer,
        source: SourceIdentity::Object(identity(job)),
        size: layout.object_size(),
        part_size: layout.part_size(),
        partial: None,
        headers: Some(digest(job.making.headers)),
        began: SystemTime::now(),
    }
}

fn identity(job: &Job<'_>) -> ObjectIdentity {
    ObjectIdentity {
        size: job.info.size,
        etag: Some(job.info.etag.clone()),
        crc64: job.info.crc64,
        version_id: job.info.version_id.clone(),
    }
}

fn recorded(remembered: &Remembered) -> Recorded {
    let parts = remembered.parts.values().map(|part| {
        let recorded = RecordedPart {
            crc64: None,
            etag: part.etag.clone(),
        };
        (part.number, recorded)
    });
    parts.collect()
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
