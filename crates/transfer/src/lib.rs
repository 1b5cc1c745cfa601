//! Moves one object: up from a file, or down into one, verified from end to end.
//!
//! Knows no terminal, no environment, no XML and no headers. Start at [`upload`] and [`download`]:
//! each is inputs, a decision of `ossum-plan`, and the scheduler in `engine.rs`, which both
//! directions share.

mod crew;
mod download;
mod engine;
mod error;
mod monitor;
mod options;
mod report;
mod source;
mod thread;
mod upload;

pub use download::{Download, Unverified, download};
pub use error::{Error, ErrorKind};
pub use monitor::{Event, Monitor, Snapshot};
pub use options::Options;
pub use report::{Report, Verified};
pub use upload::{Upload, upload};

pub use ossum_durable::{Durability, Overwrite};
pub use ossum_plan::{Grown, PartSizeWish};
