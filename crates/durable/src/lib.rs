//! Makes bytes last: a file appears whole and durable under its name, or not at all.
//!
//! Knows nothing of what the bytes mean. Blocking, one system call after the other; whoever calls
//! decides on which thread. Everything that touches a disk goes through [`Fs`], so that a
//! simulation can stand in for it and crash at any of its effects.
//!
//! Start at [`publish`]; [`write_whole`] is the same for a few bytes at once.

mod error;
#[cfg(test)]
mod faulty_fs;
mod fs;
mod metadata;
mod partial;
mod publish;
mod real_fs;
mod target;
mod temporary;
mod write_whole;

pub use error::{Error, Operation};
pub use fs::{Fs, FsFile};
pub use metadata::{FileId, FileKind, Metadata};
pub use partial::Partial;
pub use publish::{Durability, Overwrite, publish, sync_directory_of};
pub use real_fs::RealFs;
pub use target::Target;
pub use write_whole::write_whole;
