use std::time::SystemTime;

use http::{HeaderName, HeaderValue, Method};
use ossum_types::{BucketName, Crc64, ETag, Invalid, ObjectKey, VersionId};

use super::copy_source::{CopySource, copied};
use super::response_headers::{CRC64, VERSION_ID, value};
use super::{Answered, ObjectHeaders, Overwrite};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Makes an object of another one's bytes, without moving them through this machine; at most 5 GiB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyObject {
    /// What is copied.
    pub source: CopySource,
    /// The bucket of the copy.
    pub bucket: BucketName,
    /// The object to be.
    pub key: ObjectKey,
    /// What is kept beside its bytes. ACL, storage class and encryption are always those given here.
    pub headers: ObjectHeaders,
    /// Where `Content-Type` and its kin, and user metadata, come from. An object that is copied onto
    /// itself gets those of `headers` whatever is said here (official documentation of `CopyObject`).
    pub metadata_directive: CopyDirective,
    /// Where tags come from.
    pub tagging_directive: CopyDirective,
    /// Whether an object of this key may be replaced.
    pub overwrite: Overwrite,
}

/// Where a copy gets what is kept beside its bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CopyDirective {
    /// From the object that is copied. To give it in the request too is an error here, where OSS
    /// would ignore it.
    #[default]
    Copy,
    /// From the request; what that does not have, the copy does not have.
    Replace,
}

impl CopyObject {
    /// Copies `source` with its metadata and tags, replacing what is there.
    pub fn new(source: CopySource, bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            source,
            bucket,
            key,
            headers: ObjectHeaders::default(),
            metadata_directive: CopyDirective::default(),
            tagging_directive: CopyDirective::default(),
            overwrite: Overwrite::default(),
        }
    }

    pub(super) fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let call = Call::object(Operation::CopyObject, Method::PUT, bucket, key)
            .header(METADATA_DIRECTIVE, self.metadata_directive.header())
            .header(TAGGING_DIRECTIVE, self.tagging_directive.header());
        let call = self.headers.apply(self.overwrite.apply(call));
        let call = self.source.apply(call);
        match self.ignored() {
            Some(ignored) => call.refuse(ignored),
            None => call,
        }
    }

    /// What is given and would not count.
    fn ignored(&self) -> Option<Invalid> {
        let onto_itself = (&self.source.bucket, &self.source.key) == (&self.bucket, &self.key);
        let headers = &self.headers;
        let copies = |directive| directive == CopyDirective::Copy;
        if copies(self.metadata_directive) && headers.has_metadata() && !onto_itself {
            let reason = "the copy takes its metadata from its source";
            return Some(Invalid::new("copy", self.key.as_str(), reason));
        }
        if copies(self.tagging_directive) && !headers.tags.is_empty() {
            let reason = "the copy takes its tags from its source";
            return Some(Invalid::new("copy", self.key.as_str(), reason));
        }
        None
    }
}

const METADATA_DIRECTIVE: HeaderName = HeaderName::from_static("x-oss-metadata-directive");
const TAGGING_DIRECTIVE: HeaderName = HeaderName::from_static("x-oss-tagging-directive");

impl CopyDirective {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Copy => "COPY",
            Self::Replace => "REPLACE",
        })
    }
}

/// What OSS says of a copy.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CopyObjectOutput {
    /// The copy's ETag.
    pub etag: ETag,
    /// The copy's CRC-64, if OSS tells; to be compared with the source's.
    pub crc64: Option<Crc64>,
    /// When the copy was written.
    pub last_modified: Option<SystemTime>,
    /// The copy's version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
    /// The version that was copied, from a bucket with versioning.
    pub source_version_id: Option<VersionId>,
    /// The answer as it came.
    pub answered: Answered,
}

impl Client {
    /// Copies an object within a region.
    ///
    /// Waits up to five minutes for a sign of life, since OSS may take long over a large object.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchKey`](crate::ErrorKind::NoSuchKey) if there is no source, and
    /// [`ErrorKind::PreconditionFailed`](crate::ErrorKind::PreconditionFailed) if it is not as
    /// demanded; [`ErrorKind::AlreadyExists`](crate::ErrorKind::AlreadyExists) if overwriting is
    /// forbidden and there is an object: then, if [`Error::may_have_been_done`], it can be the copy.
    /// # Cancellation
    /// Dropping the future leaves the old object, or the copy; never a mixture.
    pub async fn copy_object(&self, request: &CopyObject) -> Result<CopyObjectOutput, Error> {
        self.execute(&request.call(), Take::Document, read).await
    }
}

fn read(answer: Answer) -> Result<CopyObjectOutput, Fault> {
    let (etag, last_modified) = copied(&answer, "CopyObjectResult")?;
    Ok(CopyObjectOutput {
        etag,
        crc64: value(&answer.headers, &CRC64)?,
        last_modified,
        version_id: value(&answer.headers, &VERSION_ID)?,
        source_version_id: CopySource::copied_version(&answer.headers)?,
        answered: answer.answered(),
    })
}
