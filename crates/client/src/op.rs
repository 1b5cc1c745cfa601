//! The operations of OSS, one to a file: what is asked, what is answered, and the method of
//! [`Client`](crate::Client) that does it.
//!
//! An operation builds a [`Call`](crate::call::Call), says how its answer is read, and leaves the
//! rest to [`Client::execute`](crate::Client). What several operations share stands here too:
//! metadata, conditions, and reading headers.

mod conditions;
mod get_object;
mod head_object;
mod object_headers;
mod object_info;
mod object_reader;
mod put_object;
mod response_headers;
mod upload_part;

pub use conditions::Conditions;
pub use get_object::{GetObject, GetObjectOutput};
pub use head_object::HeadObject;
pub use object_headers::{ObjectHeaders, Overwrite};
pub use object_info::ObjectInfo;
pub use object_reader::ObjectReader;
pub use put_object::{PutObject, PutObjectOutput};
pub use upload_part::{UploadPart, UploadPartOutput};
