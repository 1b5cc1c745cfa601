//! How unfinished transfers are remembered, and what it takes to remember them elsewhere.
//!
//! Most programs need [`Checkpoint`] alone. Who keeps checkpoints in a place of their own, such as
//! a database, implements [`CheckpointStore`] and [`Log`]: a log is bytes that are appended to, and
//! what they mean is nobody's business but ossum's. Nothing in them is believed: what they tell is
//! proven before it is used, so that a lost or damaged log costs time and never bytes.
//!
//! ```
//! use std::collections::HashMap;
//! use std::io;
//! use std::sync::{Arc, Mutex};
//!
//! use ossum::checkpoint::{Checkpoint, CheckpointStore, Error, Log, Transfer};
//!
//! /// Keeps logs in a table: one row a transfer.
//! #[derive(Debug, Clone, Default)]
//! struct Table(Arc<Mutex<HashMap<String, Vec<u8>>>>);
//!
//! #[derive(Debug)]
//! struct Row(Table, String);
//!
//! impl CheckpointStore for Table {
//!     fn open(&self, transfer: &Transfer) -> Result<Box<dyn Log>, Error> {
//!         // One that several processes share also locks the row here.
//!         Ok(Box::new(Row(self.clone(), transfer.id().to_string())))
//!     }
//! }
//!
//! impl Row {
//!     fn with<T>(&self, act: impl FnOnce(&mut Vec<u8>) -> T) -> T {
//!         act(self.0.0.lock().unwrap().entry(self.1.clone()).or_default())
//!     }
//! }
//!
//! impl Log for Row {
//!     fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
//!         self.with(|row| {
//!             let rest = row.get(offset as usize..).unwrap_or_default();
//!             let len = rest.len().min(buffer.len());
//!             buffer[..len].copy_from_slice(&rest[..len]);
//!             Ok(len)
//!         })
//!     }
//!
//!     fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
//!         Ok(self.with(|row| row.extend_from_slice(bytes)))
//!     }
//!
//!     fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
//!         Ok(self.with(|row| row.truncate(len_bytes as usize)))
//!     }
//!
//!     fn sync(&mut self) -> io::Result<()> {
//!         Ok(()) // a database commits here
//!     }
//!
//!     fn remove(&mut self) -> io::Result<()> {
//!         Ok(self.with(Vec::clear))
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), ossum::Error> {
//! # use ossum::Ossum;
//! # let (oss, place) = (ossum_testkit::LocalOss::start(), ossum_testkit::Workspace::new());
//! # let ossum = Ossum::builder().endpoint(oss.endpoint()).region("cn-hangzhou")
//! #     .access_key(ossum_testkit::LocalOss::ACCESS_KEY_ID, ossum_testkit::LocalOss::ACCESS_KEY_SECRET)
//! #     .state_directory(place.path("state")).build()?;
//! # let file = place.write("big.bin", ossum_testkit::seeded(1, 1 << 20));
//! let table = Table::default();
//! ossum
//!     .upload(&file, "oss://bkt/big.bin")
//!     .part_size("100K")
//!     .checkpoint(Checkpoint::Store(Arc::new(table.clone())))
//!     .send()
//!     .await?;
//! assert!(table.0.lock().unwrap().values().all(Vec::is_empty));
//! # Ok(())
//! # }
//! ```

use std::path::PathBuf;
use std::sync::Arc;

use ossum_checkpoint::{CheckpointPlace, FileStore, Pointers};
use ossum_durable::{Durability, Fs, RealFs};
use ossum_transfer::Checkpointing;

pub use ossum_checkpoint::{
    Action, CheckpointStore, Error, Holder, Log, MemoryStore, Transfer, TransferId, Way,
};

/// Where a transfer is remembered while it is unfinished.
///
/// The same transfer, begun again with the same setting, continues. What it leaves behind is gone
/// when it succeeds.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Checkpoint {
    /// Beside the local file, as `{file}.cp`; of a copy, in the
    /// [state directory](crate::Builder::state_directory).
    #[default]
    Beside,
    /// In this file. Something else in its place is an error.
    File(PathBuf),
    /// In this directory, under a name that tells transfers apart.
    Directory(PathBuf),
    /// In a place of the caller's own.
    Store(Arc<dyn CheckpointStore>),
    /// Nowhere: a transfer that is interrupted begins anew, and leaves nothing.
    Off,
}

impl Checkpoint {
    pub(crate) fn settings(
        self,
        state_directory: Option<PathBuf>,
        durability: Durability,
    ) -> Option<Checkpointing> {
        let place = match self {
            Self::Beside => CheckpointPlace::Beside,
            Self::File(path) => CheckpointPlace::File(path),
            Self::Directory(path) => CheckpointPlace::Directory(path),
            Self::Store(store) => return Some(Checkpointing::new(store)),
            Self::Off => return None,
        };
        let fs: Arc<dyn Fs> = Arc::new(RealFs);
        let pointers = state_directory.clone();
        let pointers = pointers.map(|directory| Pointers::new(Arc::clone(&fs), directory));
        let store = FileStore::new(fs, place, state_directory, durability);
        Some(Checkpointing {
            pointers,
            ..Checkpointing::new(Arc::new(store))
        })
    }
}
