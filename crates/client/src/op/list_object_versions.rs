use futures_core::Stream;
use http::Method;
use ossum_types::limits::MAX_PAGE;
use ossum_types::{BucketName, VersionId};

use super::listed_version::{ListedDeleteMarker, ListedVersion, read};
use super::paging::{self, page_size};
use crate::answer::Take;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;

/// Asks which versions of its objects a bucket has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListObjectVersions {
    /// The bucket.
    pub bucket: BucketName,
    /// Only keys that begin with this.
    pub prefix: String,
    /// Keys that have this after the prefix are not listed but summed up, as far as there: `/`
    /// makes a listing of one directory.
    pub delimiter: Option<String>,
    /// Only what comes after this; `None` begins with the first.
    pub after: Option<VersionsCursor>,
    /// How many entries one page has, 1 to 1,000.
    pub page_size: u32,
}

/// A place in a listing of versions, which is in the order of keys, and of one key from new to old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionsCursor {
    pub(super) key: String,
    pub(super) version_id: Option<VersionId>,
    pub(super) pages: u64,
    /// An earlier place: a listing that comes back to it goes round in circles.
    pub(super) landmark: Option<(String, Option<VersionId>)>,
}

/// Some of the versions of a bucket's objects.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListObjectVersionsPage {
    /// Versions, delete markers and common prefixes: by name, and of one key from new to old.
    pub entries: Vec<VersionsEntry>,
    /// From where the next page is asked for; `None` if this page is the last.
    pub next: Option<VersionsCursor>,
}

/// What a listing of versions consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VersionsEntry {
    /// A version of an object.
    Version(ListedVersion),
    /// A mark that the object was deleted; older versions are still there.
    DeleteMarker(ListedDeleteMarker),
    /// The beginning that several keys have in common, up to the delimiter and with it.
    CommonPrefix(String),
}

impl VersionsCursor {
    /// After all versions of `key`, or after `version_id` of it.
    pub fn new(key: impl Into<String>, version_id: Option<VersionId>) -> Self {
        Self {
            key: key.into(),
            version_id,
            pages: 0,
            landmark: None,
        }
    }
}

impl ListObjectVersions {
    /// Asks for all versions, in pages as large as OSS allows.
    pub fn new(bucket: BucketName) -> Self {
        Self {
            bucket,
            prefix: String::new(),
            delimiter: None,
            after: None,
            page_size: MAX_PAGE,
        }
    }

    fn call(&self) -> Call {
        let prefix = (!self.prefix.is_empty()).then_some(&self.prefix);
        let after = self.after.as_ref();
        Call::bucket(Operation::ListObjectVersions, Method::GET, &self.bucket)
            .query("versions", "")
            .query_if("prefix", prefix)
            .query_if("delimiter", self.delimiter.as_ref())
            .query_if("key-marker", after.map(|after| &after.key))
            .query_if(
                "version-id-marker",
                after.and_then(|after| after.version_id.as_ref()),
            )
            .query("max-keys", page_size(self.page_size))
            .query("encoding-type", "url")
    }
}

impl Client {
    /// Lists the versions of objects by key, from new to old; a page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream ends with the first error. As [`Client::list_object_versions_page`].
    pub fn list_object_versions(
        &self,
        request: ListObjectVersions,
    ) -> impl Stream<Item = Result<VersionsEntry, Error>> + Send + use<> {
        let client = self.clone();
        paging::entries(request.after.clone(), move |after| {
            let client = client.clone();
            let request = ListObjectVersions {
                after,
                ..request.clone()
            };
            async move {
                let page = client.list_object_versions_page(&request).await?;
                Ok((page.entries, page.next))
            }
        })
    }

    /// Lists one page of the versions of objects.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the listing does not go on.
    pub async fn list_object_versions_page(
        &self,
        request: &ListObjectVersions,
    ) -> Result<ListObjectVersionsPage, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            read(&answer, request.after.as_ref())
        })
        .await
    }
}
