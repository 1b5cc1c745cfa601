use std::time::SystemTime;

use ossum_checkpoint::{Header, ObjectIdentity, Remembered, SourceIdentity, Transfer};
use ossum_plan::{ListedPart, PartLayout, Recorded, RecordedPart};
use ossum_types::UploadId;

use super::attempt::Job;
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::Error;
use crate::monitor::Restarted;
use crate::multipart::{Became, Past, digest, made_before};
use crate::report::Report;

/// How a copy begins.
pub(super) enum Beginning {
    /// Anew.
    New(Option<Restarted>),
    /// With what an earlier run has copied.
    Continued(Box<Session>),
    /// It is done: an earlier run completed it, and did not live to say so.
    Done(Box<Report>),
}

/// The upload of a copy that has begun, now or in an earlier run.
pub(super) struct Session {
    pub(super) upload_id: UploadId,
    pub(super) layout: PartLayout,
    pub(super) recorded: Recorded,
    pub(super) listed: Vec<ListedPart>,
    pub(super) since: SystemTime,
    pub(super) completing: Option<SystemTime>,
    pub(super) resumed: bool,
    pub(super) restarted: Option<Restarted>,
}

/// Finds out what an earlier run has left.
pub(super) async fn look_back(
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

/// Begins an upload in the parts of `layout`. On return its ID is durable.
pub(super) async fn begin(
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
