//! Moves one object: up from a file, down into one, to another object, or from anywhere that gives
//! ranges of it, verified from end to end, and continued where an earlier transfer ended.
//!
//! Knows no terminal, no environment, no XML and no headers. Start at [`upload`], [`download`],
//! [`copy`] and [`relay`]: each is inputs, a look at what an earlier run left (`resume.rs`), a decision of
//! `ossum-plan`, and the scheduler in `engine.rs`, which all directions share. What they remember
//! goes through `checkpoint.rs`.

mod again;
mod budget;
mod checkpoint;
mod copy;
mod crew;
mod download;
mod due;
mod engine;
mod error;
mod feed;
mod kept_with;
mod modified;
mod monitor;
mod multipart;
mod options;
mod place;
mod pour;
mod queue;
mod reading;
mod relay;
mod report;
mod source;
mod thread;
mod upload;
mod worker;

pub use budget::Budget;
pub use copy::{Copy, Inherit, copy};
pub use crew::hands_on_few_threads;
pub use download::{Download, Seen, Unverified, download};
pub use error::{Error, ErrorKind, Safe};
pub use feed::{Feed, write_from};
pub use modified::{Modified, modified};
pub use monitor::{Event, Monitor, Restarted, Snapshot};
pub use multipart::digest as digest_of_headers;
pub use options::{Checkpointing, Files, OnChange, Options};
pub use pour::{Pour, read_to};
pub use relay::{
    CompleteRanges, CopiedFrom, EarlierUpload, KeptWith, ObjectSource, RangeReport, RangeSource,
    Relay, RelayRange, SourceBytes, SourceError, SourceFuture, SourceTrouble, TellOfUpload,
    Uploads, relay,
};
pub use report::{Report, Verified};
pub use upload::{Adopt, Upload, VerifyKept, upload};
pub use worker::{Hand, Worker};

pub use ossum_durable::{Durability, Overwrite};
pub use ossum_plan::{Grown, PartSizeWish};
