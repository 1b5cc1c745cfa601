use ossum_client::ErrorKind as ClientErrorKind;
use ossum_client::op::{CopyDirective, CopyObject};
use ossum_plan::Part;
use ossum_types::{ByteRange, Crc64, ObjectUrl, PartNumber};

use super::attempt::Job;
use super::copier::explain;
use crate::error::Error;
use crate::multipart::{Expected, Found, Made};
use crate::report::{Report, Verified};

/// Copies a small object in one request.
pub(super) async fn copy(job: &Job<'_>) -> Result<Report, Error> {
    let (making, info) = (job.making, job.info);
    let expected = Expected {
        size: info.size,
        crc64: info.crc64,
        since: making.client.now(),
    };
    making.monitor.begin(info.size, 1);
    making.forbid_existing().await?;
    let _permit = match &job.request.options.budget {
        Some(budget) => Some(budget.take().await),
        None => None,
    };
    let ObjectUrl { bucket, key } = making.destination.clone();
    let request = CopyObject {
        headers: making.kept_with(),
        metadata_directive: CopyDirective::Replace,
        tagging_directive: CopyDirective::Replace,
        overwrite: making.overwrite,
        ..CopyObject::new(job.source(), bucket, key)
    };
    let copied = tokio::select! {
        biased;
        () = making.monitor.token().cancelled() => return Err(Error::cancelled()),
        copied = making.client.copy_object(&request) => copied,
    };
    let made = match copied {
        Ok(copied) => {
            let made = Made {
                etag: copied.etag,
                version_id: copied.version_id,
                verified: Verified::Length,
                answered: copied.answered,
            };
            verify(job, copied.crc64, &expected, made).await?
        }
        Err(error) => match making.made_in_spite_of(&error, &expected).await {
            Some(made) => made,
            None if error.kind() == ClientErrorKind::PreconditionFailed => {
                return Err(explain(job.request, error));
            }
            None => return Err(error.into()),
        },
    };
    if let Some(range) = ByteRange::new(0, info.size) {
        let number = PartNumber::FIRST;
        making.monitor.part_done(Part { number, range }, false);
        making.monitor.copied(info.size);
    }
    let Made {
        etag,
        version_id,
        verified,
        answered,
    } = made;
    let crc64 = info.crc64;
    let report = Report::new(info.size, 1, crc64, verified, etag, version_id);
    Ok(report.told_by(answered))
}

/// Holds the copy against the source. Where the answer does not tell its CRC-64, the copy does.
async fn verify(
    job: &Job<'_>,
    told: Option<Crc64>,
    expected: &Expected,
    made: Made,
) -> Result<Made, Error> {
    let Some(source) = job.info.crc64 else {
        return Ok(made); // nothing tells what it should be
    };
    match told {
        Some(told) if told == source => Ok(Made {
            verified: Verified::Crc64,
            ..made
        }),
        Some(_) => Err(job.making.wrong_object()),
        None => match job.making.find(expected).await {
            Found::Expected(found) => Ok(found),
            Found::Other(info) if info.etag == made.etag => Err(job.making.wrong_object()),
            // Somebody else's by now, or not to be asked: the copy was made all the same.
            _ => Ok(made),
        },
    }
}
