use std::fmt;
use std::time::Duration;

use ossum_transfer::{Event, Report};

use crate::error::Error;
use crate::runs::Remembered;

/// What a run tells of each item, as soon as it is known.
#[derive(Debug)]
#[non_exhaustive]
pub enum Told {
    /// It was copied.
    Done(What, Box<Report>),
    /// It was left out.
    Skipped(What, Skipped),
    /// It would be copied; so many bytes.
    Planned(What, u64),
    /// It was made of another object of the destination, which has its bytes: none were sent.
    DoneFrom {
        /// The file, and what was made of it.
        what: What,
        /// That object.
        from: String,
        /// How.
        report: Box<Report>,
    },
    /// It would be made of another object of the destination, which has its bytes.
    PlannedFrom {
        /// The file, and what would be made of it.
        what: What,
        /// That object.
        from: String,
        /// How many they are.
        bytes: u64,
    },
    /// It was deleted at the destination, or would be.
    Deleted {
        /// What.
        what: String,
        /// Where a copy of it was put before.
        moved_to: Option<String>,
    },
    /// It failed.
    Failed(What, Error),
    /// Something happened to it on the way, of which [recording](crate::Monitor::recording)
    /// monitors tell; before what became of it.
    Happened(What, Event),
}

/// An item, as a user writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct What {
    /// What is read.
    pub source: String,
    /// What is made.
    pub destination: String,
}

/// Why an item was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Skipped {
    /// An earlier, unfinished run has copied it.
    DoneBefore,
    /// The destination exists.
    Exists,
    /// The destination is as new or newer.
    AsNew,
    /// It is a symbolic link.
    Link,
    /// It is a pipe.
    Pipe,
    /// It is a socket.
    Socket,
    /// It is a device.
    Device,
    /// It is a checkpoint of ossum, or the bytes of an unfinished download.
    OwnFile,
}

impl Skipped {
    /// Whether it is because of what the item is, rather than of what is at the destination.
    pub fn is_about_the_source(self) -> bool {
        !matches!(self, Self::DoneBefore | Self::Exists | Self::AsNew)
    }

    /// Why, in a few words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::DoneBefore => "an earlier run has copied it",
            Self::Exists => "it exists",
            Self::AsNew => "it is as new",
            Self::Link => "it is a symbolic link",
            Self::Pipe => "it is a pipe",
            Self::Socket => "it is a socket",
            Self::Device => "it is a device",
            Self::OwnFile => "it is what ossum keeps of an unfinished transfer",
        }
    }
}

impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason())
    }
}

/// What a run did altogether.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Summary {
    /// How many items were copied, or would be.
    pub files: u64,
    /// How many were left out.
    pub skipped: u64,
    /// How many failed.
    pub failed: u64,
    /// How many were the same on both sides, where two were compared.
    pub kept: u64,
    /// How many of the copied items were made of what the destination had of them under another name.
    pub renamed: u64,
    /// How many were deleted at the destination, or would be.
    pub deleted: u64,
    /// The size of what was copied, or would be, in bytes.
    pub bytes_total: u64,
    /// Payload bytes moved over the network, in either direction, retries included.
    pub bytes_sent: u64,
    /// Bytes of what was copied that were already there.
    pub bytes_reused: u64,
    /// HTTP requests of the transfers, retries included.
    pub requests: u64,
    /// Requests that repeated one which had failed.
    pub retries: u64,
    /// Whether an earlier run was continued.
    pub resumed: bool,
    /// Whether there is a record, so that the same run, begun again, continues.
    pub resumable: bool,
    /// From the call to its end.
    pub elapsed: Duration,
}

/// How a run ended.
#[derive(Debug)]
pub struct Ended {
    /// What it did until then.
    pub summary: Summary,
    /// Why it ended early, if it did. Failures of single items are no reason.
    pub outcome: Result<(), Error>,
    /// What the same run, begun again, goes on from; absent if it has succeeded, or is not
    /// remembered.
    pub left: Option<Remembered>,
}
