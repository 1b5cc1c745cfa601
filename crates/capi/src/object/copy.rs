use ossum_client::op::{CopyObject, CopySource, PlainRequest};

use super::put::named_by_key;
use crate::abi::Options;
use crate::boundary::{Call, guarded};
use crate::config::object;
use crate::memory::{Table, Text};
use crate::plain::{finished, with_tables};
use crate::status::{Failed, Status};

/// Makes an object of another one's bytes, without moving them through this machine; at most 5 GiB.
///
/// Waits up to five minutes, since OSS copies gigabytes before it says a word. What is kept with the
/// copy is the source's, unless `headers` have `x-oss-metadata-directive: REPLACE`. Tried once.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_copy_object(
    options: *const Options,
    source_bucket: *const Text,
    source_object: *const Text,
    dest_bucket: *const Text,
    dest_object: *const Text,
    headers: *mut Table,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        unsafe {
            let source = object(source_bucket.as_ref(), source_object.as_ref())?;
            let destination = object(dest_bucket.as_ref(), dest_object.as_ref())?;
            let source = CopySource::new(source.bucket, source.key);
            let copy = CopyObject::new(source, destination.bucket, destination.key);
            let request = PlainRequest::try_from(&copy)
                .map_err(|invalid| Failed::invalid(invalid.to_string()))?;
            let request = with_tables(request, headers.as_ref(), None)?;
            finished(call, &named_by_key(request))
        }
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}
