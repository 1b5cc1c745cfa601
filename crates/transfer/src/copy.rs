//! From an object to another one, within a region: the bytes do not pass through here.

mod attempt;
mod content;
mod copier;
mod kept_with;
mod resume;
mod single;

use std::time::Instant;

use ossum_client::Client;
use ossum_client::op::{ObjectHeaders, Overwrite};
use ossum_client::transport::HttpTransport;
use ossum_types::{Crc64, ETag, ObjectUrl, VersionId};

pub(crate) use self::copier::Copier;
use crate::again::again_on_change;
use crate::error::Error;
use crate::monitor::Monitor;
use crate::options::Options;
use crate::report::Report;
use crate::thread;

/// What is copied, and where to.
#[derive(Debug, Clone)]
pub struct Copy {
    /// The object.
    pub source: ObjectUrl,
    /// Its version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// The ETag that it must have; `None` takes the object as it is found.
    pub etag: Option<ETag>,
    /// The CRC-64 that it must have; `None` takes the object as it is found.
    pub crc64: Option<Crc64>,
    /// Who is asked about the source where its bucket has other settings; `None` asks as the
    /// destination is asked.
    pub source_client: Option<Client>,
    /// The object to make, in a bucket of the same region.
    pub destination: ObjectUrl,
    /// What is kept with the copy. ACL, storage class and encryption are those given here, or the
    /// bucket's.
    pub headers: ObjectHeaders,
    /// Whether what is kept with the source is kept with the copy, too.
    pub inherit: Inherit,
    /// When the file was last modified of which this is to be the object, in nanoseconds since 1970, as
    /// an upload would keep it; `None` for a copy of the source.
    pub modified_ns: Option<i128>,
    /// Whether an object of the destination's key may be replaced.
    pub overwrite: Overwrite,
    /// How it is done.
    pub options: Options,
}

impl Copy {
    /// The object `source` is copied to `destination`, which it replaces; everything else as usual.
    pub fn new(source: ObjectUrl, destination: ObjectUrl) -> Self {
        Self {
            source,
            version_id: None,
            etag: None,
            crc64: None,
            source_client: None,
            destination,
            headers: ObjectHeaders::default(),
            inherit: Inherit::WhatIsNotGiven,
            modified_ns: None,
            overwrite: Overwrite::Allow,
            options: Options::default(),
        }
    }
}

/// What a copy keeps of that which is kept with its source.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Inherit {
    /// What is not given otherwise: field by field, and tags as a whole.
    #[default]
    WhatIsNotGiven,
    /// Nothing: its bytes alone are of use.
    Nothing,
}

/// Copies an object within a region: on success the copy holds exactly the source's bytes.
///
/// Small objects are copied in one request, larger ones in parts, each pinned to the ETag and the
/// version that were found first. The CRC-64 of all parts together must be the source's before
/// anything is completed.
///
/// # Resumption
/// With a checkpoint, the same copy begun again continues: a part counts as there if OSS lists it
/// with the ETag that it had when it was made.
///
/// # Errors
/// As [`upload`](crate::upload); [`ErrorKind::ObjectChanged`](crate::ErrorKind::ObjectChanged) if
/// the source changed.
/// # Cancellation
/// As [`upload`](crate::upload).
pub async fn copy(client: &Client, request: &Copy, monitor: &Monitor) -> Result<Report, Error> {
    let began = Instant::now();
    let client = client.with_meter(monitor.meter());
    let (request, watched) = (request.clone(), monitor.clone());
    let work = move || async move {
        let client = client.for_worker(HttpTransport::READ_BUFFER_BYTES);
        let source_client = request.source_client.as_ref();
        let source_client =
            source_client.map(|client| client.for_worker(HttpTransport::READ_BUFFER_BYTES));
        let request = Copy {
            source_client,
            ..request
        };
        carry_out(&client, &request, &watched).await
    };
    let report = thread::on_own_thread("ossum-copy", monitor.token().clone(), work).await?;
    Ok(report.spent(monitor, began))
}

/// The same on the calling thread, which blocks at times; `client` is that thread's own, and so is
/// that of the source.
pub(crate) async fn carry_out(
    client: &Client,
    request: &Copy,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let attempt = || attempt::attempt(client, request, monitor);
    again_on_change(request.options.on_change, attempt).await
}
