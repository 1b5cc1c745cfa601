use std::time::SystemTime;

use http::Method;
use http::header::{ETAG, LAST_MODIFIED};
use ossum_types::{BucketName, ETag, ObjectKey, VersionId};

use super::paging::Spelling;
use super::put_symlink::SYMLINK_TARGET;
use super::response_headers::{VERSION_ID, text, value};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::date::parse_http_date;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetSymlink {
    /// The bucket.
    pub bucket: BucketName,
    /// The link.
    pub key: ObjectKey,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
}

/// A link itself, not what it leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Symlink {
    /// Where it leads.
    pub target: ObjectKey,
    /// Its own ETag; a look at the object by [`Client::head_object`] has that of the target.
    pub etag: Option<ETag>,
    /// When it was made, to the second.
    pub last_modified: Option<SystemTime>,
    /// Its version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
}

impl GetSymlink {
    /// Asks for the current version.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            version_id: None,
        }
    }
}

impl Client {
    /// Tells where a link leads.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is no object, and
    /// [`ErrorKind::Refused`](crate::ErrorKind::Refused) if it is no link.
    pub async fn get_symlink(&self, request: &GetSymlink) -> Result<Symlink, Error> {
        let GetSymlink { bucket, key, .. } = request;
        let call = Call::object(Operation::GetSymlink, Method::GET, bucket, key)
            .query("symlink", "")
            .query_if("versionId", request.version_id.as_ref());
        self.execute(&call, Take::Document, |answer| read(&answer))
            .await
    }
}

fn read(answer: &Answer) -> Result<Symlink, Fault> {
    let headers = &answer.headers;
    let target = text(headers, &SYMLINK_TARGET).and_then(|raw| Spelling::Url.key(raw).ok());
    let malformed = || Fault::Malformed("the answer does not tell where the link leads".to_owned());
    Ok(Symlink {
        target: target.ok_or_else(malformed)?,
        etag: value(headers, &ETAG)?,
        last_modified: text(headers, &LAST_MODIFIED).and_then(parse_http_date),
        version_id: value(headers, &VERSION_ID)?,
    })
}
