use std::time::SystemTime;

use ossum_types::Crc64;

use super::{Expected, Found, Made, Making, ambiguous};
use crate::checkpoint::Checkpoint;
use crate::error::Error;

/// What became of an upload that the service does not know any more.
#[derive(Debug)]
pub(crate) enum Became {
    /// The object: an earlier run completed it, and did not live to say so.
    Made(Made, Crc64),
    /// Nothing: it was aborted, or has expired.
    Nothing,
}

/// An upload that an earlier run began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Past {
    pub(crate) size: u64,
    /// When it began.
    pub(crate) began: SystemTime,
    /// When that run was about to complete it, if it came so far.
    pub(crate) completing: Option<SystemTime>,
}

impl Making<'_> {
    /// Finds out what became of an upload that is gone. `crc64` is asked for only if that can
    /// decide it.
    ///
    /// # Errors
    /// [`ErrorKind::Ambiguous`] if another writer's object stands where ours may have been; the
    /// checkpoint is then removed.
    pub(crate) async fn what_became(
        &self,
        past: Past,
        crc64: impl Future<Output = Result<Option<Crc64>, Error>>,
        checkpoint: &mut Checkpoint,
    ) -> Result<Became, Error> {
        let mut expected = Expected {
            size: past.size,
            crc64: None,
            since: past.completing.unwrap_or(past.began),
        };
        let mut found = self.find(&expected).await;
        if let Found::Other(info) = &found
            && info.size == past.size
            && info.crc64.is_some()
        {
            // It may be ours. Only the bytes can tell.
            expected.crc64 = crc64.await?;
            found = self.find(&expected).await;
        }
        match (found, expected.crc64, past.completing) {
            (Found::Expected(made), Some(crc64), _) => Ok(Became::Made(made, crc64)),
            (Found::Other(info), _, Some(time)) if self.is_written_since(&info, time) => {
                checkpoint.remove();
                Err(ambiguous(self.destination))
            }
            // It may have been completed, and that is to be known first.
            (Found::Unknown(error), _, Some(_)) => Err(error.into()),
            // Nobody has tried to complete it, so it cannot have been.
            _ => {
                tracing::warn!("OSS knows the upload of the last run no more: it begins anew");
                Ok(Became::Nothing)
            }
        }
    }
}
