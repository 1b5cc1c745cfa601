//! Continues an upload that nothing here remembers: of another machine, or before the system was
//! installed anew.

use futures_util::TryStreamExt;
use ossum_client::op::{ListMultipartUploads, ListedUpload};
use ossum_plan::{PartLayout, fitting_bytes, infer_layout};
use ossum_types::{ObjectUrl, UploadId};

use super::resume::continue_listed;
use super::{Job, header};
use crate::checkpoint::Checkpoint;
use crate::error::Error;
use crate::multipart::{Beginning, Session};

/// So many open uploads of one key are looked at, the latest first.
const MOST_CANDIDATES: usize = 20;

/// Finds the open upload of the key that has the most bytes where the file has them. Which of its
/// parts are really the file's is found by their CRC-64, later.
pub(super) async fn find(job: &Job<'_>, checkpoint: &mut Checkpoint) -> Result<Beginning, Error> {
    let mut best = None;
    let mut most = 0;
    for upload in candidates(job).await? {
        // It may have been completed or aborted since it was listed.
        let Some(listed) = job.making.list(&upload.upload_id).await? else {
            continue;
        };
        let layout = infer_layout(job.source.len(), &listed);
        let fitting = layout.map_or(0, |layout| fitting_bytes(&layout, &listed));
        if fitting > most {
            (best, most) = (Some((upload, listed)), fitting);
        }
    }
    let Some((upload, listed)) = best else {
        tracing::warn!("there is no open upload of this key to adopt: it begins anew");
        return Ok(Beginning::New(None));
    };
    let since = upload.initiated;
    let session = continue_listed(job, &upload.upload_id, listed, since, checkpoint)?;
    Ok(session.map_or(Beginning::New(None), |session| {
        Beginning::Continued(Box::new(session))
    }))
}

/// Goes on with the upload that the caller names, in the parts it has; with none that are the
/// file's, in those of `wished`.
pub(super) async fn this(
    job: &Job<'_>,
    upload_id: &UploadId,
    wished: &PartLayout,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning, Error> {
    let listed = job.making.list_known(upload_id).await?;
    let layout = infer_layout(job.source.len(), &listed).unwrap_or(*wished);
    checkpoint.begin(Some(upload_id), |transfer| header(job, &layout, transfer))?;
    let since = job.making.client.now();
    let session = Session::found(upload_id.clone(), layout, listed, since);
    Ok(Beginning::Continued(Box::new(session)))
}

/// The open uploads of exactly this key, the latest first.
async fn candidates(job: &Job<'_>) -> Result<Vec<ListedUpload>, Error> {
    let ObjectUrl { bucket, key } = job.making.destination.clone();
    let request = ListMultipartUploads {
        prefix: key.as_str().to_owned(),
        ..ListMultipartUploads::new(bucket)
    };
    let ours = |upload: &ListedUpload| {
        let ours = upload.key.as_ref().is_ok_and(|listed| *listed == key);
        std::future::ready(Ok(ours))
    };
    let listed = job.making.client.list_multipart_uploads(request);
    // Listings are in the order of keys, and no key comes before its own beginnings.
    let found = listed.try_take_while(ours).try_collect::<Vec<_>>();
    let mut found = tokio::select! {
        biased;
        () = job.making.monitor.token().cancelled() => return Err(Error::cancelled()),
        found = found => found?,
    };
    found.sort_by_key(|upload| std::cmp::Reverse(upload.initiated));
    found.truncate(MOST_CANDIDATES);
    Ok(found)
}
