//! From an object to a file.

mod check;
mod claimed;
mod fetch;
mod opening;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use ossum_client::Client;
use ossum_client::transport::HttpTransport;
use ossum_durable::{Overwrite, RealFs, Target};
use ossum_plan::{DownloadPlan, Grown, Part, how_to_download};
use ossum_types::{ByteRange, ObjectUrl, PartNumber, VersionId};

use self::check::Check;
use self::claimed::Claimed;
use crate::error::Error;
use crate::monitor::Monitor;
use crate::options::Options;
use crate::report::Report;
use crate::thread;

/// Whether an object may be downloaded that the service tells no checksum of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Unverified {
    /// No: the download fails before anything is written.
    #[default]
    Refuse,
    /// Yes: length and ETag are all that is checked.
    Allow,
}

/// What is downloaded, and where to.
#[derive(Debug, Clone)]
pub struct Download {
    /// The object.
    pub source: ObjectUrl,
    /// Its version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// Which bytes of it; `None` is all. What passes its end is cut off.
    pub range: Option<ByteRange>,
    /// The file to make. A symbolic link is followed.
    pub destination: PathBuf,
    /// Whether a file of that name may be replaced.
    pub overwrite: Overwrite,
    /// Whether an object without a checksum is taken.
    pub unverified: Unverified,
    /// How it is done.
    pub options: Options,
}

/// Downloads an object: on success the file holds exactly its bytes, durably.
///
/// Bytes arrive in `{name}.ossum-part` beside the target and get the target's name when all of them
/// are there and their CRC-64 is the object's. A range has no checksum of its own: length and ETag
/// are what is checked of it. The file's time of modification becomes the object's.
///
/// # Errors
/// An existing file is as it was. What had arrived is removed.
/// # Cancellation
/// Dropping the future cancels the download, as [`Monitor::cancel`] does; nothing is published but
/// what is being published at that moment. A thread of its own then removes what had arrived, unless
/// the process ends before that: the next download to the same target does it then.
pub async fn download(
    client: &Client,
    request: &Download,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let client = client.with_meter(monitor.meter());
    let (request, watched) = (request.clone(), monitor.clone());
    let work = move || async move { carry_out(&client, &request, &watched).await };
    thread::on_own_thread("ossum-download", monitor.token().clone(), work).await
}

async fn carry_out(
    client: &Client,
    request: &Download,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let began = Instant::now();
    let client = client.for_worker(HttpTransport::READ_BUFFER_BYTES);
    let target = find_target(request)?;
    let opened = tokio::select! {
        biased;
        () = monitor.token().cancelled() => return Err(Error::cancelled()),
        opened = opening::open(&client, request) => opened?,
    };
    let (info, len) = (opened.info.clone(), opened.len());
    let check = Check::decide(&opened, request)?;
    let (parts, grown) = divide(len, request)?;
    monitor.begin(len, count(&parts));
    let file = Arc::new(Claimed::make(&target, len)?);
    let crc64 = fetch::fetch(&client, request, opened, &parts, &file, monitor).await?;
    let verified = check.verify(&request.source, file.partial(), crc64)?;
    if monitor.token().is_cancelled() {
        return Err(Error::cancelled());
    }
    file.publish(&target, request, &info)?;
    let report = Report::new(
        len,
        count(&parts),
        crc64,
        verified,
        info.etag,
        info.version_id,
    );
    Ok(Report { grown, ..report }.spent(client.meter(), began))
}

/// Looks at the target before anything is asked of the service.
fn find_target(request: &Download) -> Result<Target, Error> {
    let target = Target::resolve(&RealFs, &request.destination)?;
    if request.overwrite == Overwrite::Forbid && target.existing().is_some() {
        let path = target.path().to_owned();
        return Err(ossum_durable::Error::AlreadyExists { path }.into());
    }
    Ok(target)
}

/// Divides `len` bytes into the parts that are fetched; an empty object has none.
fn divide(len: u64, request: &Download) -> Result<(Vec<Part>, Option<Grown>), Error> {
    match how_to_download(len, request.options.part_size)? {
        DownloadPlan::Ranges { layout, grown } => Ok((layout.parts().collect(), grown)),
        DownloadPlan::Whole => {
            let whole = ByteRange::new(0, len).map(|range| Part {
                number: PartNumber::FIRST,
                range,
            });
            Ok((whole.into_iter().collect(), None))
        }
    }
}

fn count(parts: &[Part]) -> u32 {
    u32::try_from(parts.len()).unwrap_or(u32::MAX)
}
