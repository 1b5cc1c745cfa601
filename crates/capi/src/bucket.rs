//! Calls about one bucket.

mod acl;
mod info;
mod life;
mod location;
mod stat;

use std::ffi::c_int;

use crate::status::Failed;

/// What `oss_storage_class_type_e` stands for; `None` is what OSS does by itself.
fn storage_class(number: c_int) -> Result<Option<&'static str>, Failed> {
    match number {
        0 => Ok(Some("Standard")),
        1 => Ok(Some("IA")),
        2 => Ok(Some("Archive")),
        3 => Ok(None),
        4 => Ok(Some("ColdArchive")),
        _ => Err(Failed::invalid(format!(
            "there is no storage class {number}"
        ))),
    }
}
