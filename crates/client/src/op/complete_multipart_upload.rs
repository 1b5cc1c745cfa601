use std::fmt::Write as _;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method};
use ossum_types::{BucketName, Crc64, ETag, ObjectKey, PartNumber, UploadId, VersionId};
use serde::Deserialize;

use super::response_headers::{CRC64, VERSION_ID, value};
use super::{Answered, Callback, Overwrite};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;
use crate::xml;

/// Makes an object of the parts of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompleteMultipartUpload {
    /// The bucket.
    pub bucket: BucketName,
    /// The object to be.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// The parts that make it.
    pub parts: PartsToJoin,
    /// Whether an object of this key may be replaced. What was said when the upload began does not
    /// count here.
    pub overwrite: Overwrite,
    /// Whom OSS tells of the object.
    pub callback: Option<Callback>,
}

/// Which parts of an upload make the object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartsToJoin {
    /// These, given in any order; others that the upload has are thrown away.
    Named(Vec<CompletedPart>),
    /// All that OSS has at that moment, whoever sent them.
    All,
}

/// A part as it is named to complete its upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletedPart {
    /// Which part.
    pub number: PartNumber,
    /// The ETag that OSS gave it.
    pub etag: ETag,
}

/// What OSS says of an object it has made of parts.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CompleteMultipartUploadOutput {
    /// The object's ETag.
    pub etag: ETag,
    /// The CRC-64 of the whole object.
    pub crc64: Option<Crc64>,
    /// The version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
    /// The answer as it came. After a callback its body is what the server said that was called
    /// back.
    pub answered: Answered,
}

/// OSS joins thousands of parts before it says a word.
const PATIENCE: Duration = Duration::from_mins(5);

impl CompleteMultipartUpload {
    /// Makes an object of `parts`, replacing what is there.
    pub fn new(
        bucket: BucketName,
        key: ObjectKey,
        upload_id: UploadId,
        parts: Vec<CompletedPart>,
    ) -> Self {
        Self {
            bucket,
            key,
            upload_id,
            parts: PartsToJoin::Named(parts),
            overwrite: Overwrite::default(),
            callback: None,
        }
    }

    pub(super) fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        let operation = Operation::CompleteMultipartUpload;
        let mut call = Call::object(operation, Method::POST, bucket, key)
            .query("uploadId", self.upload_id.as_str())
            .query("encoding-type", "url");
        call = match &self.parts {
            PartsToJoin::Named(parts) => call.document(document(parts)),
            PartsToJoin::All => call.header(COMPLETE_ALL, HeaderValue::from_static("yes")),
        };
        call.patience = Some(PATIENCE);
        let call = self.overwrite.apply(call);
        match &self.callback {
            Some(callback) => callback.apply(call),
            None => call,
        }
    }
}

const COMPLETE_ALL: HeaderName = HeaderName::from_static("x-oss-complete-all");

/// The list of parts; OSS wants it ascending.
fn document(parts: &[CompletedPart]) -> String {
    let mut parts: Vec<&CompletedPart> = parts.iter().collect();
    parts.sort_by_key(|part| part.number);
    // Thousands of them: serde takes ten times as long.
    let mut list = String::with_capacity(parts.len() * 100);
    for part in parts {
        let etag = part.etag.quoted();
        let (number, etag) = (part.number, xml::text(&etag));
        let part =
            format_args!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>");
        list.write_fmt(part).expect("a string takes all text");
    }
    format!("<CompleteMultipartUpload>{list}</CompleteMultipartUpload>")
}

#[derive(Deserialize)]
struct Document {
    #[serde(rename = "ETag")]
    etag: String,
}

impl Client {
    /// Makes an object of the parts of an upload, all at once.
    ///
    /// Waits up to five minutes for a sign of life, since OSS may take long over many parts.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchUpload`](crate::ErrorKind::NoSuchUpload) and
    /// [`ErrorKind::AlreadyExists`](crate::ErrorKind::AlreadyExists) can be the echo of a success
    /// whose answer was lost: [`Error::may_have_been_done`] tells when to look. After
    /// [`ErrorKind::CallbackFailed`](crate::ErrorKind::CallbackFailed) the object is stored.
    /// # Cancellation
    /// After dropping the future there is either the upload with all its parts, or the object.
    pub async fn complete_multipart_upload(
        &self,
        request: &CompleteMultipartUpload,
    ) -> Result<CompleteMultipartUploadOutput, Error> {
        let has_callback = request.callback.is_some();
        self.execute(&request.call(), Take::Document, |answer| {
            read(answer, has_callback)
        })
        .await
    }
}

fn read(answer: Answer, has_callback: bool) -> Result<CompleteMultipartUploadOutput, Fault> {
    let etag = if has_callback {
        super::response_headers::etag(&answer.headers)?
    } else {
        let document: Document = answer.document("CompleteMultipartUploadResult")?;
        let malformed = |_| Fault::Malformed("the answer's ETag is damaged".to_owned());
        document.etag.parse().map_err(malformed)?
    };
    Ok(CompleteMultipartUploadOutput {
        etag,
        crc64: value(&answer.headers, &CRC64)?,
        version_id: value(&answer.headers, &VERSION_ID)?,
        answered: answer.answered(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_listed_ascending_with_their_etags_quoted() {
        let part = |number, etag: &str| CompletedPart {
            number: PartNumber::new(number).unwrap(),
            etag: etag.parse().unwrap(),
        };
        assert_eq!(
            document(&[part(10, "B&B"), part(2, "AA")]),
            "<CompleteMultipartUpload>\
             <Part><PartNumber>2</PartNumber><ETag>\"AA\"</ETag></Part>\
             <Part><PartNumber>10</PartNumber><ETag>\"B&amp;B\"</ETag></Part>\
             </CompleteMultipartUpload>"
        );
    }
}
