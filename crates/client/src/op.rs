//! The operations of OSS, one to a file: what is asked, what is answered, and the method of
//! [`Client`](crate::Client) that does it.
//!
//! An operation builds a `Call`, says how its answer is read, and leaves the rest to
//! `Client::execute`. What several operations share stands here too: metadata, conditions,
//! callbacks, paging, and reading headers.

mod abort_multipart_upload;
mod callback;
mod complete_multipart_upload;
mod conditions;
mod delete_bucket;
mod delete_object;
mod get_bucket_info;
mod get_object;
mod head_object;
mod initiate_multipart_upload;
mod list_buckets;
mod list_multipart_uploads;
mod list_objects_v2;
mod list_parts;
mod listed_object;
mod object_headers;
mod object_info;
mod object_reader;
mod paging;
mod put_bucket;
mod put_object;
mod response_headers;
mod upload_part;

pub use abort_multipart_upload::AbortMultipartUpload;
pub use callback::Callback;
pub use complete_multipart_upload::{
    CompleteMultipartUpload, CompleteMultipartUploadOutput, CompletedPart,
};
pub use conditions::Conditions;
pub use delete_bucket::DeleteBucket;
pub use delete_object::{DeleteObject, DeleteObjectOutput};
pub use get_bucket_info::{BucketInfo, GetBucketInfo};
pub use get_object::{GetObject, GetObjectOutput};
pub use head_object::HeadObject;
pub use initiate_multipart_upload::InitiateMultipartUpload;
pub use list_buckets::{ListBuckets, ListBucketsPage, ListedBucket};
pub use list_multipart_uploads::{
    ListMultipartUploads, ListMultipartUploadsPage, ListedUpload, UploadCursor,
};
pub use list_objects_v2::{ListObjectsV2, ListObjectsV2Page, ObjectsCursor, ObjectsEntry};
pub use list_parts::{ListParts, ListPartsPage, ListedPart};
pub use listed_object::ListedObject;
pub use object_headers::{ObjectHeaders, Overwrite};
pub use object_info::ObjectInfo;
pub use object_reader::ObjectReader;
pub use put_bucket::PutBucket;
pub use put_object::{PutObject, PutObjectOutput};
pub use upload_part::{UploadPart, UploadPartOutput};
