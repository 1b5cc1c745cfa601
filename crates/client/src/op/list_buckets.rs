use std::time::SystemTime;

use futures_core::Stream;
use http::Method;
use ossum_types::limits::MAX_PAGE;
use ossum_types::{BucketName, Invalid, Region};
use serde::Deserialize;

use super::paging::{self, astray, date, page_size};
use crate::answer::{Answer, Take};
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;

/// Asks which buckets the account has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListBuckets {
    /// Only names that begin with this.
    pub prefix: String,
    /// Only names after this one; `None` begins with the first.
    pub after: Option<String>,
    /// How many buckets one page has, 1 to 1,000.
    pub page_size: u32,
}

/// Some of the buckets of an account, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListBucketsPage {
    /// The buckets.
    pub buckets: Vec<ListedBucket>,
    /// The next page comes after this name; `None` if this page is the last.
    pub next: Option<String>,
}

/// A bucket in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedBucket {
    /// The name; an error for one that was allowed once and is no more.
    pub name: Result<BucketName, Invalid>,
    /// The region it is in; absent if OSS names it in a way that is none.
    pub region: Option<Region>,
    /// When it was created.
    pub created: SystemTime,
    /// The storage class of objects that name none.
    pub storage_class: Option<String>,
    /// The host to reach it by from anywhere.
    pub extranet_endpoint: Option<String>,
    /// The host to reach it by from inside Alibaba Cloud.
    pub intranet_endpoint: Option<String>,
}

impl Default for ListBuckets {
    /// Asks for all buckets, in pages as large as OSS allows.
    fn default() -> Self {
        Self {
            prefix: String::new(),
            after: None,
            page_size: MAX_PAGE,
        }
    }
}

impl ListBuckets {
    fn call(&self) -> Call {
        let prefix = (!self.prefix.is_empty()).then_some(&self.prefix);
        Call::service(Operation::ListBuckets, Method::GET)
            .query_if("prefix", prefix)
            .query_if("marker", self.after.as_ref())
            .query("max-keys", page_size(self.page_size))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    /// Absent if all buckets are there (official documentation of `ListBuckets`).
    is_truncated: Option<bool>,
    next_marker: Option<String>,
    buckets: BucketElements,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BucketElements {
    #[serde(default)]
    bucket: Vec<BucketElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BucketElement {
    name: String,
    location: String,
    creation_date: String,
    storage_class: Option<String>,
    extranet_endpoint: Option<String>,
    intranet_endpoint: Option<String>,
}

impl Client {
    /// Lists the buckets of the account by name; a page is fetched when it is needed.
    ///
    /// # Errors
    /// The stream ends with the first error. As [`Client::list_buckets_page`].
    pub fn list_buckets(
        &self,
        request: ListBuckets,
    ) -> impl Stream<Item = Result<ListedBucket, Error>> + Send + use<> {
        let client = self.clone();
        paging::entries(request.after.clone(), move |after| {
            let client = client.clone();
            let request = ListBuckets {
                after,
                ..request.clone()
            };
            async move {
                let page = client.list_buckets_page(&request).await?;
                Ok((page.buckets, page.next))
            }
        })
    }

    /// Lists one page of the buckets of the account.
    ///
    /// # Errors
    /// [`ErrorKind::Malformed`](crate::ErrorKind::Malformed) if the listing does not go on.
    pub async fn list_buckets_page(&self, request: &ListBuckets) -> Result<ListBucketsPage, Error> {
        self.execute(&request.call(), Take::Document, |answer| {
            read(&answer, request.after.as_deref())
        })
        .await
    }
}

fn read(answer: &Answer, after: Option<&str>) -> Result<ListBucketsPage, Fault> {
    let document: Document = answer.document("ListAllMyBucketsResult")?;
    let buckets = document.buckets.bucket.into_iter();
    let buckets = buckets.map(BucketElement::read).collect::<Result<_, _>>()?;
    let is_truncated = document.is_truncated.unwrap_or(false);
    let next = match document.next_marker {
        Some(next) if is_truncated && Some(next.as_str()) > after => Some(next),
        Some(_) if is_truncated => return Err(astray("of buckets does not go on")),
        None if is_truncated => return Err(astray("is cut off without a marker")),
        _ => None,
    };
    Ok(ListBucketsPage { buckets, next })
}

impl BucketElement {
    fn read(self) -> Result<ListedBucket, Fault> {
        Ok(ListedBucket {
            name: self.name.parse(),
            region: self.location.parse().ok(),
            created: date(&self.creation_date)?,
            storage_class: self.storage_class,
            extranet_endpoint: self.extranet_endpoint,
            intranet_endpoint: self.intranet_endpoint,
        })
    }
}
