use ossum_checkpoint::{Claim, Pointer, Pointers, Way};
use ossum_client::ErrorKind;
use ossum_client::op::AbortMultipartUpload;
use ossum_types::{ObjectUrl, UploadId};

use crate::args::JobsRmArgs;
use crate::command::block_on;
use crate::command::jobs::client;
use crate::failure::Failure;
use crate::message;
use crate::output::Undone;
use crate::session::Session;

/// Gives up a transfer. First what is at OSS, so that a failure there leaves all as it was; then
/// what is here.
pub(super) fn give_up(
    session: &Session,
    pointers: &Pointers,
    pointer: &Pointer,
    args: &JobsRmArgs,
) -> Result<Undone, Failure> {
    let claim = pointers.claim(pointer.clone())?;
    let uploads = claim.upload_ids();
    if args.dry_run {
        return Ok(Undone::planned(&uploads));
    }
    let mut orphans = Vec::new();
    if let Err(failure) = abort_all(session, pointer, &uploads) {
        if !args.force {
            return Err(Failure::NotGivenUp {
                id: pointer.transfer.id().short(),
                source: Box::new(failure),
            });
        }
        tracing::warn!("{}", message::in_one_line(&failure));
        orphans.clone_from(&uploads);
    }
    remove(claim, &uploads, &orphans)
}

fn remove(claim: Claim, uploads: &[UploadId], orphans: &[UploadId]) -> Result<Undone, Failure> {
    let removed = claim.remove()?;
    if let Some(left) = &removed.left {
        tracing::warn!(
            "{} is left alone, as nothing tells whose it is; it can be removed by hand",
            message::escaped(&left.to_string_lossy())
        );
    }
    for upload_id in orphans {
        tracing::warn!("the upload {upload_id} was not aborted; its parts are billed until it is");
    }
    Ok(Undone::done(uploads, orphans, &removed))
}

/// Aborts what the transfer has begun at OSS. What is no more there is fine.
fn abort_all(session: &Session, pointer: &Pointer, uploads: &[UploadId]) -> Result<(), Failure> {
    let (Way::Upload {
        object: destination,
        ..
    }
    | Way::Copy { destination, .. }) = &pointer.transfer.way
    else {
        return Ok(());
    };
    if uploads.is_empty() {
        return Ok(());
    }
    let client = client::of(session, pointer, &destination.bucket)?;
    block_on(async {
        for upload_id in uploads {
            let ObjectUrl { bucket, key } = destination.clone();
            let abort = AbortMultipartUpload {
                bucket,
                key,
                upload_id: upload_id.clone(),
            };
            match client.abort_multipart_upload(&abort).await {
                Err(error) if is_gone(error.kind()) => {}
                outcome => outcome?,
            }
        }
        Ok(())
    })
}

/// Whether there is no such upload any more.
fn is_gone(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::NoSuchUpload | ErrorKind::NoSuchBucket)
}
