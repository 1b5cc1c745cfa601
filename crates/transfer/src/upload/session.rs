use std::time::SystemTime;

use ossum_checkpoint::{Header, Record, RecordedPart, SourceIdentity, Transfer};
use ossum_plan::{ListedPart, PartLayout, Recorded, Reread};
use ossum_types::UploadId;

use super::Job;
use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::monitor::Restarted;
use crate::multipart::digest;

/// An upload that has begun, now or in an earlier run, and what is known of it.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) upload_id: UploadId,
    pub(super) layout: PartLayout,
    /// What an earlier run took note of.
    pub(super) recorded: Recorded,
    /// What the service has.
    pub(super) listed: Vec<ListedPart>,
    pub(super) reread: Reread,
    /// When it began.
    pub(super) since: SystemTime,
    /// When an earlier run was about to complete it, if one was.
    pub(super) completing: Option<SystemTime>,
    /// Whether it was begun by an earlier run.
    pub(super) resumed: bool,
    /// Why what was before it could not be used.
    pub(super) restarted: Option<Restarted>,
}

impl Session {
    /// Begins an upload in the parts of `layout`. On return its ID is durable.
    pub(super) async fn begin(
        job: &Job<'_>,
        layout: &PartLayout,
        restarted: Option<Restarted>,
        checkpoint: &mut Checkpoint,
    ) -> Result<Self, Error> {
        let header = |transfer| header(job, layout, transfer);
        let upload_id = job.making.begin(checkpoint, header).await?;
        Ok(Self {
            upload_id,
            layout: *layout,
            recorded: Recorded::new(),
            listed: Vec::new(),
            reread: Reread::Always,
            since: job.making.client.now(),
            completing: None,
            resumed: false,
            restarted,
        })
    }

    /// Writes down a session that was found otherwise than as it is now: without a checkpoint, or
    /// with that of another state of the file.
    pub(super) fn write_down(
        &self,
        job: &Job<'_>,
        checkpoint: &mut Checkpoint,
    ) -> Result<(), Error> {
        checkpoint.begin(|transfer| header(job, &self.layout, transfer))?;
        for (&number, recorded) in &self.recorded {
            if self.layout.part(number).is_some() {
                checkpoint.part(RecordedPart {
                    number,
                    crc64: recorded.crc64,
                    etag: recorded.etag.clone(),
                })?;
            }
        }
        if let Some(completing) = self.completing {
            checkpoint.append(&Record::Completing(completing))?;
        }
        checkpoint.upload_id(&self.upload_id)
    }
}

/// Line 1 of the checkpoint of an upload as it begins now.
pub(super) fn header(job: &Job<'_>, layout: &PartLayout, transfer: Transfer) -> Header {
    Header {
        transfer,
        source: SourceIdentity::File(job.source.identity()),
        size: layout.object_size(),
        part_size: layout.part_size(),
        partial: None,
        headers: Some(digest(job.making.headers)),
        // By the clock of this machine, which the times of its files are by.
        began: SystemTime::now(),
    }
}
