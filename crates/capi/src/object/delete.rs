use std::ffi::c_int;

use http::Method;
use ossum_client::Operation;
use ossum_client::op::{DeleteMultipleObjects, DeleteReport, PlainRequest};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::abi::{ObjectKeyNode, Options};
use crate::boundary::{Call, guarded};
use crate::config::{bucket, key, object};
use crate::memory::{List, Pool, Table, Text, append_element, create_element};
use crate::plain::{about_object, finished, send_for_bytes};
use crate::status::{Failed, Status};

/// Deletes an object. One that is not there is deleted too: 204.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_delete_object(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let url = unsafe { self::object(bucket.as_ref(), object.as_ref())? };
        let request = about_object(Operation::DeleteObject, Method::DELETE, url);
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Deletes the objects of a list of `oss_object_key_t`, 1 to 1,000, in one request.
///
/// Unless it is to be quiet, an `oss_object_key_t` for each object that OSS says is deleted is put at
/// the end of `deleted_object_list`; they are in the pool of `options`. One that is not there is
/// deleted too; one that may not be deleted is missing, and the call succeeds all the same.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. `deleted_object_list` is
/// the head of a list, or zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_delete_objects(
    options: *const Options,
    bucket: *const Text,
    object_list: *const List,
    is_quiet: c_int,
    resp_headers: *mut *mut Table,
    deleted_object_list: *mut List,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let mut delete = unsafe {
            let bucket = self::bucket(bucket.as_ref())?;
            DeleteMultipleObjects::new(bucket, keys_of(object_list)?)
        };
        if is_quiet != 0 {
            delete.report = DeleteReport::Quiet;
        }
        let request = PlainRequest::try_from(&delete)
            .map_err(|invalid| Failed::invalid(invalid.to_string()))?;
        let (answer, body) = send_for_bytes(call, &request)?;
        // SAFETY: as the caller says.
        if let (0, Some(list)) = (is_quiet, unsafe { deleted_object_list.as_mut() }) {
            let result: DeleteResult = answer.document("DeleteResult", &body)?;
            for key in result.keys() {
                let deleted = ObjectKeyNode {
                    key: Text::copied(call.pool(), key),
                    ..ObjectKeyNode::EMPTY
                };
                // SAFETY: as the caller says.
                unsafe { append_element(call.pool(), list, deleted) };
            }
        }
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// A key with nothing set, in `pool`. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_oss_object_key(pool: *mut Pool) -> *mut ObjectKeyNode {
    // SAFETY: as the caller says.
    unsafe { create_element(pool, ObjectKeyNode::EMPTY) }
}

impl ObjectKeyNode {
    const EMPTY: Self = Self {
        node: List::UNLINKED,
        key: Text::NULL,
    };
}

/// # Safety
/// `list` is null, or the head of a whole list of keys.
unsafe fn keys_of(list: *const List) -> Result<Vec<ossum_types::ObjectKey>, Failed> {
    if list.is_null() {
        return Err(Failed::invalid("the list of objects is null"));
    }
    // SAFETY: as the caller says; a key begins with its node.
    let nodes = unsafe { List::elements(list).map(|node| &*node.cast::<ObjectKeyNode>()) };
    nodes.map(|node| key(Some(&node.key))).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteResult {
    encoding_type: Option<String>,
    #[serde(default)]
    deleted: Vec<Deleted>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Deleted {
    key: String,
}

impl DeleteResult {
    /// The request asks for keys that are written as in URLs, since XML cannot hold them all.
    fn keys(&self) -> impl Iterator<Item = Vec<u8>> {
        let is_encoded = self.encoding_type.as_deref() == Some("url");
        self.deleted.iter().map(move |deleted| {
            if is_encoded {
                percent_decode_str(&deleted.key.replace('+', " ")).collect()
            } else {
                deleted.key.clone().into_bytes()
            }
        })
    }
}
