//! Moves large objects to and from Alibaba Cloud OSS, and never loses its place.
//!
//! ```
//! # use ossum_testkit::{LocalOss, Workspace, seeded};
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), ossum::Error> {
//! # let (oss, place) = (LocalOss::start(), Workspace::new());
//! # let (endpoint, state) = (oss.endpoint(), place.path("state"));
//! # let (id, secret) = (LocalOss::ACCESS_KEY_ID, LocalOss::ACCESS_KEY_SECRET);
//! # let (big, back) = (place.write("big.bin", seeded(1, 1 << 20)), place.path("back.bin"));
//! use ossum::Ossum;
//!
//! let ossum = Ossum::builder()
//!     .endpoint(endpoint)
//!     .region("cn-hangzhou")
//!     .access_key(id, secret)
//! #     .state_directory(state)
//!     .build()?;
//!
//! ossum.upload(&big, "oss://bkt/big.bin").send().await?;
//! ossum.download("oss://bkt/big.bin", &back).send().await?;
//! assert!(std::fs::read(&big).unwrap() == std::fs::read(&back).unwrap());
//! # Ok(())
//! # }
//! ```
//!
//! # What it promises
//!
//! - **Send the same transfer again and it continues**, after a cut, a crash or a power loss, in
//!   this process or a later one. [`Checkpoint`] says where that is remembered: beside the file, as
//!   `{file}.cp`, unless told otherwise.
//! - **`Ok` means that the destination holds exactly the source's bytes**, durably. Anything else
//!   leaves a destination that was there as it was, but for what its [`ErrorKind`] says.
//! - **The checkpoint is only a hint.** What is kept is proven before it counts. A checkpoint that is
//!   lost, damaged or forged costs time, and never bytes.
//! - **Only what is missing moves**, and memory is bounded whatever the size.
//!
//! # Where to start
//!
//! [`Ossum::builder`], or [`Ossum::from_env`] for the variables of the command line. A transfer is
//! a [`Request`] until it is [sent](Request::send) or [started](Request::start); a started one is a
//! [`Transfer`], which can be paused, watched and cancelled. [`blocking`] is the same without
//! futures. [`Error`] says what failed, whether [sending again continues](Error::is_resumable), and
//! what to [do](Error::hint).
//!
//! Any runtime will do: the work is done by threads that belong to the transfer.

mod access;
pub mod auth;
pub mod blocking;
mod builder;
pub mod checkpoint;
mod driver;
mod error;
mod events;
pub mod mode;
mod ossum;
pub mod request;
mod size;
mod transfer;

pub use builder::Builder;
#[doc(no_inline)]
pub use checkpoint::{Checkpoint, CheckpointStore, Log, MemoryStore};
pub use error::{Error, ErrorKind};
pub use events::Events;
pub use ossum::Ossum;
#[doc(no_inline)]
pub use request::{IfExists, Request};
pub use size::Size;
pub use transfer::Transfer;

pub use ossum_client::auth::SignatureVersion;
pub use ossum_client::{Addressing, ErrorKind as ServiceErrorKind, Operation, Retry, ServiceError};
pub use ossum_durable::Durability;
pub use ossum_transfer::{
    Event, Grown, Report, Restarted, Safe, Snapshot as Progress, Verified, VerifyKept,
};
pub use ossum_types::{
    BucketName, ByteRange, Crc64, ETag, Invalid, ObjectKey, ObjectUrl, PartNumber, PartSize,
    UploadId, VersionId,
};
