use std::time::SystemTime;

use bytes::Bytes;
use ossum_client::op::PutObject;
use ossum_plan::Part;
use ossum_types::{ByteRange, Crc64, ObjectUrl, PartNumber};

use super::Job;
use crate::error::Error;
use crate::multipart::{Expected, Made, Making};
use crate::report::{Report, Verified};

/// Uploads a small file in one request, from memory, with its MD5: what is damaged on its way is
/// refused, not stored.
pub(super) async fn send(job: &Job<'_>) -> Result<Report, Error> {
    let Job {
        making,
        request,
        source,
    } = job;
    let since = making.client.now();
    making.monitor.begin(source.len(), 1);
    making.forbid_existing().await?;
    let _permit = match &request.options.budget {
        Some(budget) => Some(budget.take_with(source.len()).await),
        None => None,
    };
    let bytes = source.read_whole()?;
    source.check_unchanged(&*request.options.files)?;
    put(making, bytes, since).await
}

/// Makes the object of `bytes`, at most 8 MiB; `since` is when that began.
pub(crate) async fn put(
    making: &Making<'_>,
    bytes: Bytes,
    since: SystemTime,
) -> Result<Report, Error> {
    let (size, crc64) = (bytes.len() as u64, Crc64::of(&bytes));
    let ObjectUrl { bucket, key } = making.destination.clone();
    let put = PutObject {
        headers: making.kept_with(),
        overwrite: making.overwrite,
        callback: making.callback.cloned(),
        ..PutObject::new(bucket, key, bytes)
    };
    let stored = tokio::select! {
        biased;
        () = making.monitor.token().cancelled() => return Err(Error::cancelled()),
        stored = making.client.put_object(&put) => stored,
    };
    let report = |made: Made| {
        if let Some(range) = ByteRange::new(0, size) {
            let number = PartNumber::FIRST;
            making.monitor.part_done(Part { number, range }, false);
        }
        let (etag, version_id) = (made.etag, made.version_id);
        Report::new(size, 1, Some(crc64), made.verified, etag, version_id).told_by(made.answered)
    };
    match stored {
        Ok(stored) => {
            let verified = stored.crc64.map_or(Verified::Length, |_| Verified::Crc64);
            Ok(report(Made {
                etag: stored.etag,
                version_id: stored.version_id,
                verified,
                answered: stored.answered,
            }))
        }
        Err(error) => {
            let expected = Expected {
                size,
                crc64: Some(crc64),
                since,
            };
            match making.made_in_spite_of(&error, &expected).await {
                Some(made) => Ok(report(made)),
                None => Err(error.into()),
            }
        }
    }
}
