use std::time::SystemTime;

use futures_core::Stream;
use http::Method;
use ossum_types::limits::MAX_PAGE;
use ossum_types::{BucketName, Crc64, ETag, ObjectKey, PartNumber, UploadId};
use serde::Deserialize;

use super::paging::{self, astray, date, page_size};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks which parts an upload has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListParts {
    /// The bucket.
    pub bucket: BucketName,
    /// The object to be.
    pub key: ObjectKey,
    /// The upload.
    pub upload_id: UploadId,
    /// Only parts after this one; `None` begins with the first.
    pub after: Option<PartNumber>,
    /// How many parts one page has, 1 to 1,000.
    pub page_size: u32,
}

/// Some of the parts of an upload, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListPartsPage {
    /// The parts.
    pub parts: Vec<ListedPart>,
    /// The next page comes after this part; `None` if this page is the last.
    pub next: Option<PartNumber>,
}

/// A part that OSS has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedPart {
    /// Its number.
    pub number: PartNumber,
    /// Its size in bytes.
    pub size: u64,
    /// Its ETag.
    pub etag: ETag,
    /// The CRC-64 of its bytes, if OSS tells.
    pub crc64: Option<Crc64>,
    /// When it was received.
    pub last_modified: SystemTime,
}

impl ListParts {
    /// Asks for all parts, in pages as large as OSS allows.
    pub fn new(bucket: BucketName, key: ObjectKey, upload_id: UploadId) -> Self {
        Self {
            bucket,
            key,
            upload_id,
            after: None,
            page_size: MAX_PAGE,
        }
    }

    fn call(&self) -> Call {
        let Self { bucket, key, .. } = self;
        Call::object(Operation::ListParts, Method::GET, bucket, key)
            .query("uploadId", self.upload_id.as_str())
            .query("max-parts", page_size(self.page_size))
            .query_if("part-number-marker", self.after)
            .query("encoding-type", "url")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    is_truncated: bool,
    next_part_number_marker: Option<String>,
    #[serde(default)]
    part: Vec<PartElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PartElement {
    part_number: u32,
    last_modified: String,
    #[serde(rename = "ETag")]
    etag: String,
    size: u64,
    hash_crc64ecma: Option<String>,
}

impl Client {
    /// Lists the parts of an upload, ascending; a page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream ends with the first error. As [`Client::list_parts_page`].
    pub fn list_parts(
        &self,
        request: ListParts,
    ) -> impl Stream<Item = Result<ListedPart, Error>> + Send + use<> {
        let client = self.clone();
        paging::entries(request.after, move |after| {
            let client = client.clone();
            let request = ListParts {
                after,
                ..request.clone()
            };
            async move {
                let page = client.list_parts_page(&request).await?;
                Ok((page.parts, page.next))
            }
        })
    }

    /// Lists one page of the parts of an upload.
    ///
    /// # Errors
    /// [`ErrorKind::NoSuchUpload`](crate::ErrorKind::NoSuchUpload) if the upload is no more;
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the listing does not go on.
    pub async fn list_parts_page(&self, request: &ListParts) -> Result<ListPartsPage, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            read(&answer, request.after)
        })
        .await
    }
}

fn read(answer: &Answer, after: Option<PartNumber>) -> Result<ListPartsPage, Fault> {
    let document: Document = answer.document("ListPartsResult")?;
    let parts: Vec<ListedPart> = document
        .part
        .into_iter()
        .map(PartElement::read)
        .collect::<Result<_, _>>()?;
    let mut last = after;
    for part in &parts {
        if last >= Some(part.number) {
            return Err(astray("of parts is not ascending"));
        }
        last = Some(part.number);
    }
    let next = match document.next_part_number_marker {
        Some(marker) if document.is_truncated => Some(next(&marker, after)?),
        None if document.is_truncated => return Err(astray("is cut off without a marker")),
        _ => None,
    };
    Ok(ListPartsPage { parts, next })
}

fn next(marker: &str, after: Option<PartNumber>) -> Result<PartNumber, Fault> {
    let next = marker.parse().ok().filter(|next| Some(*next) > after);
    next.ok_or_else(|| astray("of parts does not go on"))
}

impl PartElement {
    fn read(self) -> Result<ListedPart, Fault> {
        let damaged = || astray("has a part that is damaged");
        let crc64 = match self.hash_crc64ecma.as_deref() {
            None | Some("") => None,
            Some(text) => Some(text.parse().map_err(|_| damaged())?),
        };
        Ok(ListedPart {
            number: PartNumber::new(self.part_number).map_err(|_| damaged())?,
            size: self.size,
            etag: self.etag.parse().map_err(|_| damaged())?,
            crc64,
            last_modified: date(&self.last_modified)?,
        })
    }
}
