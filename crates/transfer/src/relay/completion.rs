use std::time::SystemTime;

use ossum_client::Client;
use ossum_client::op::{ObjectHeaders, Overwrite};
use ossum_plan::{KeptPart, ListedPart, PartLayout};
use ossum_types::{Crc64, ObjectUrl, PartSize, UploadId};

use crate::error::{Error, ErrorKind, shown_url};
use crate::monitor::Monitor;
use crate::multipart::{Expected, Found, Making, WhenCancelled, Whole};
use crate::report::Report;

/// An upload whose parts were relayed range by range, and are all there.
#[derive(Debug, Clone)]
pub struct CompleteRanges {
    /// The object to make.
    pub destination: ObjectUrl,
    /// The upload.
    pub upload_id: UploadId,
    /// The size of the object in bytes.
    pub size: u64,
    /// The size of all its parts but the last.
    pub part_size: PartSize,
    /// The CRC-64 that it is to have: of all ranges together, as they were read.
    pub crc64: Crc64,
    /// When the upload began, by the service's clock, or earlier.
    pub began: SystemTime,
}

/// Completes it, or finds that this was done before.
///
/// Nothing is completed unless OSS lists every part, and together they have the CRC-64 that is expected.
pub(crate) async fn carry_out(
    client: &Client,
    request: &CompleteRanges,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let layout = PartLayout::new(request.size, request.part_size)?;
    let making = Making {
        client,
        destination: &request.destination,
        headers: &ObjectHeaders::default(),
        modified_ns: None,
        overwrite: Overwrite::Allow,
        callback: None,
        monitor,
    };
    let crc64 = Some(request.crc64);
    let Some(listed) = making.list(&request.upload_id).await? else {
        return completed_before(&making, request, &layout).await;
    };
    let (parts, confirmed) = parts(request, &layout, listed)?;
    let whole = Whole {
        upload_id: request.upload_id.clone(),
        parts,
        size: request.size,
        crc64,
        confirmed,
        since: request.began,
        completing: client.now(),
        may_be_done: false,
    };
    let made = making.complete(&whole, WhenCancelled::Leave).await?;
    Ok(whole.report(made))
}

/// Every part as it is listed, and whether OSS tells the CRC-64 of all of them.
fn parts(
    request: &CompleteRanges,
    layout: &PartLayout,
    listed: Vec<ListedPart>,
) -> Result<(Vec<KeptPart>, bool), Error> {
    let listed: std::collections::BTreeMap<_, _> =
        listed.into_iter().map(|part| (part.number, part)).collect();
    let mut parts = Vec::new();
    let mut together = Some(Crc64::EMPTY);
    for part in layout.parts() {
        let there = listed.get(&part.number);
        let Some(there) = there.filter(|there| there.size == part.range.len()) else {
            let (number, url) = (part.number, shown_url(&request.destination));
            let message = format!("OSS does not have part {number} of {url} as it was sent");
            return Err(Error::damage(message));
        };
        together = together
            .zip(there.crc64)
            .map(|(together, crc64)| together.combine(crc64, part.range.len()));
        parts.push(KeptPart {
            part,
            etag: there.etag.clone(),
            crc64: there.crc64,
        });
    }
    if together.is_some_and(|together| together != request.crc64) {
        let url = shown_url(&request.destination);
        let message = format!("OSS has other bytes of {url} than were sent");
        return Err(Error::damage(message));
    }
    Ok((parts, together.is_some()))
}

async fn completed_before(
    making: &Making<'_>,
    request: &CompleteRanges,
    layout: &PartLayout,
) -> Result<Report, Error> {
    let expected = Expected {
        size: request.size,
        crc64: Some(request.crc64),
        since: request.began,
    };
    match making.find(&expected).await {
        Found::Expected(made) => {
            let (parts, crc64) = (layout.count(), request.crc64);
            let report = Report::new(
                request.size,
                parts,
                Some(crc64),
                made.verified,
                made.etag,
                made.version_id,
            );
            Ok(Report {
                resumed: true,
                ..report.told_by(made.answered)
            })
        }
        Found::Unknown(error) => Err(error.into()),
        Found::Other(_) | Found::Nothing => {
            let url = shown_url(&request.destination);
            let message = format!("the upload of {url} is gone, and so are its parts");
            Err(Error::new(
                ErrorKind::Service(ossum_client::ErrorKind::NoSuchUpload),
                message,
            ))
        }
    }
}
