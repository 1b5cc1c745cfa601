//! Who else may use something: a bucket or an object.

use std::ffi::c_int;

use serde::Deserialize;

use crate::status::Failed;

/// The words for `oss_acl_e`, by its numbers.
const WORDS: [&str; 4] = ["private", "public-read", "public-read-write", "default"];

/// What a number of `oss_acl_e` stands for.
pub(crate) fn word(number: c_int) -> Result<&'static str, Failed> {
    let word = usize::try_from(number)
        .ok()
        .and_then(|number| WORDS.get(number));
    word.copied()
        .ok_or_else(|| Failed::invalid(format!("{number} is no oss_acl_e")))
}

/// The document `AccessControlPolicy`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Policy {
    pub(crate) access_control_list: AccessControlList,
}

/// What a policy grants.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct AccessControlList {
    pub(crate) grant: String,
}
