use std::ffi::c_int;

use http::Method;
use ossum_client::Operation;
use ossum_client::op::{PlainRequest, Spelling};
use ossum_types::BucketName;
use serde::Deserialize;

use super::Owner;
use crate::abi::{CommonPrefix, ListObjectsParams, ListedObject, Options};
use crate::boundary::{Call, given, guarded};
use crate::config::{bucket, text};
use crate::listing::{ask, ask_for_page, check_next};
use crate::memory::{List, Pool, Table, Text, append_element};
use crate::plain::{about_bucket, send_for_bytes};
use crate::status::{Failed, Status};

/// Lists the objects of a bucket by key: those that begin with `prefix`, after `marker`, at most
/// `max_ret`, or as many as OSS gives if that is 0. With a `delimiter`, keys that have it after the
/// prefix are told as what they begin with, up to and with it.
///
/// They are added to `object_list` and `common_prefix_list`, with keys as they are. Where `truncated`
/// is 1, the next call's `marker` is this one's `next_marker`. After an error nothing of `params` has
/// changed.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. The heads in `params` are
/// those of lists, or zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_list_object(
    options: *const Options,
    bucket: *const Text,
    params: *mut ListObjectsParams,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (bucket, params) =
            unsafe { (self::bucket(bucket.as_ref())?, given("params", params)?) };
        let request = request(bucket, params)?;
        let (answer, body) = send_for_bytes(call, &request)?;
        let document: Document = answer.document("ListBucketResult", &body)?;
        let marker = text("marker", &params.marker)?.unwrap_or_default();
        let next = document.spelling().bytes(&document.next_marker);
        check_next(&answer, document.is_truncated, &&*next, &marker.as_bytes())?;
        // SAFETY: as the caller says.
        unsafe { give(&document, call.pool(), params) };
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

fn request(bucket: BucketName, params: &ListObjectsParams) -> Result<PlainRequest, Failed> {
    let mut request = about_bucket(Operation::ListObjects, Method::GET, bucket);
    for (name, value) in [
        ("prefix", &params.prefix),
        ("delimiter", &params.delimiter),
        ("marker", &params.marker),
    ] {
        ask(&mut request, name, text(name, value)?);
    }
    // Keys may have characters that XML cannot have.
    ask(&mut request, "encoding-type", Some("url"));
    ask_for_page(&mut request, "max-keys", params.max_ret);
    Ok(request)
}

/// Puts what the document tells into `params`.
///
/// # Safety
/// The heads in `params` are those of whole lists, or zero.
unsafe fn give(document: &Document, pool: &Pool, params: &mut ListObjectsParams) {
    let spelling = document.spelling();
    for object in &document.contents {
        let object = object.listed(pool, spelling);
        // SAFETY: as the caller says.
        unsafe { append_element(pool, &mut params.object_list, object) };
    }
    for common in &document.common_prefixes {
        let prefix = CommonPrefix {
            node: List::UNLINKED,
            prefix: Text::copied(pool, spelling.bytes(&common.prefix)),
        };
        // SAFETY: as the caller says.
        unsafe { append_element(pool, &mut params.common_prefix_list, prefix) };
    }
    params.truncated = c_int::from(document.is_truncated);
    params.next_marker = Text::copied(pool, spelling.bytes(&document.next_marker));
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    is_truncated: bool,
    encoding_type: Option<String>,
    #[serde(default)]
    next_marker: String,
    #[serde(default)]
    contents: Vec<ObjectElement>,
    #[serde(default)]
    common_prefixes: Vec<PrefixElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ObjectElement {
    key: String,
    last_modified: String,
    #[serde(rename = "ETag")]
    etag: String,
    size: String,
    #[serde(default)]
    owner: Owner,
    #[serde(default)]
    storage_class: String,
    #[serde(rename = "Type", default)]
    kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrefixElement {
    prefix: String,
}

impl Document {
    fn spelling(&self) -> Spelling {
        Spelling::of(self.encoding_type.as_deref())
    }
}

impl ObjectElement {
    fn listed(&self, pool: &Pool, spelling: Spelling) -> ListedObject {
        ListedObject {
            node: List::UNLINKED,
            key: Text::copied(pool, spelling.bytes(&self.key)),
            last_modified: Text::copied(pool, &self.last_modified),
            etag: Text::copied(pool, &self.etag),
            size: Text::copied(pool, &self.size),
            owner_id: Text::copied(pool, &self.owner.id),
            owner_display_name: Text::copied(pool, &self.owner.display_name),
            storage_class: Text::copied(pool, &self.storage_class),
            kind: Text::copied(pool, &self.kind),
        }
    }
}
