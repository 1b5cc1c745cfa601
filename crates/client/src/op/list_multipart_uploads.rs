use std::time::SystemTime;

use futures_core::Stream;
use http::Method;
use ossum_types::limits::MAX_PAGE;
use ossum_types::{BucketName, Invalid, ObjectKey, UploadId};
use serde::Deserialize;

use super::paging::{self, Spelling, astray, date, page_size};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks which multipart uploads of a bucket are neither completed nor aborted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListMultipartUploads {
    /// The bucket.
    pub bucket: BucketName,
    /// Only uploads of keys that begin with this.
    pub prefix: String,
    /// Only uploads after this one; `None` begins with the first.
    pub after: Option<UploadCursor>,
    /// How many uploads one page has, 1 to 1,000.
    pub page_size: u32,
}

/// A place in a listing of uploads, which is in the order of keys and then of upload IDs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UploadCursor {
    /// After this key, or at it with a later upload ID.
    pub key: String,
    /// After this ID; empty for all uploads of later keys.
    pub upload_id: String,
}

/// Some of the uploads of a bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListMultipartUploadsPage {
    /// The uploads.
    pub uploads: Vec<ListedUpload>,
    /// From where the next page is asked for; `None` if this page is the last.
    pub next: Option<UploadCursor>,
}

/// An upload that is neither completed nor aborted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedUpload {
    /// The key of the object to be; an error for a name that no request could carry.
    pub key: Result<ObjectKey, Invalid>,
    /// The upload.
    pub upload_id: UploadId,
    /// When it began.
    pub initiated: SystemTime,
}

impl ListMultipartUploads {
    /// Asks for all uploads, in pages as large as OSS allows.
    pub fn new(bucket: BucketName) -> Self {
        Self {
            bucket,
            prefix: String::new(),
            after: None,
            page_size: MAX_PAGE,
        }
    }

    fn call(&self) -> Call {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let after = self.after.as_ref();
        let operation = Operation::ListMultipartUploads;
        Call::bucket(operation, Method::GET, &self.bucket)
            .query("uploads", "")
            .query_if("prefix", some(&self.prefix))
            .query_if("key-marker", after.and_then(|after| some(&after.key)))
            .query_if(
                "upload-id-marker",
                after.and_then(|after| some(&after.upload_id)),
            )
            .query("max-uploads", page_size(self.page_size))
            .query("encoding-type", "url")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    is_truncated: bool,
    encoding_type: Option<String>,
    next_key_marker: Option<String>,
    next_upload_id_marker: Option<String>,
    #[serde(default)]
    upload: Vec<UploadElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UploadElement {
    key: String,
    upload_id: String,
    initiated: String,
}

impl Client {
    /// Lists the uploads of a bucket by key; a page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream ends with the first error. As [`Client::list_multipart_uploads_page`].
    pub fn list_multipart_uploads(
        &self,
        request: ListMultipartUploads,
    ) -> impl Stream<Item = Result<ListedUpload, Error>> + Send + use<> {
        let client = self.clone();
        paging::entries(request.after.clone(), move |after| {
            let client = client.clone();
            let request = ListMultipartUploads {
                after,
                ..request.clone()
            };
            async move {
                let page = client.list_multipart_uploads_page(&request).await?;
                Ok((page.uploads, page.next))
            }
        })
    }

    /// Lists one page of the uploads of a bucket.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the listing does not go on.
    pub async fn list_multipart_uploads_page(
        &self,
        request: &ListMultipartUploads,
    ) -> Result<ListMultipartUploadsPage, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            read(&answer, request.after.as_ref())
        })
        .await
    }
}

fn read(answer: &Answer, after: Option<&UploadCursor>) -> Result<ListMultipartUploadsPage, Fault> {
    let document: Document = answer.document("ListMultipartUploadsResult")?;
    let spelling = Spelling::of(document.encoding_type.as_deref());
    let uploads = document
        .upload
        .into_iter()
        .map(|upload| upload.read(spelling))
        .collect::<Result<_, _>>()?;
    let next = match document.next_key_marker {
        Some(key) if document.is_truncated => {
            let next = UploadCursor {
                key: spelling.exact(&key)?,
                upload_id: document.next_upload_id_marker.unwrap_or_default(),
            };
            if Some(&next) <= after {
                return Err(astray("of uploads does not go on"));
            }
            Some(next)
        }
        None if document.is_truncated => return Err(astray("is cut off without a marker")),
        _ => None,
    };
    Ok(ListMultipartUploadsPage { uploads, next })
}

impl UploadElement {
    fn read(self, spelling: Spelling) -> Result<ListedUpload, Fault> {
        let damaged = |_| astray("has an upload ID that is damaged");
        Ok(ListedUpload {
            key: spelling.key(&self.key),
            upload_id: self.upload_id.parse().map_err(damaged)?,
            initiated: date(&self.initiated)?,
        })
    }
}
