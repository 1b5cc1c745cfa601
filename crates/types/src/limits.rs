//! What OSS allows. The figures are those of the official documentation of multipart upload,
//! of object and bucket naming, and of `ListObjectsV2`, `ListParts` and `DeleteMultipleObjects`.

/// The smallest part of a multipart upload except its last, in bytes: 100 KiB.
pub const MIN_UPLOAD_PART_BYTES: u64 = 100 * 1024;

/// The largest part, in bytes: 5 GiB.
pub const MAX_PART_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// The most parts one multipart upload may have.
pub const MAX_PARTS: u32 = 10_000;

/// The largest object a multipart upload can make, in bytes: 10,000 parts of 5 GiB, 48.83 TiB.
pub const MAX_OBJECT_BYTES: u64 = MAX_PART_BYTES * MAX_PARTS as u64;

/// The largest object that `PutObject`, `AppendObject` and `CopyObject` take, in bytes: 5 GiB.
pub const MAX_PUT_BYTES: u64 = 5 * 1024 * 1024 * 1024;

/// The longest object key, in bytes of UTF-8.
pub const MAX_KEY_BYTES: usize = 1023;

/// The most entries one page of a listing holds, and the most keys one delete call takes.
pub const MAX_PAGE: u32 = 1000;
