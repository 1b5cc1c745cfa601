use bytes::Bytes;
use ossum_client::Client;
use ossum_types::{ByteRange, Crc64};

use super::sources::read_whole;
use super::{KeptWith, Relay, wrong_bytes};
use crate::error::Error;
use crate::kept_with;
use crate::monitor::Monitor;
use crate::multipart::Making;
use crate::report::Report;
use crate::upload::single;

/// Relays a small object in one request, from memory: what the source says of its bytes is found to
/// be so before anything is public, and what is damaged on its way is refused, not stored.
pub(super) async fn send(
    client: &Client,
    request: &Relay,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let size = request.source.size();
    monitor.begin(size, 1);
    let _permit = match &request.options.budget {
        Some(budget) => Some(budget.take_with(size).await),
        None => None,
    };
    let (bytes, kept) = tokio::select! {
        biased;
        () = monitor.token().cancelled() => return Err(Error::cancelled()),
        read = read_verified(request) => read?,
    };
    let headers = kept_with::or_of_source(&request.headers, kept.headers);
    let making = Making {
        client,
        destination: &request.destination,
        headers: &headers,
        modified_ns: kept.modified_ns,
        overwrite: request.overwrite,
        callback: None,
        monitor,
    };
    making.forbid_existing().await?;
    single::put(&making, bytes, client.now()).await
}

/// The bytes; read once more if the first are not those that the source says it has.
async fn read_verified(request: &Relay) -> Result<(Bytes, KeptWith), Error> {
    let first = read(request).await?;
    if is_right(&first) {
        return Ok(first);
    }
    let second = read(request).await?;
    if is_right(&second) {
        return Ok(second);
    }
    Err(wrong_bytes(request))
}

async fn read(request: &Relay) -> Result<(Bytes, KeptWith), Error> {
    let source = &*request.source;
    let bytes = match ByteRange::new(0, source.size()) {
        Some(all) => read_whole(source, all).await?,
        None => Bytes::new(),
    };
    source.check_unchanged().await?;
    Ok((bytes, source.kept_with().await?))
}

fn is_right((bytes, kept): &(Bytes, KeptWith)) -> bool {
    kept.crc64.is_none_or(|told| told == Crc64::of(bytes))
}
