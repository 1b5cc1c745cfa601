//! The operations of OSS, one to a file: what is asked, what is answered, and the method of
//! [`Client`](crate::Client) that does it.
//!
//! An operation builds a `Call`, says how its answer is read, and leaves the rest to
//! `Client::execute`. What several operations share stands here too: metadata, conditions,
//! callbacks, paging, and reading headers.

mod abort_multipart_upload;
mod answered;
mod append_object;
mod callback;
mod complete_multipart_upload;
mod conditions;
mod copy_object;
mod copy_source;
mod delete_bucket;
mod delete_multiple_objects;
mod delete_object;
mod delete_object_tagging;
mod get_bucket_info;
mod get_bucket_location;
mod get_bucket_versioning;
mod get_object;
mod get_object_acl;
mod get_object_meta;
mod get_object_tagging;
mod get_symlink;
mod head_object;
mod initiate_multipart_upload;
mod list_buckets;
mod list_multipart_uploads;
mod list_object_versions;
mod list_objects_v2;
mod list_parts;
mod listed_object;
mod listed_version;
mod object_headers;
mod object_info;
mod object_reader;
mod paging;
mod plain_request;
mod put_bucket;
mod put_bucket_versioning;
mod put_object;
mod put_object_acl;
mod put_object_tagging;
mod put_symlink;
mod response_headers;
mod restore_object;
mod upload_part;
mod upload_part_copy;

pub use abort_multipart_upload::AbortMultipartUpload;
pub use answered::Answered;
pub use append_object::{AppendObject, AppendObjectOutput};
pub use callback::Callback;
pub use complete_multipart_upload::{
    CompleteMultipartUpload, CompleteMultipartUploadOutput, CompletedPart, PartsToJoin,
};
pub use conditions::Conditions;
pub use copy_object::{CopyDirective, CopyObject, CopyObjectOutput};
pub use copy_source::CopySource;
pub use delete_bucket::DeleteBucket;
pub use delete_multiple_objects::{
    DeleteMultipleObjects, DeleteMultipleObjectsOutput, DeleteReport, DeletedObject, ObjectToDelete,
};
pub use delete_object::{DeleteObject, DeleteObjectOutput};
pub use delete_object_tagging::DeleteObjectTagging;
pub use get_bucket_info::{BucketInfo, GetBucketInfo};
pub use get_bucket_location::{BucketLocation, GetBucketLocation};
pub use get_bucket_versioning::GetBucketVersioning;
pub use get_object::{GetObject, GetObjectOutput};
pub use get_object_acl::{GetObjectAcl, ObjectAcl};
pub use get_object_meta::{GetObjectMeta, ObjectMeta};
pub use get_object_tagging::{GetObjectTagging, ObjectTags};
pub use get_symlink::{GetSymlink, Symlink};
pub use head_object::HeadObject;
pub use initiate_multipart_upload::InitiateMultipartUpload;
pub use list_buckets::{ListBuckets, ListBucketsPage, ListedBucket};
pub use list_multipart_uploads::{
    ListMultipartUploads, ListMultipartUploadsPage, ListedUpload, UploadCursor,
};
pub use list_object_versions::{
    ListObjectVersions, ListObjectVersionsPage, VersionsCursor, VersionsEntry,
};
pub use list_objects_v2::{ListObjectsV2, ListObjectsV2Page, ObjectsCursor, ObjectsEntry};
pub use list_parts::{ListParts, ListPartsPage, ListedPart};
pub use listed_object::ListedObject;
pub use listed_version::{ListedDeleteMarker, ListedVersion};
pub use object_headers::{ObjectHeaders, Overwrite};
pub use object_info::ObjectInfo;
pub use object_reader::ObjectReader;
pub use paging::Spelling;
pub use plain_request::{PlainAnswer, PlainDocument, PlainRequest};
pub use put_bucket::PutBucket;
pub use put_bucket_versioning::{PutBucketVersioning, Versioning};
pub use put_object::{PutObject, PutObjectOutput};
pub use put_object_acl::PutObjectAcl;
pub use put_object_tagging::PutObjectTagging;
pub use put_symlink::PutSymlink;
pub use restore_object::{RestoreObject, RestoreTier, Restoring};
pub use upload_part::{UploadPart, UploadPartOutput};
pub use upload_part_copy::{UploadPartCopy, UploadPartCopyOutput};
