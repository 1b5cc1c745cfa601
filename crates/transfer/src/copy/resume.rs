use ossum_checkpoint::{Header, Remembered, SourceIdentity};
use ossum_plan::PartLayout;

use super::attempt::{Job, identity};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::Error;
use crate::monitor::Restarted;
use crate::multipart::{Became, Content, Past, Session, digest, made_before};
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
                job.making.begin_instead_of(&upload_id, None).await?;
            }
            return Ok(Beginning::New(None));
        }
    };
    let Some(upload_id) = remembered.upload_id.clone() else {
        return Ok(Beginning::New(None));
    };
    if let Some(reason) = differs(job, &remembered.header) {
        let reason = Some(reason);
        job.making.begin_instead_of(&upload_id, reason).await?;
        return Ok(Beginning::New(reason));
    }
    let Some(listed) = job.making.list(&upload_id).await? else {
        return what_became(job, layout, &remembered, checkpoint).await;
    };
    let layout = PartLayout::new(job.info.size, remembered.header.part_size)?;
    let session = Session::of(&remembered, upload_id, layout, listed);
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
    let crc64 = job.crc64(&job.making);
    match job.making.what_became(past, crc64, checkpoint).await? {
        Became::Made(made, crc64) => {
            let (monitor, count) = (job.making.monitor, layout.count());
            let report = made_before(monitor, past.size, count, crc64, made);
            Ok(Beginning::Done(Box::new(report)))
        }
        Became::Nothing => Ok(Beginning::New(Some(Restarted::UploadGone))),
    }
}
