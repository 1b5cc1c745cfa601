//! What the server holds: buckets, objects, unfinished uploads.
//!
//! One catalog in memory answers every question, whatever keeps the bytes. With a directory each
//! change is on disk before it is in the catalog, so that an answered request survives a crash.

mod blob;
mod bucket;
mod catalog;
mod disk;
mod object;
mod reader;
mod segments;
mod upload;
mod version;

pub(crate) use blob::{Blob, BlobWriter};
pub(crate) use bucket::Bucket;
pub(crate) use catalog::{Deleted, Found, Overwrite, Store};
pub(crate) use object::{Metadata, Object, ObjectKind, Piece, Restored};
pub(crate) use reader::ObjectReader;
pub(crate) use upload::{Part, Upload};
pub(crate) use version::{Content, Version, Versioning, Versions};
