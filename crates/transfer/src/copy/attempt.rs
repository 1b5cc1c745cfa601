use ossum_checkpoint::{ObjectIdentity, Transfer, Way};
use ossum_client::Client;
use ossum_client::op::{Conditions, CopySource, GetSymlink, HeadObject, ObjectInfo};
use ossum_plan::{CopyPlan, how_to_copy};
use ossum_types::ObjectKey;

use super::copier::explain;
use super::kept_with::kept_with;
use super::{Copy, single};
use crate::checkpoint::Checkpoint;
use crate::error::{Error, ErrorKind, shown_url};
use crate::monitor::Monitor;
use crate::multipart::Making;
use crate::report::Report;

/// What a copy is about, for all its steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job<'a> {
    pub(super) making: Making<'a>,
    pub(super) request: &'a Copy,
    /// The source as it was found.
    pub(super) info: &'a ObjectInfo,
    /// What the source leads to, if it is a link: that has the bytes.
    linked_to: Option<&'a ObjectKey>,
}

/// What `HeadObject` calls an object that leads to another one.
const LINK: &str = "Symlink";

pub(super) async fn attempt(
    client: &Client,
    request: &Copy,
    monitor: &Monitor,
) -> Result<Report, Error> {
    let source_client = request.source_client.as_ref();
    let source_client = source_client.map(|client| client.with_meter(monitor.meter()));
    let source_client = source_client.as_ref().unwrap_or(client);
    let looking = async {
        let info = head(source_client, request).await?;
        let headers = kept_with(source_client, request, &info).await?;
        let linked_to = follow(source_client, request, &info).await?;
        Ok::<_, Error>((info, headers, linked_to))
    };
    let (info, headers, linked_to) = tokio::select! {
        biased;
        () = monitor.token().cancelled() => return Err(Error::cancelled()),
        looked = looking => looked?,
    };
    let job = Job {
        making: Making {
            client,
            destination: &request.destination,
            headers: &headers,
            // Usually it is the source's, as all metadata.
            modified_ns: request.modified_ns,
            overwrite: request.overwrite,
            callback: None,
            monitor,
        },
        request,
        info: &info,
        linked_to: linked_to.as_ref(),
    };
    let plan = how_to_copy(info.size, request.options.part_size)?;
    let (mut checkpoint, earlier) =
        Checkpoint::open(&request.options, || transfer(client, request))?;
    match plan {
        CopyPlan::Single => {
            let left = earlier.upload_id();
            job.making.forget(left, &mut checkpoint).await?;
            single::copy(&job).await
        }
        CopyPlan::Multipart { layout, grown } => {
            let report = job
                .making
                .in_parts(&job, &layout, earlier, checkpoint)
                .await?;
            let grown = grown.filter(|_| !report.resumed);
            Ok(Report { grown, ..report })
        }
    }
}

/// Which bytes the source has, as far as OSS tells.
pub(super) fn identity(job: &Job<'_>) -> ObjectIdentity {
    ObjectIdentity {
        size: job.info.size,
        etag: Some(job.info.etag.clone()),
        crc64: job.info.crc64,
        version_id: job.info.version_id.clone(),
    }
}

impl Job<'_> {
    /// The source, pinned to what was found first.
    pub(super) fn source(&self) -> CopySource {
        let Copy {
            source, version_id, ..
        } = self.request;
        let conditions = Conditions::matching(self.info.etag.clone());
        let found = self.info.version_id.clone();
        let (key, version_id) = match self.linked_to {
            // The version that was found is the link's; the ETag, and so the bytes, are the target's.
            Some(target) => (target.clone(), None),
            None => (source.key.clone(), found.or_else(|| version_id.clone())),
        };
        CopySource {
            version_id,
            conditions,
            ..CopySource::new(source.bucket.clone(), key)
        }
    }
}

async fn head(client: &Client, request: &Copy) -> Result<ObjectInfo, Error> {
    let Copy {
        source,
        version_id,
        etag,
        ..
    } = request;
    let conditions = etag.clone().map(Conditions::matching);
    let head = HeadObject {
        version_id: version_id.clone(),
        conditions: conditions.unwrap_or_default(),
        ..HeadObject::new(source.bucket.clone(), source.key.clone())
    };
    let head = client.head_object(&head).await;
    let info = head.map_err(|error| explain(request, error))?;
    if request.crc64.is_some() && info.crc64 != request.crc64 {
        let message = format!("{} has other bytes by now", shown_url(source));
        return Err(Error::new(ErrorKind::ObjectChanged, message));
    }
    Ok(info)
}

/// Where the bytes are if the source is a link: OSS copies a link as it is, or not at all.
async fn follow(
    client: &Client,
    request: &Copy,
    info: &ObjectInfo,
) -> Result<Option<ObjectKey>, Error> {
    if info.object_type() != Some(LINK) {
        return Ok(None);
    }
    let Copy {
        source, version_id, ..
    } = request;
    let link = GetSymlink {
        version_id: version_id.clone(),
        ..GetSymlink::new(source.bucket.clone(), source.key.clone())
    };
    Ok(Some(client.get_symlink(&link).await?.target))
}

fn transfer(client: &Client, request: &Copy) -> Transfer {
    Transfer {
        endpoint: client.endpoint().authority().to_owned(),
        way: Way::Copy {
            source: request.source.clone(),
            version_id: request.version_id.clone(),
            destination: request.destination.clone(),
        },
    }
}
