use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use ossum_checkpoint::{Header, ObjectIdentity, Remembered, SourceIdentity, Transfer};
use ossum_client::op::ObjectInfo;
use ossum_durable::{self as durable, Durability, FileId, FsFile, Operation};
use ossum_plan::{Grown, PartLayout, Recorded, RecordedPart};
use ossum_types::{ByteRange, Crc64, Crc64Hasher};

use super::Job;
use super::check::Check;
use super::claimed::Claimed;
use super::fetch::{Continued, Fetch};
use super::opening::{Wanted, head};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::Error;
use crate::monitor::Restarted;
use crate::reading::read_range;
use crate::report::{Report, Verified};

/// How a download begins.
pub(super) enum Beginning<'a> {
    /// Anew.
    New(Option<Restarted>),
    /// With what an earlier run has fetched.
    Continued(Box<Continued<'a>>),
    /// It is done: an earlier run published the file and did not live to say so.
    Published(Box<Report>),
}

/// Finds out what an earlier run has left. Nothing that it says is believed: which bytes the object
/// has is asked again, and which are on the disk is read again.
pub(super) async fn look_back<'a>(
    job: &'a Job<'a>,
    earlier: Earlier,
    checkpoint: &mut Checkpoint,
) -> Result<Beginning<'a>, Error> {
    let Earlier::Session(remembered) = earlier else {
        return Ok(Beginning::New(None));
    };
    let Some(left) = remembered.header.partial else {
        return Ok(Beginning::New(None));
    };
    let wanted = Wanted::of(job.request);
    let info = head(job.client, &wanted).await?;
    let range = wanted.within(info.size);
    let len = range.map_or(0, ByteRange::len);
    let same = matches_object(&remembered.header, &info);
    let layout = PartLayout::new(len, remembered.header.part_size);
    let (true, true, Ok(layout)) = (same, remembered.header.size == len, layout) else {
        tracing::warn!("the object changed since the last run: the download begins anew");
        return Ok(Beginning::New(Some(Restarted::ObjectChanged)));
    };
    let check = Check::decide(&info, &wanted, job.request.unverified)?;
    let expected = expected_crc64(check, &layout, &remembered);
    let path = checkpoint.partial_path(job.target.path());
    let past = Past {
        left,
        partial: &path,
        expected,
    };
    if let Some(report) = published(job, &info, &layout, check, past).await? {
        return Ok(Beginning::Published(Box::new(report)));
    }
    let options = &job.request.options;
    let Some(file) = Claimed::reopen(&options.files, path, left, len, options.durability)? else {
        tracing::warn!("the file with the bytes so far is gone: the download begins anew");
        return Ok(Beginning::New(Some(Restarted::PartialGone)));
    };
    let recorded = recorded(&remembered);
    checkpoint.resume(remembered.header, None)?;
    tell_of_part_size(job, &layout);
    let fetch = Fetch {
        job,
        base: range.map_or(0, ByteRange::start),
        info,
        layout,
        check,
        file: Arc::new(file),
    };
    Ok(Beginning::Continued(Box::new(Continued {
        fetch,
        recorded,
    })))
}

/// Line 1 of the checkpoint of a download as it begins now.
pub(super) fn header(
    transfer: Transfer,
    info: &ObjectInfo,
    len: u64,
    layout: &PartLayout,
    partial: FileId,
) -> Header {
    Header {
        transfer,
        source: SourceIdentity::Object(identity(info)),
        size: len,
        part_size: layout.part_size(),
        partial: Some(partial),
        headers: None,
        began: SystemTime::now(),
    }
}

fn identity(info: &ObjectInfo) -> ObjectIdentity {
    ObjectIdentity {
        size: info.size,
        etag: Some(info.etag.clone()),
        crc64: info.crc64,
        version_id: info.version_id.clone(),
    }
}

fn matches_object(header: &Header, info: &ObjectInfo) -> bool {
    match &header.source {
        SourceIdentity::Object(recorded) => recorded.matches(&identity(info)),
        SourceIdentity::File(_) => false,
    }
}

fn recorded(remembered: &Remembered) -> Recorded {
    let parts = remembered.parts.values().map(|part| {
        let recorded = RecordedPart {
            crc64: part.crc64,
            etag: None,
        };
        (part.number, recorded)
    });
    parts.collect()
}

/// The CRC-64 that the whole file has when it is complete: the object's, or else that of all
/// parts, if all of them had arrived.
fn expected_crc64(check: Check, layout: &PartLayout, remembered: &Remembered) -> Option<Crc64> {
    if let Check::Crc64(crc64) = check {
        return Some(crc64);
    }
    layout.parts().try_fold(Crc64::EMPTY, |whole, part| {
        let crc64 = remembered.parts.get(&part.number)?.crc64?;
        Some(whole.combine(crc64, part.range.len()))
    })
}

/// What an earlier run wrote.
#[derive(Debug, Clone, Copy)]
struct Past<'a> {
    /// Which file it wrote to.
    left: FileId,
    /// Under which name.
    partial: &'a Path,
    /// What the file has when it is complete, if that is known.
    expected: Option<Crc64>,
}

/// The report of an earlier run that published the file, if the target is the file it wrote and has
/// the right bytes. Its name is made durable again: that run may have died before.
async fn published(
    job: &Job<'_>,
    info: &ObjectInfo,
    layout: &PartLayout,
    check: Check,
    past: Past<'_>,
) -> Result<Option<Report>, Error> {
    let Past {
        left,
        partial,
        expected,
    } = past;
    let (path, fs) = (job.target.path(), &job.request.options.files);
    let len = layout.object_size();
    let ours = job
        .target
        .existing()
        .is_some_and(|found| found.id.inode == left.inode && found.len_bytes == len);
    let (true, Some(expected)) = (ours, expected) else {
        return Ok(None);
    };
    let file = fs
        .open_to_read(path)
        .map_err(durable::Error::at(Operation::Open, path))?;
    let crc64 = crc64_of(&*file, len)
        .await
        .map_err(durable::Error::at(Operation::Read, path))?;
    if crc64 != expected {
        return Ok(None); // it was edited since
    }
    if job.request.options.durability == Durability::Full {
        file.sync()
            .map_err(durable::Error::at(Operation::Sync, path))?;
        durable::sync_directory_of(&**fs, path)?;
    }
    remove_second_name(job, partial)?;
    job.monitor.begin(len, layout.count());
    job.monitor.all_reused();
    let verified = match check {
        Check::Crc64(_) => Verified::Crc64,
        Check::Md5(_) => Verified::Md5,
        Check::Length => Verified::Length,
    };
    let (etag, version_id) = (info.etag.clone(), info.version_id.clone());
    let report = Report::new(len, layout.count(), Some(crc64), verified, etag, version_id);
    Ok(Some(Report {
        resumed: true,
        ..report.told_by(info.headers.clone().into())
    }))
}

/// Where a file system cannot rename without replacing, the partial's name is removed after the file
/// got the target's; a run that died in between has left both.
fn remove_second_name(job: &Job<'_>, partial: &Path) -> Result<(), Error> {
    let fs = &job.request.options.files;
    let published = job.target.existing().map(|found| found.id);
    let same = fs
        .metadata(partial)
        .is_ok_and(|found| Some(found.id) == published);
    if same {
        let remove = durable::Error::at(Operation::Remove, partial);
        fs.remove_file(partial).map_err(remove)?;
    }
    Ok(())
}

async fn crc64_of(file: &dyn FsFile, len: u64) -> std::io::Result<Crc64> {
    let mut hasher = Crc64Hasher::new();
    if let Some(all) = ByteRange::new(0, len) {
        read_range(file, all, |chunk| hasher.update(chunk)).await?;
    }
    Ok(hasher.finish())
}

/// Parts are as large as they were when the download began, whatever is asked for now.
fn tell_of_part_size(job: &Job<'_>, layout: &PartLayout) {
    if let Some(grown) = Grown::from_wish(job.request.options.part_size, layout) {
        let (asked, used) = (grown.asked, grown.used);
        tracing::warn!("the download goes on with the parts it has: {used} each, not {asked}");
    }
}
