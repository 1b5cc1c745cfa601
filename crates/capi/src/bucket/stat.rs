use http::Method;
use ossum_client::Operation;
use serde::Deserialize;

use crate::abi::{BucketStat, Options};
use crate::boundary::{Call, given, guarded};
use crate::config::bucket;
use crate::memory::{Table, Text};
use crate::plain::{about_bucket, send_for_bytes, with_parameter};
use crate::status::Status;

/// Tells how much a bucket holds, as OSS counted it last. After an error nothing of `bucket_stat` has
/// changed.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_bucket_stat(
    options: *const Options,
    bucket: *const Text,
    bucket_stat: *mut BucketStat,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (bucket, stat) = unsafe {
            (
                self::bucket(bucket.as_ref())?,
                given("bucket_stat", bucket_stat)?,
            )
        };
        let request = with_parameter(
            about_bucket(Operation::GetBucketStat, Method::GET, bucket),
            "stat",
        );
        let (answer, body) = send_for_bytes(call, &request)?;
        let document: Document = answer.document("BucketStat", &body)?;
        *stat = BucketStat {
            storage_in_bytes: document.storage,
            object_count: document.object_count,
            multipart_upload_count: document.multipart_upload_count,
        };
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    storage: u64,
    object_count: u64,
    multipart_upload_count: u64,
}
