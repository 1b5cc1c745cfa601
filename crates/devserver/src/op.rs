//! The operations, one a file, and what several of them share.

mod abort_multipart_upload;
mod append_object;
mod bucket_acl;
mod callback;
mod complete_multipart_upload;
mod condition;
mod copy_object;
mod copy_source;
mod delete_bucket;
mod delete_multiple_objects;
mod delete_object;
mod etag;
mod get_bucket_info;
mod get_bucket_location;
mod get_bucket_stat;
mod get_bucket_versioning;
mod get_object;
mod head_bucket;
mod head_object;
mod incoming;
mod initiate_multipart_upload;
mod list_buckets;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects;
mod list_parts;
mod listing;
mod metadata;
mod object_acl;
mod object_headers;
mod object_tagging;
mod put_bucket;
mod put_bucket_versioning;
mod put_object;
mod range;
mod receive;
mod restoration;
mod restore_object;
mod symlink;
mod upload_part;
mod upload_part_copy;
mod wishes;

use http::Response;
use jiff::Timestamp;
use ossum_types::{BucketName, ObjectKey};

pub(crate) use incoming::Incoming;

use callback::Callback;
use wishes::Wishes;

use crate::body::Body;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::request::{Request, Target, encode_path};
use crate::settings::Settings;
use crate::store::{Bucket, Overwrite, Store};
use crate::xml::Document;

/// What an operation works with.
pub(crate) struct Context<'c> {
    pub(crate) settings: &'c Settings,
    pub(crate) store: &'c Store,
    pub(crate) request: &'c Request,
    pub(crate) now: Timestamp,
}

type Answer = Result<Response<Body>, Refusal>;

impl Context<'_> {
    /// The bucket the request is about.
    fn bucket(&self) -> Result<&BucketName, Refusal> {
        match &self.request.target {
            Target::Bucket(bucket) | Target::Object(bucket, _) => Ok(bucket),
            Target::Service => Err(Refusal::not_implemented("this without a bucket")),
        }
    }

    /// The object the request is about.
    fn object(&self) -> Result<(&BucketName, &ObjectKey), Refusal> {
        match &self.request.target {
            Target::Object(bucket, key) => Ok((bucket, key)),
            _ => Err(Refusal::not_implemented("this without an object")),
        }
    }

    /// The upload the request is about.
    fn upload_id(&self) -> &str {
        self.request.query.get("uploadId").unwrap_or("")
    }

    /// The version that the request names.
    fn version(&self) -> Option<&str> {
        self.request.query.non_empty("versionId")
    }

    /// The storage class of what is put into the bucket and names none.
    fn bucket_class(&self) -> Result<String, Refusal> {
        let class = |bucket: &Bucket| bucket.storage_class.clone();
        self.store.with_bucket(self.bucket()?, class)
    }

    /// The path by which a client on the request's host reaches what it is about.
    fn path(&self) -> String {
        encode_path(&self.request.target.resource())
    }

    /// Whether the request may replace an object (official documentation of
    /// `x-oss-forbid-overwrite`).
    fn overwrite(&self) -> Overwrite {
        if self.request.flag("x-oss-forbid-overwrite") {
            Overwrite::Forbid
        } else {
            Overwrite::Allow
        }
    }
}

/// Carries out `operation`.
pub(crate) async fn run(
    operation: Operation,
    context: &Context<'_>,
    body: &mut Incoming,
) -> Answer {
    let has_callback = [Operation::CompleteMultipartUpload, Operation::PutObject];
    if Callback::is_asked(context.request) && !has_callback.contains(&operation) {
        return Err(Refusal::not_implemented("callbacks of this operation"));
    }
    let wishes = Wishes::of(context.request, operation)?;
    wishes.apply_to_request(body);
    let response = dispatch(operation, context, body).await?;
    Ok(wishes.apply_to_answer(response))
}

async fn dispatch(operation: Operation, context: &Context<'_>, body: &mut Incoming) -> Answer {
    match operation {
        Operation::AbortMultipartUpload => abort_multipart_upload::run(context),
        Operation::AppendObject => append_object::run(context, body).await,
        Operation::CompleteMultipartUpload => complete_multipart_upload::run(context, body).await,
        Operation::CopyObject => copy_object::run(context),
        Operation::DeleteBucket => delete_bucket::run(context),
        Operation::DeleteMultipleObjects => delete_multiple_objects::run(context, body).await,
        Operation::DeleteObject => delete_object::run(context),
        Operation::DeleteObjectTagging => object_tagging::delete(context),
        Operation::GetBucketAcl => bucket_acl::get(context),
        Operation::GetBucketInfo => get_bucket_info::run(context),
        Operation::GetBucketLocation => get_bucket_location::run(context),
        Operation::GetBucketStat => get_bucket_stat::run(context),
        Operation::GetBucketVersioning => get_bucket_versioning::run(context),
        Operation::GetObject => get_object::run(context),
        Operation::GetObjectAcl => object_acl::get(context),
        Operation::GetObjectMeta => head_object::run_meta(context),
        Operation::GetObjectTagging => object_tagging::get(context),
        Operation::GetSymlink => symlink::get(context),
        Operation::HeadBucket => head_bucket::run(context),
        Operation::HeadObject => head_object::run(context),
        Operation::InitiateMultipartUpload => initiate_multipart_upload::run(context),
        Operation::ListBuckets => list_buckets::run(context),
        Operation::ListMultipartUploads => list_multipart_uploads::run(context),
        Operation::ListObjectVersions => list_object_versions::run(context),
        Operation::ListObjects => list_objects::run_v1(context),
        Operation::ListObjectsV2 => list_objects::run_v2(context),
        Operation::ListParts => list_parts::run(context),
        Operation::PutBucket => put_bucket::run(context, body).await,
        Operation::PutBucketAcl => bucket_acl::put(context),
        Operation::PutBucketVersioning => put_bucket_versioning::run(context, body).await,
        Operation::PutObject => put_object::run(context, body).await,
        Operation::PutObjectAcl => object_acl::put(context),
        Operation::PutObjectTagging => object_tagging::put(context, body).await,
        Operation::PutSymlink => symlink::put(context),
        Operation::RestoreObject => restore_object::run(context, body).await,
        Operation::UploadPart => upload_part::run(context, body).await,
        Operation::UploadPartCopy => upload_part_copy::run(context).await,
    }
}

/// Writes the owner of everything here.
fn write_owner(document: &mut Document) {
    document.nest("Owner", |owner| {
        owner.text("ID", "0000000000000000");
        owner.text("DisplayName", "0000000000000000");
    });
}
