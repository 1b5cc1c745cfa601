//! Listings of objects and buckets.

mod buckets;
mod create;
mod objects;

use serde::Deserialize;

/// Who owns what is listed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Owner {
    #[serde(rename = "ID")]
    pub(crate) id: String,
    #[serde(rename = "DisplayName")]
    pub(crate) display_name: String,
}
