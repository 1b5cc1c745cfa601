use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ossum_checkpoint::{FileIdentity, Pointer, Record, Remembered, SourceIdentity};
use ossum_plan::{Grown, ListedPart, PartLayout, Reread, infer_layout};
use ossum_types::{PartSize, UploadId};

use super::{Adopt, Job, VerifyKept, adopt, header};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::Error;
use crate::monitor::Restarted;
use crate::multipart::{Beginning, Past, Session, digest};

/// Finds out what an earlier run has left.
///
/// What the service lists decides what it has. That it knows no such upload is an answer; that it
/// does not answer is an error, as giving the upload up would leave its parts behind.
pub(super) async fn look_back(
    job: &Job<'_>,
    wished: &PartLayout,
    earlier: Earlier,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning, Error> {
    match earlier {
        Earlier::Session(remembered) => {
            continue_session(job, wished, *remembered, checkpoint).await
        }
        Earlier::Pointer(pointer) => continue_pointer(job, wished, *pointer, checkpoint).await,
        Earlier::Nothing => without_any(job, wished, checkpoint).await,
    }
}

/// Nothing here knows of an upload.
async fn without_any(
    job: &Job<'_>,
    wished: &PartLayout,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning, Error> {
    match &job.request.adopt {
        Adopt::This(upload_id) => adopt::this(job, upload_id, wished, checkpoint).await,
        Adopt::Yes => adopt::find(job, checkpoint).await,
        Adopt::No => Ok(Beginning::New(None)),
    }
}

async fn continue_session(
    job: &Job<'_>,
    wished: &PartLayout,
    remembered: Remembered,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning, Error> {
    let header = &remembered.header;
    let Some(upload_id) = remembered.upload_id.clone() else {
        return without_any(job, wished, checkpoint).await;
    };
    if header.headers != Some(digest(job.making.headers)) {
        return job
            .making
            .begin_instead_of(&upload_id, Some(Restarted::MetadataChanged))
            .await;
    }
    let Some(layout) = possible_layout(job.source.len(), header.part_size) else {
        return job
            .making
            .begin_instead_of(&upload_id, Some(Restarted::SourceChanged))
            .await;
    };
    let Some(listed) = job.making.list(&upload_id).await? else {
        let past = Past {
            size: job.source.len(),
            began: header.began,
            completing: remembered.completing,
        };
        return job.making.begin_after(job, past, &layout, checkpoint).await;
    };
    let identity = job.source.identity();
    let same_file = header.source == SourceIdentity::File(identity);
    let grew = header.size != job.source.len();
    let mut session = Session::of(&remembered, upload_id, layout, listed);
    session.restarted = grew.then_some(Restarted::SourceChanged);
    session.reread = reread(job, same_file, header.began);
    checkpoint.resume(remembered.header, Some(&session.upload_id))?;
    if !same_file {
        // What was recorded is of other bytes. It helps to compare, and is written down again as it
        // is proven.
        checkpoint.append(&Record::Source(identity))?;
        session.written = Arc::default();
    }
    tell_of_part_size(job, &layout);
    Ok(Beginning::Continued(Box::new(session)))
}

/// Continues an upload whose checkpoint is damaged or gone: every part is compared.
async fn continue_pointer(
    job: &Job<'_>,
    wished: &PartLayout,
    pointer: Pointer,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning, Error> {
    let Some(upload_id) = pointer.upload_id else {
        return without_any(job, wished, checkpoint).await;
    };
    if pointer.headers != Some(digest(job.making.headers)) {
        return job
            .making
            .begin_instead_of(&upload_id, Some(Restarted::MetadataChanged))
            .await;
    }
    let Some(listed) = job.making.list(&upload_id).await? else {
        let past = Past {
            size: job.source.len(),
            began: pointer.began,
            completing: None,
        };
        let layout = PartLayout::new(job.source.len(), PartSize::MAX)?;
        return job.making.begin_after(job, past, &layout, checkpoint).await;
    };
    match continue_listed(job, &upload_id, listed, pointer.began, checkpoint)? {
        Some(session) => Ok(Beginning::Continued(Box::new(session))),
        None => job.making.begin_instead_of(&upload_id, None).await,
    }
}

/// Goes on with the parts that the service lists, and nothing else; `None` if none of them can be
/// the file's.
pub(super) fn continue_listed(
    job: &Job<'_>,
    upload_id: &UploadId,
    listed: Vec<ListedPart>,
    since: SystemTime,
    checkpoint: &mut Checkpoint,
) -> Result<Option<Session>, Error> {
    let Some(layout) = infer_layout(job.source.len(), &listed) else {
        return Ok(None);
    };
    checkpoint.begin(Some(upload_id), |transfer| header(job, &layout, transfer))?;
    tell_of_part_size(job, &layout);
    let session = Session::found(upload_id.clone(), layout, listed, since);
    Ok(Some(session))
}

/// The layout that an upload of parts of that size has now, if OSS would complete it.
pub(super) fn possible_layout(size: u64, part_size: PartSize) -> Option<PartLayout> {
    let layout = PartLayout::new(size, part_size).ok()?;
    let large_enough = part_size >= PartSize::MIN_UPLOAD || layout.count() == 1;
    (large_enough && layout.count() > 0).then_some(layout)
}

fn reread(job: &Job<'_>, same_file: bool, began: SystemTime) -> Reread {
    let settled = same_file && is_settled(&job.source.identity(), began);
    match job.request.verify_kept {
        VerifyKept::Changed if settled => Reread::Believe,
        _ => Reread::Always,
    }
}

/// File systems tell times no finer than they tick, so a change that follows another one at once
/// shows in neither of them.
const TICK: Duration = Duration::from_secs(2);

/// Whether a file was left alone for a while before its identity was noted, so that any change
/// since would show in it.
fn is_settled(identity: &FileIdentity, noted: SystemTime) -> bool {
    let noted = noted.checked_sub(TICK).unwrap_or(SystemTime::UNIX_EPOCH);
    let noted = noted
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let noted_ns = i128::try_from(noted.as_nanos()).unwrap_or(i128::MAX);
    identity.changed_ns < noted_ns && identity.modified_ns < noted_ns
}

/// Parts are as large as they were when the upload began, whatever is asked for now.
fn tell_of_part_size(job: &Job<'_>, layout: &PartLayout) {
    if let Some(grown) = Grown::from_wish(job.request.options.part_size, layout) {
        let (asked, used) = (grown.asked, grown.used);
        tracing::warn!("the upload goes on with the parts it has: {used} each, not {asked}");
    }
}

#[cfg(test)]
mod tests {
    use ossum_durable::FileId;

    use super::*;

    #[test]
    fn a_change_shortly_before_the_file_was_noted_is_not_trusted_to_show() {
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let identity = |changed_s: i128, modified_s: i128| FileIdentity {
            id: FileId {
                device: 1,
                inode: 1,
            },
            size: 1,
            modified_ns: modified_s * 1_000_000_000,
            changed_ns: changed_s * 1_000_000_000,
        };
        assert!(is_settled(&identity(90, 90), at(100)));
        assert!(!is_settled(&identity(99, 90), at(100)));
        assert!(!is_settled(&identity(90, 98), at(100)));
        assert!(!is_settled(&identity(90, 200), at(100)), "from the future");
    }

    #[test]
    fn parts_that_oss_would_not_complete_are_no_layout() {
        let size = |bytes| PartSize::new(bytes).unwrap();
        assert!(possible_layout(1 << 20, size(100 << 10)).is_some());
        assert!(possible_layout(1 << 20, size(1 << 30)).is_some());
        assert!(possible_layout(1 << 20, size(1 << 10)).is_none());
        assert!(possible_layout(1 << 40, size(100 << 10)).is_none());
        assert!(possible_layout(0, size(100 << 10)).is_none());
    }
}
