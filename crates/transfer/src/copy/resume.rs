use ossum_checkpoint::{Header, SourceIdentity};
use ossum_plan::PartLayout;

use super::attempt::{Job, identity};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::Error;
use crate::monitor::Restarted;
use crate::multipart::{Beginning, Past, Session, digest};

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
            return match other.upload_id() {
                Some(upload_id) => job.making.begin_instead_of(&upload_id, None).await,
                None => Ok(Beginning::New(None)),
            };
        }
    };
    let Some(upload_id) = remembered.upload_id.clone() else {
        return Ok(Beginning::New(None));
    };
    if let Some(reason) = differs(job, &remembered.header) {
        return job.making.begin_instead_of(&upload_id, Some(reason)).await;
    }
    let Some(listed) = job.making.list(&upload_id).await? else {
        let past = Past {
            size: job.info.size,
            began: remembered.header.began,
            completing: remembered.completing,
        };
        return job.making.begin_after(job, past, layout, checkpoint).await;
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
