//! The life of a multipart upload, whatever its parts are made of: begun, listed, completed,
//! aborted, and looked behind when an answer was lost.

mod abort;
mod became;
mod beginning;
mod complete;
mod content;
mod digest;
mod existing;
mod gathered;
mod initiate;
mod list;
mod make;
mod proof;
mod remedy;
mod session;

use std::time::{Duration, SystemTime};

use ossum_client::Client;
use ossum_client::op::{Answered, Callback, ObjectHeaders, Overwrite};
use ossum_plan::KeptPart;
use ossum_types::{Crc64, ETag, ObjectUrl, UploadId, VersionId};

use self::abort::Aborted;
use self::became::Became;
pub(crate) use self::became::Past;
pub(crate) use self::beginning::Beginning;
pub(crate) use self::complete::WhenCancelled;
pub(crate) use self::content::{Content, Jobs, Proof};
pub use self::digest::digest;
pub(crate) use self::gathered::{Gained, Gathered};
pub(crate) use self::proof::{Expected, Found};
use self::remedy::{Remedies, Remedy};
pub(crate) use self::session::Session;
use crate::error::{Error, ErrorKind, shown_url};
use crate::modified;
use crate::monitor::Monitor;
use crate::report::{Report, Verified};

/// How long an answer is waited for once the transfer has failed or was cancelled.
pub(crate) const GRACE: Duration = Duration::from_millis(1500);

/// The object that is made, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making<'a> {
    pub(crate) client: &'a Client,
    pub(crate) destination: &'a ObjectUrl,
    pub(crate) headers: &'a ObjectHeaders,
    /// When the file was last modified, in nanoseconds since 1970, if that is kept with the object. It
    /// is not one of the headers that were asked for: a file that changed is continued all the same.
    pub(crate) modified_ns: Option<i128>,
    pub(crate) overwrite: Overwrite,
    /// Whom OSS tells of the object.
    pub(crate) callback: Option<&'a Callback>,
    pub(crate) monitor: &'a Monitor,
}

/// All parts of an upload, and what the object of them will be.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) upload_id: UploadId,
    /// In order.
    pub(crate) parts: Vec<KeptPart>,
    pub(crate) size: u64,
    /// The CRC-64 of the whole; of a copy perhaps unknown.
    pub(crate) crc64: Option<Crc64>,
    /// Whether OSS said of every part that it has these bytes.
    pub(crate) confirmed: bool,
    /// When the upload began.
    pub(crate) since: SystemTime,
    /// When this upload was first about to be completed.
    pub(crate) completing: SystemTime,
    /// Whether it was about to be completed before, by a process that did not live to see how it
    /// ended.
    pub(crate) may_be_done: bool,
}

/// The object that an upload became.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) etag: ETag,
    pub(crate) version_id: Option<VersionId>,
    pub(crate) verified: Verified,
    pub(crate) answered: Answered,
}

impl Whole {
    pub(crate) fn expected(&self) -> Expected {
        Expected {
            size: self.size,
            crc64: self.crc64,
            since: self.since,
        }
    }

    /// The report of the object that was made of all parts, `gathered` as they were.
    pub(crate) fn report(&self, made: Made) -> Report {
        let count = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
        Report::new(
            self.size,
            count,
            self.crc64,
            made.verified,
            made.etag,
            made.version_id,
        )
        .told_by(made.answered)
    }
}

impl Making<'_> {
    /// All that is kept with the object.
    pub(crate) fn kept_with(&self) -> ObjectHeaders {
        let mut headers = self.headers.clone();
        let is_given = headers
            .metadata
            .iter()
            .any(|(name, _)| modified::is_name(name));
        if let Some(nanos) = self.modified_ns
            && !is_given
        {
            headers.metadata.push(modified::metadata(nanos));
        }
        headers
    }

    /// Waits until the transfer is cancelled and a little longer: for an answer that is on its way.
    async fn given_up(&self) {
        self.monitor.token().cancelled().await;
        tokio::time::sleep(GRACE).await;
    }
}

/// The report of an object that an earlier run has made, and did not live to tell of.
fn made_before(monitor: &Monitor, size: u64, parts: u32, crc64: Crc64, made: Made) -> Report {
    monitor.begin(size, parts);
    monitor.all_reused();
    let Made {
        etag,
        version_id,
        verified,
        answered,
    } = made;
    let report = Report::new(size, parts, Some(crc64), verified, etag, version_id);
    Report {
        resumed: true,
        ..report.told_by(answered)
    }
}

/// The error that another writer's object stands where ours may have been.
pub(crate) fn ambiguous(destination: &ObjectUrl) -> Error {
    let message = format!(
        "{} was written by somebody else since this upload was completed, or in its place",
        shown_url(destination)
    );
    Error::new(ErrorKind::Ambiguous, message).of_made()
}
