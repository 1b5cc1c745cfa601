//! Reads a page of `ListObjectsV2`.

use std::time::SystemTime;

use ossum_types::{ETag, Invalid, ObjectKey};
use serde::Deserialize;

use super::list_objects_v2::{ListObjectsV2Page, ObjectsCursor, ObjectsEntry};
use super::paging::{Spelling, astray, date};
use crate::error::Fault;

/// An object in a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListedObject {
    /// The key; an error for a name that no request could carry.
    pub key: Result<ObjectKey, Invalid>,
    /// The size in bytes.
    pub size: u64,
    /// The ETag.
    pub etag: ETag,
    /// When the object was last written.
    pub last_modified: SystemTime,
    /// The storage class, such as `Standard`.
    pub storage_class: Option<String>,
}

/// A page without an entry is allowed, since OSS may have looked at many keys and listed none; so
/// many in a row are a listing that does not end.
const MOST_EMPTY_PAGES: u32 = 100;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listing {
    is_truncated: bool,
    encoding_type: Option<String>,
    next_continuation_token: Option<String>,
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
    size: u64,
    storage_class: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PrefixElement {
    prefix: String,
}

impl Listing {
    /// Reads the page that was asked for at `cursor`.
    pub(super) fn read(self, cursor: Option<&ObjectsCursor>) -> Result<ListObjectsV2Page, Fault> {
        let spelling = Spelling::of(self.encoding_type.as_deref());
        let mut named: Vec<(Vec<u8>, ObjectsEntry)> = Vec::new();
        for element in self.contents {
            let name = spelling.bytes(&element.key);
            named.push((name, ObjectsEntry::Object(element.read(spelling)?)));
        }
        for element in self.common_prefixes {
            let prefix = spelling.exact(&element.prefix)?;
            let name = prefix.clone().into_bytes();
            named.push((name, ObjectsEntry::CommonPrefix(prefix)));
        }
        named.sort_by(|(a, _), (b, _)| a.cmp(b));
        let next = match self.next_continuation_token {
            Some(token) if self.is_truncated => {
                let token = spelling.exact(&token)?;
                let last = named.last().map(|(name, _)| name.as_slice());
                Some(ObjectsCursor::after(token, last, cursor)?)
            }
            None if self.is_truncated => return Err(astray("is cut off without a token")),
            _ => None,
        };
        let entries = named.into_iter().map(|(_, entry)| entry).collect();
        Ok(ListObjectsV2Page { entries, next })
    }
}

impl ObjectsCursor {
    /// The cursor behind a page that ends with the name `last`, if that leads further.
    fn after(token: String, last: Option<&[u8]>, before: Option<&Self>) -> Result<Self, Fault> {
        let had = before.map_or(&[][..], |before| before.last.as_slice());
        let empty_pages = match last {
            Some(_) => 0,
            None => before.map_or(0, |before| before.empty_pages) + 1,
        };
        let repeats = before.is_some_and(|before| before.token == token);
        let goes_back = before.is_some() && last.is_some_and(|last| last <= had);
        if repeats || goes_back || empty_pages > MOST_EMPTY_PAGES || token.is_empty() {
            return Err(astray("of objects does not go on"));
        }
        Ok(Self {
            token,
            last: last.unwrap_or(had).to_owned(),
            empty_pages,
        })
    }
}

impl ObjectElement {
    fn read(self, spelling: Spelling) -> Result<ListedObject, Fault> {
        let damaged = |_| astray("has an ETag that is damaged");
        Ok(ListedObject {
            key: spelling.key(&self.key),
            size: self.size,
            etag: self.etag.parse().map_err(damaged)?,
            last_modified: date(&self.last_modified)?,
            storage_class: self.storage_class,
        })
    }
}
