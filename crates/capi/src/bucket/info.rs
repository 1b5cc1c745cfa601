use http::Method;
use ossum_client::Operation;
use serde::Deserialize;

use crate::abi::{BucketInfo, Options};
use crate::acl::AccessControlList;
use crate::boundary::{Call, given, guarded};
use crate::config::bucket;
use crate::list::Owner;
use crate::memory::{Pool, Table, Text, create};
use crate::plain::{about_bucket, send_for_bytes, with_parameter};
use crate::status::Status;

/// A place for what is known of a bucket, with nothing in it. Null without a pool.
///
/// # Safety
/// `pool` is null or not destroyed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_create_bucket_info(pool: *mut Pool) -> *mut BucketInfo {
    let info = BucketInfo {
        created_date: Text::NULL,
        extranet_endpoint: Text::NULL,
        intranet_endpoint: Text::NULL,
        location: Text::NULL,
        owner_id: Text::NULL,
        owner_name: Text::NULL,
        acl: Text::NULL,
        storage_class: Text::NULL,
    };
    // SAFETY: as the caller says.
    unsafe { create(pool, |_| info) }
}

/// Tells what is known of a bucket. On success every text of `bucket_info` is there, if empty; after
/// an error nothing of it has changed.
///
/// # Safety
/// `options` is filled in; every pointer is null or of the thing it names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn oss_get_bucket_info(
    options: *const Options,
    bucket: *const Text,
    bucket_info: *mut BucketInfo,
    resp_headers: *mut *mut Table,
) -> *mut Status {
    let work = |call: Call<'_>| {
        // SAFETY: as the caller says.
        let (bucket, info) = unsafe {
            (
                self::bucket(bucket.as_ref())?,
                given("bucket_info", bucket_info)?,
            )
        };
        let request = with_parameter(
            about_bucket(Operation::GetBucketInfo, Method::GET, bucket),
            "bucketInfo",
        );
        let (answer, body) = send_for_bytes(call, &request)?;
        let document: Document = answer.document("BucketInfo", &body)?;
        *info = document.bucket.told(call.pool());
        Ok(answer.done())
    };
    // SAFETY: as the caller says.
    unsafe { guarded(options, resp_headers, work) }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    bucket: BucketElement,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BucketElement {
    creation_date: String,
    #[serde(default)]
    extranet_endpoint: String,
    #[serde(default)]
    intranet_endpoint: String,
    location: String,
    #[serde(default)]
    owner: Owner,
    #[serde(default)]
    access_control_list: AccessControlList,
    #[serde(default)]
    storage_class: String,
}

impl BucketElement {
    fn told(&self, pool: &Pool) -> BucketInfo {
        BucketInfo {
            created_date: Text::copied(pool, &self.creation_date),
            extranet_endpoint: Text::copied(pool, &self.extranet_endpoint),
            intranet_endpoint: Text::copied(pool, &self.intranet_endpoint),
            location: Text::copied(pool, &self.location),
            owner_id: Text::copied(pool, &self.owner.id),
            owner_name: Text::copied(pool, &self.owner.display_name),
            acl: Text::copied(pool, &self.access_control_list.grant),
            storage_class: Text::copied(pool, &self.storage_class),
        }
    }
}
