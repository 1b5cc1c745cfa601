//! The words and numbers of OSS, validated once: a value of one of these types is a valid one.
//!
//! No input or output, no async, no wire formats. Everything is parsed with [`str::parse`] and
//! printed with [`Display`](std::fmt::Display). Start at [`ObjectUrl`]; the limits and where they
//! come from are in [`limits`].

mod bucket_name;
mod byte_range;
mod byte_size;
mod crc64;
mod endpoint;
mod etag;
mod invalid;
mod limit;
pub mod limits;
mod object_key;
mod object_url;
mod opaque_id;
mod part_number;
mod part_size;
mod rate;
mod region;
mod span;

pub use bucket_name::BucketName;
pub use byte_range::ByteRange;
pub use byte_size::ByteSize;
pub use crc64::{Crc64, Crc64Hasher};
pub use endpoint::{Endpoint, EndpointHost, Network, Scheme};
pub use etag::ETag;
pub use invalid::Invalid;
pub use limit::{Limit, Rates};
pub use object_key::ObjectKey;
pub use object_url::{ObjectUrl, PrefixUrl};
pub use opaque_id::{UploadId, VersionId};
pub use part_number::PartNumber;
pub use part_size::PartSize;
pub use rate::Rate;
pub use region::Region;
pub use span::Span;
