use futures_core::Stream;
use http::Method;
use ossum_types::BucketName;
use ossum_types::limits::MAX_PAGE;

use super::listed_object::{ListedObject, Listing};
use super::paging::{self, page_size};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;

/// Asks which objects a bucket has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListObjectsV2 {
    /// The bucket.
    pub bucket: BucketName,
    /// Only keys that begin with this.
    pub prefix: String,
    /// Keys that have this after the prefix are not listed but summed up, as far as there: `/`
    /// makes a listing of one directory.
    pub delimiter: Option<String>,
    /// Only keys after this one.
    pub start_after: Option<String>,
    /// Where an earlier page ended; `None` begins with the first.
    pub cursor: Option<ObjectsCursor>,
    /// How many entries one page has, 1 to 1,000.
    pub page_size: u32,
}

/// Where a page of objects ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectsCursor {
    /// What OSS wants to be given for the next page.
    pub(super) token: String,
    /// The last name so far. The listing is in the order of names, so the next page has later ones.
    pub(super) last: Vec<u8>,
    /// How many pages in a row had no entry.
    pub(super) empty_pages: u32,
}

/// Some of the objects of a bucket, by key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListObjectsV2Page {
    /// Objects and common prefixes.
    pub entries: Vec<ObjectsEntry>,
    /// From where the next page is asked for; `None` if this page is the last.
    pub next: Option<ObjectsCursor>,
}

/// What a listing of objects consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ObjectsEntry {
    /// An object.
    Object(ListedObject),
    /// The beginning that several keys have in common, up to the delimiter and with it.
    CommonPrefix(String),
}

impl ListObjectsV2 {
    /// Asks for all objects, in pages as large as OSS allows.
    pub fn new(bucket: BucketName) -> Self {
        Self {
            bucket,
            prefix: String::new(),
            delimiter: None,
            start_after: None,
            cursor: None,
            page_size: MAX_PAGE,
        }
    }

    fn call(&self) -> Call {
        let prefix = (!self.prefix.is_empty()).then_some(&self.prefix);
        let token = self.cursor.as_ref().map(|cursor| &cursor.token);
        Call::bucket(Operation::ListObjectsV2, Method::GET, &self.bucket)
            .query("list-type", "2")
            .query_if("prefix", prefix)
            .query_if("delimiter", self.delimiter.as_ref())
            .query_if("start-after", self.start_after.as_ref())
            .query_if("continuation-token", token)
            .query("max-keys", page_size(self.page_size))
            .query("encoding-type", "url")
    }
}

impl Client {
    /// Lists objects by key; a page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream ends with the first error. As [`Client::list_objects_v2_page`].
    pub fn list_objects_v2(
        &self,
        request: ListObjectsV2,
    ) -> impl Stream<Item = Result<ObjectsEntry, Error>> + Send + use<> {
        let client = self.clone();
        paging::entries(request.cursor.clone(), move |cursor| {
            let client = client.clone();
            let request = ListObjectsV2 {
                cursor,
                ..request.clone()
            };
            async move {
                let page = client.list_objects_v2_page(&request).await?;
                Ok((page.entries, page.next))
            }
        })
    }

    /// Lists one page of objects.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the listing does not go on.
    pub async fn list_objects_v2_page(
        &self,
        request: &ListObjectsV2,
    ) -> Result<ListObjectsV2Page, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            let listing: Listing = answer.document("ListBucketResult")?;
            listing.read(request.cursor.as_ref())
        })
        .await
    }
}
