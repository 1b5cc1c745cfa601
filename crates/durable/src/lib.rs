//! Makes bytes last: a file appears whole and durable under its name, or not at all.
//!
//! Knows nothing of what the bytes mean. Blocking, one system call after the other; whoever calls
//! decides on which thread. Everything that touches a disk goes through [`Fs`], so that a
//! simulation can stand in for it and crash at any of its effects.
//!
//! Start at [`publish`]; [`write_whole`] is the same for a few bytes at once. [`SimFs`] is that
//! simulation, for the tests of this crate and of those that write through it.

mod directories;
mod error;
mod fs;
mod metadata;
mod partial;
mod publish;
mod real_fs;
mod sim_fs;
mod target;
mod temporary;
mod unnamed;
mod write_whole;

pub use directories::create_private_directories;
pub use error::{Error, Operation};
pub use fs::{Fs, FsFile};
pub use metadata::{FileId, FileKind, Metadata};
pub use partial::Partial;
pub use publish::{Durability, Overwrite, publish, publish_with_mode, sync_directory_of};
pub use real_fs::RealFs;
/// What the operating system says when it fails: for [`SimFs::fail`].
pub use rustix::io::Errno;
pub use sim_fs::{Effect, SimFs, Unsynced};
pub use target::Target;
pub use unnamed::unnamed_file;
pub use write_whole::write_whole;
