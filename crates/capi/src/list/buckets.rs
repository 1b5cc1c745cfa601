use std::ffi::c_int;

use http::Method;
use ossum_client::Operation;
use ossum_client::op::PlainRequest;
use serde::Deserialize;

use super::Owner;
use crate::abi::{ListBucketsParams, ListedBucket, Options};
use crate::boundary::{Call, given, guarded};
use crate::config::text;
use crate::listing::{ask, ask_for_page, check_next};
use crate::memory::{List, Pool, Table, Text, append_element};
use crate::plain::send_for_bytes;
use crate::status::Status;

/// Lists the buckets of the account by name: those that begin with `prefix`, after `marker`, at most
/// `max_keys`, or as many as OSS gives if that is 0.
///
/// They are added to `bucket_list`. Where `truncated` is 1, the next call's `marker` is this one's
/// `next_marker`. After an error nothing of `params` has changed.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. The head in `params` is
/// that of a list, or zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_list_bucket(
    options: *const Options,
    params: *mut ListBucketsParams,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let params = unsafe { given("params", params)? };
        let mut request = PlainRequest::new(Operation::ListBuckets, Method::GET);
        ask(&mut request, "prefix", text("prefix", &params.prefix)?);
        ask(&mut request, "marker", text("marker", &params.marker)?);
        ask_for_page(&mut request, "max-keys", params.max_keys);
        let (answer, body) = send_for_bytes(call, &request)?;
        let document: Document = answer.document("ListAllMyBucketsResult", &body)?;
        let marker = text("marker", &params.marker)?.unwrap_or_default();
        check_next(
            &answer,
            document.is_truncated,
            &&*document.next_marker,
            &marker,
        )?;
        // SAFETY: as the caller says.
        unsafe { give(&document, call.pool(), params) };
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Puts what the document tells into `params`.
///
/// # Safety
/// The head in `params` is that of a whole list, or zero.
unsafe fn give(document: &Document, pool: &Pool, params: &mut ListBucketsParams) {
    for bucket in &document.buckets.bucket {
        let bucket = ListedBucket {
            node: List::UNLINKED,
            create_date: Text::copied(pool, &bucket.creation_date),
            extranet_endpoint: Text::copied(pool, &bucket.extranet_endpoint),
            intranet_endpoint: Text::copied(pool, &bucket.intranet_endpoint),
            location: Text::copied(pool, &bucket.location),
            name: Text::copied(pool, &bucket.name),
            storage_class: Text::copied(pool, &bucket.storage_class),
        };
        // SAFETY: as the caller says.
        unsafe { append_element(pool, &mut params.bucket_list, bucket) };
    }
    params.truncated = c_int::from(document.is_truncated);
    params.next_marker = Text::copied(pool, &document.next_marker);
    params.owner_id = Text::copied(pool, &document.owner.id);
    params.owner_name = Text::copied(pool, &document.owner.display_name);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    /// Absent if all buckets are there.
    #[serde(default)]
    is_truncated: bool,
    #[serde(default)]
    next_marker: String,
    #[serde(default)]
    owner: Owner,
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
    creation_date: String,
    #[serde(default)]
    location: String,
    #[serde(default)]
    extranet_endpoint: String,
    #[serde(default)]
    intranet_endpoint: String,
    #[serde(default)]
    storage_class: String,
}
