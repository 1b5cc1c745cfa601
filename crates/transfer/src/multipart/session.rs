use std::sync::Arc;
use std::time::SystemTime;

use ossum_checkpoint::{Header, Remembered, Transfer};
use ossum_plan::{ListedPart, PartLayout, Recorded, RecordedPart, Reread};
use ossum_types::UploadId;

use super::Making;
use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::monitor::Restarted;

/// An upload that has begun, now or in an earlier run, and what is known of it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) upload_id: UploadId,
    pub(crate) layout: PartLayout,
    /// What an earlier run took note of; perhaps of other bytes than there are now.
    pub(crate) recorded: Arc<Recorded>,
    /// What of it the checkpoint still says.
    pub(crate) written: Arc<Recorded>,
    /// What the service has.
    pub(crate) listed: Vec<ListedPart>,
    pub(crate) reread: Reread,
    /// When it began.
    pub(crate) since: SystemTime,
    /// When an earlier run was about to complete it, if one was.
    pub(crate) completing: Option<SystemTime>,
    pub(crate) begun: Begun,
    /// Why what was before it could not be used.
    pub(crate) restarted: Option<Restarted>,
}

/// Who began an upload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begun {
    /// This run: it may abort it.
    Now,
    /// An earlier run, or somebody on another machine, who may still be at it.
    Before,
}

impl Session {
    /// Begins an upload in the parts of `layout`. On return its ID is durable.
    pub(crate) async fn begin(
        making: &Making<'_>,
        layout: &PartLayout,
        header: impl FnOnce(Transfer) -> Header,
        restarted: Option<Restarted>,
        checkpoint: &mut Checkpoint,
    ) -> Result<Self, Error> {
        let upload_id = making.begin(checkpoint, header).await?;
        Ok(Self {
            upload_id,
            layout: *layout,
            recorded: Arc::default(),
            written: Arc::default(),
            listed: Vec::new(),
            reread: Reread::Always,
            since: making.client.now(),
            completing: None,
            begun: Begun::Now,
            restarted,
        })
    }

    /// Goes on with the upload that a checkpoint tells of.
    pub(crate) fn of(
        remembered: &Remembered,
        upload_id: UploadId,
        layout: PartLayout,
        listed: Vec<ListedPart>,
    ) -> Self {
        let recorded = Arc::new(recorded(remembered));
        Self {
            upload_id,
            layout,
            written: Arc::clone(&recorded),
            recorded,
            listed,
            reread: Reread::Always,
            since: remembered.completing.unwrap_or(remembered.header.began),
            completing: remembered.completing,
            begun: Begun::Before,
            restarted: None,
        }
    }

    /// Goes on with an upload of which nothing but its parts is known.
    pub(crate) fn found(
        upload_id: UploadId,
        layout: PartLayout,
        listed: Vec<ListedPart>,
        since: SystemTime,
    ) -> Self {
        Self {
            upload_id,
            layout,
            recorded: Arc::default(),
            written: Arc::default(),
            listed,
            reread: Reread::Always,
            since,
            completing: None,
            begun: Begun::Before,
            restarted: None,
        }
    }

    pub(crate) fn is_resumed(&self) -> bool {
        self.begun == Begun::Before
    }
}

fn recorded(remembered: &Remembered) -> Recorded {
    let parts = remembered.parts.values().map(|part| {
        let recorded = RecordedPart {
            crc64: part.crc64,
            etag: part.etag.clone(),
        };
        (part.number, recorded)
    });
    parts.collect()
}
