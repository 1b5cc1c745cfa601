use std::time::Instant;

use ossum_client::Client;
use ossum_client::op::PutObject;
use ossum_durable::RealFs;
use ossum_types::{Crc64, ObjectUrl, PartNumber};

use super::Upload;
use super::proof::{self, Expected};
use crate::error::Error;
use crate::monitor::Monitor;
use crate::report::{Report, Verified};
use crate::source::Source;

/// Uploads a small file in one request, from memory, with its MD5: what is damaged on its way is
/// refused, not stored.
pub(super) async fn send(
    client: &Client,
    request: &Upload,
    source: &Source,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let since = Instant::now();
    monitor.begin(source.len(), 1);
    let bytes = source.read_whole()?;
    source.check_unchanged(&RealFs)?;
    let (size, crc64) = (source.len(), Crc64::of(&bytes));
    let ObjectUrl { bucket, key } = request.destination.clone();
    let put = PutObject {
        headers: request.headers.clone(),
        overwrite: request.overwrite,
        ..PutObject::new(bucket, key, bytes)
    };
    let stored = tokio::select! {
        biased;
        () = monitor.token().cancelled() => return Err(Error::cancelled()),
        stored = client.put_object(&put) => stored,
    };
    let report = |verified, etag, version_id| {
        monitor.part_done(PartNumber::FIRST, size);
        Report::new(size, 1, crc64, verified, etag, version_id)
    };
    match stored {
        Ok(stored) => {
            let verified = stored.crc64.map_or(Verified::Length, |_| Verified::Crc64);
            Ok(report(verified, stored.etag, stored.version_id))
        }
        Err(error) => {
            let expected = Expected { size, crc64, since };
            let info = proof::in_spite_of(error, client, request, &expected, monitor).await?;
            Ok(report(Verified::Crc64, info.etag, info.version_id))
        }
    }
}
