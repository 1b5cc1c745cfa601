//! Opens the objects of a source, whatever it is, so that ranges of them can be relayed.

mod file;
mod remote;
mod web;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;

use ossum_client::Client;
use ossum_client::op::HeadObject;
use ossum_transfer::{
    ObjectSource, RangeSource, SourceError, SourceTrouble, Worker, hands_on_few_threads,
};
use ossum_types::{ObjectUrl, PrefixUrl};

use self::file::FileSource;
use self::remote::{Remote, RemoteSource};
pub use self::web::Web;
use crate::error::Error;
use crate::manifest::Listed;
use crate::source::{S3, S3Access, Source};

/// Opens what the rows of a migration are about, pinned to what the listing of the source has.
#[derive(Debug, Clone)]
pub enum Reader {
    /// Objects of OSS below a prefix, which is empty or ends with `/`.
    Objects(Client, PrefixUrl),
    /// Files below a directory.
    Files(PathBuf),
    /// Objects of S3 below a prefix, which is empty or ends with `/`.
    S3(Arc<S3>, String),
    /// What the addresses in the rows lead to.
    Web(Web),
}

/// A connection's read buffer grows to so many bytes.
const READ_BUFFER_BYTES: usize = 512 << 10;

impl Reader {
    /// That of `source`. Where it is in OSS, `objects` asks for it; elsewhere it is reached as `client` reaches
    /// OSS: by the same proxy, with the same trust and the same timeouts.
    ///
    /// # Errors
    /// [`Error::S3`] where S3 is not configured so that it can be asked.
    pub fn of(source: &Source, objects: &Client, client: &Client) -> Result<Self, Error> {
        Ok(match source {
            Source::Oss { url, .. } => Self::Objects(objects.clone(), url.clone()),
            Source::Directory { path } => Self::Files(path.clone()),
            Source::S3 {
                bucket,
                prefix,
                endpoint,
                region,
            } => {
                let access = S3Access::of(client);
                let s3 = S3::open(bucket, endpoint.as_deref(), region.as_deref(), &access)?;
                Self::S3(Arc::new(s3), prefix.clone())
            }
            Source::Urls => Self::Web(Web::new(client.transport(), client.retry_policy())),
        })
    }

    /// The same with connections of its own, for a thread with a runtime of its own.
    pub(crate) fn for_this_thread(&self) -> Self {
        match self {
            Self::Objects(client, url) => {
                Self::Objects(Worker::for_this_thread(client), url.clone())
            }
            Self::Files(root) => Self::Files(root.clone()),
            Self::S3(s3, prefix) => {
                Self::S3(Arc::new(s3.for_worker(READ_BUFFER_BYTES)), prefix.clone())
            }
            Self::Web(web) => Self::Web(web.separate()),
        }
    }

    /// How many of `hands` each thread has. To read a file blocks, so with files each has a thread of its own.
    pub(crate) fn hands_of_threads(&self, hands: NonZeroUsize) -> Vec<usize> {
        match self {
            Self::Files(_) => vec![1; hands.get()],
            Self::Objects(..) | Self::S3(..) | Self::Web(_) => {
                hands_on_few_threads(hands).collect()
            }
        }
    }

    /// Payload bytes that were read, where they are counted.
    pub fn received_bytes(&self) -> u64 {
        match self {
            Self::Objects(client, _) => client.meter().received_bytes(),
            Self::Files(_) | Self::S3(..) | Self::Web(_) => 0,
        }
    }

    /// Opens an object as it was listed.
    ///
    /// # Errors
    /// [`SourceTrouble::Changed`] if it is another one by now, as far as that shows before it is read.
    pub(crate) async fn open(&self, listed: &Listed) -> Result<Arc<dyn RangeSource>, SourceError> {
        match self {
            Self::Objects(client, url) => {
                let object = object(url, &listed.key)?;
                Ok(Arc::new(open_object(client, object, listed).await?))
            }
            Self::Files(root) => Ok(Arc::new(FileSource::open(root, listed)?)),
            Self::S3(s3, prefix) => {
                let key = Arc::from(format!("{prefix}{}", listed.key));
                let remote = Remote::S3(Arc::clone(s3), key);
                Ok(Arc::new(RemoteSource::open(remote, listed).await?))
            }
            Self::Web(web) => {
                let address = listed.address.as_deref().unwrap_or(&listed.key);
                let remote = Remote::Web(web.clone(), Arc::from(address));
                Ok(Arc::new(RemoteSource::open(remote, listed).await?))
            }
        }
    }
}

/// The object of a key below a prefix.
pub(crate) fn object(url: &PrefixUrl, below: &str) -> Result<ObjectUrl, SourceError> {
    let key = format!("{}{below}", url.prefix).parse();
    let key = key.map_err(|invalid| {
        SourceError::new(SourceTrouble::Refused, "no object has this key").with_cause(invalid)
    })?;
    Ok(ObjectUrl {
        bucket: url.bucket.clone(),
        key,
    })
}

async fn open_object(
    client: &Client,
    object: ObjectUrl,
    listed: &Listed,
) -> Result<ObjectSource, SourceError> {
    let (etag, size) = match (&listed.etag, listed.size) {
        (Some(etag), Some(size)) => (etag.clone(), size),
        // A list of names: it is what it is now.
        (etag, size) => {
            let head = HeadObject {
                version_id: listed.version.clone(),
                ..HeadObject::new(object.bucket.clone(), object.key.clone())
            };
            let info = client.head_object(&head).await?;
            let is_other = etag.as_ref().is_some_and(|etag| *etag != info.etag)
                || size.is_some_and(|size| size != info.size);
            if is_other {
                return Err(changed());
            }
            (info.etag, info.size)
        }
    };
    let version = listed.version.clone();
    Ok(ObjectSource::new(
        client.clone(),
        object,
        version,
        etag,
        size,
    ))
}

/// That the source is not what was listed.
fn changed() -> SourceError {
    let message = "the source is another object than was listed";
    SourceError::new(SourceTrouble::Changed, message)
}
