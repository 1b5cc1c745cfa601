use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::replay::holder_in;
use crate::{CheckpointStore, Error, Log, Transfer};

/// Keeps logs in this process, for tests and for programs that resume within one process.
///
/// Clones share what they keep.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore(Arc<Mutex<HashMap<Transfer, Kept>>>);

#[derive(Debug, Default)]
struct Kept {
    bytes: Vec<u8>,
    in_use: bool,
}

impl MemoryStore {
    /// A store that keeps nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<Transfer, Kept>> {
        // Every change under the lock is a single one, so that a panic leaves none half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CheckpointStore for MemoryStore {
    fn open(&self, transfer: &Transfer) -> Result<Box<dyn Log>, Error> {
        let mut kept = self.kept();
        let log = kept.entry(transfer.clone()).or_default();
        if log.in_use {
            let holder = holder_in(
                &|buffer, offset| Ok(read_at(&log.bytes, buffer, offset)),
                transfer,
            );
            return Err(Error::InUse { path: None, holder });
        }
        log.in_use = true;
        Ok(Box::new(MemoryLog {
            store: self.clone(),
            transfer: transfer.clone(),
        }))
    }
}

#[derive(Debug)]
struct MemoryLog {
    store: MemoryStore,
    transfer: Transfer,
}

impl MemoryLog {
    fn with<T>(&self, act: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let mut kept = self.store.kept();
        act(&mut kept.entry(self.transfer.clone()).or_default().bytes)
    }
}

impl Log for MemoryLog {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        Ok(self.with(|bytes| read_at(bytes, buffer, offset)))
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.with(|kept| kept.extend_from_slice(bytes));
        Ok(())
    }

    fn truncate(&mut self, len_bytes: u64) -> io::Result<()> {
        self.with(|kept| kept.truncate(usize::try_from(len_bytes).unwrap_or(usize::MAX)));
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn remove(&mut self) -> io::Result<()> {
        self.with(Vec::clear);
        Ok(())
    }
}

impl Drop for MemoryLog {
    fn drop(&mut self) {
        let mut kept = self.store.kept();
        if let Some(log) = kept.get_mut(&self.transfer) {
            log.in_use = false;
            if log.bytes.is_empty() {
                kept.remove(&self.transfer);
            }
        }
    }
}

fn read_at(bytes: &[u8], buffer: &mut [u8], offset: u64) -> usize {
    let start = usize::try_from(offset).map_or(bytes.len(), |offset| offset.min(bytes.len()));
    let rest = &bytes[start..];
    let read = rest.len().min(buffer.len());
    buffer[..read].copy_from_slice(&rest[..read]);
    read
}
