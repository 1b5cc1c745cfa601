use http::Method;
use ossum_client::Operation;
use ossum_client::op::{PlainRequest, PutObjectTagging};
use serde::Deserialize;

use crate::abi::{Options, TagContent};
use crate::boundary::{Call, given, guarded};
use crate::config::{object, text};
use crate::memory::{List, Pool, Table, Text, append_element, create_element};
use crate::plain::{about_object, finished, send_for_bytes, with_parameter};
use crate::status::{Failed, Status};

/// Gives an object the tags of a list of `oss_tag_content_t`, in place of those it has.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_put_object_tagging(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    tag_list: *const List,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (url, tags) = unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            (url, tags_of(tag_list)?)
        };
        let tagging = PutObjectTagging::new(url.bucket, url.key, tags);
        let request = PlainRequest::try_from(&tagging)
            .map_err(|invalid| Failed::invalid(invalid.to_string()))?;
        finished(call, &request)
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Puts an `oss_tag_content_t` for each tag of an object at the end of a list. They are in the pool
/// of `options`.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names. `tag_list` is the head of a
/// list, or zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_object_tagging(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    tag_list: *mut List,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (url, list) = unsafe {
            let url = self::object(bucket.as_ref(), object.as_ref())?;
            (url, given("the list of tags", tag_list)?)
        };
        let request = about_object(Operation::GetObjectTagging, Method::GET, url);
        let (answer, body) = send_for_bytes(call, &with_parameter(request, "tagging"))?;
        let tagging: Tagging = answer.document("Tagging", &body)?;
        for tag in &tagging.tag_set.tag {
            let content = TagContent {
                key: Text::copied(call.pool(), &tag.key),
                value: Text::copied(call.pool(), &tag.value),
                ..TagContent::EMPTY
            };
            // SAFETY: as the caller says.
            unsafe { append_element(call.pool(), list, content) };
        }
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// Removes all tags of an object.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_delete_object_tagging(
    options: *const Options,
    bucket: *const Text,
    object: *const Text,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let url = unsafe { self::object(bucket.as_ref(), object.as_ref())? };
        let request = about_object(Operation::DeleteObjectTagging, Method::DELETE, url);
        finished(call, &with_parameter(request, "tagging"))
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

/// A tag with nothing set, in `pool`. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_tag_content(pool: *mut Pool) -> *mut TagContent {
    // SAFETY: as the caller says.
    unsafe { create_element(pool, TagContent::EMPTY) }
}

impl TagContent {
    const EMPTY: Self = Self {
        node: List::UNLINKED,
        key: Text::NULL,
        value: Text::NULL,
    };
}

/// # Safety
/// `list` is null, or the head of a whole list of tags.
unsafe fn tags_of(list: *const List) -> Result<Vec<(String, String)>, Failed> {
    if list.is_null() {
        return Err(Failed::invalid("the list of tags is null"));
    }
    // SAFETY: as the caller says; a tag begins with its node.
    let tags = unsafe { List::elements(list).map(|node| &*node.cast::<TagContent>()) };
    tags.map(|tag| {
        let key = text("the name of a tag", &tag.key)?.unwrap_or_default();
        let value = text("the value of a tag", &tag.value)?.unwrap_or_default();
        Ok((key.to_owned(), value.to_owned()))
    })
    .collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tagging {
    tag_set: TagSet,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagSet {
    #[serde(default)]
    tag: Vec<TagElement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagElement {
    key: String,
    #[serde(default)]
    value: String,
}
