use ossum_checkpoint::{Claim, Pointer, Pointers, Way};
use ossum_client::ErrorKind;
use ossum_client::op::AbortMultipartUpload;
use ossum_types::{ObjectUrl, UploadId};

use super::{client, find, list};
use crate::args::JobsRmArgs;
use crate::command::block_on;
use crate::failure::Failure;
use crate::message;
use crate::output::{GivenUp, GivenUpTotal, Job};
use crate::session::Session;

/// Gives up one transfer, or all that do not run.
pub(super) fn run(session: &Session, args: &JobsRmArgs) -> Result<(), Failure> {
    let Some(pointers) = super::pointers(session) else {
        return match &args.which.id {
            Some(id) => Err(Failure::NoSuchJob(id.clone())),
            None => Ok(()),
        };
    };
    if let Some(id) = &args.which.id {
        let pointer = find::one(session, id)?;
        let given_up = give_up(session, &pointers, &pointer, args)?;
        return session.output.last(&given_up).map_err(Failure::Output);
    }
    let mut total = GivenUpTotal {
        dry_run: args.dry_run,
        ..GivenUpTotal::default()
    };
    for pointer in pointers.list()? {
        match give_up(session, &pointers, &pointer, args) {
            Ok(given_up) => {
                total.jobs += 1;
                session.output.done(&given_up).map_err(Failure::Output)?;
            }
            Err(failure) if failure.is_in_use() => total.running += 1,
            Err(failure) => {
                total.failed += 1;
                message::report(&failure, &session.output);
            }
        }
    }
    session.output.total(&total).map_err(Failure::Output)?;
    Failure::if_any(total.failed, total.failed + total.jobs)
}

/// Gives up one. First what is at OSS, so that a failure there leaves all as it was; then what is
/// here.
fn give_up(
    session: &Session,
    pointers: &Pointers,
    pointer: &Pointer,
    args: &JobsRmArgs,
) -> Result<GivenUp, Failure> {
    let job = Job::of(pointer, &list::look(pointers, pointer));
    let claim = pointers.claim(pointer.clone())?;
    let uploads = claim.upload_ids();
    if args.dry_run {
        return Ok(GivenUp::planned(&job, &uploads));
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
    remove(claim, &job, &uploads, &orphans)
}

fn remove(
    claim: Claim,
    job: &Job,
    uploads: &[UploadId],
    orphans: &[UploadId],
) -> Result<GivenUp, Failure> {
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
    Ok(GivenUp::done(job, uploads, orphans, &removed))
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
