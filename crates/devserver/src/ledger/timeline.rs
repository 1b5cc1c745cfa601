use std::collections::VecDeque;

use serde::Serialize;

use crate::Operation;

/// Older requests than so many are forgotten.
const MAX_ENTRIES: usize = 4096;

/// A request that has ended.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    /// When it came, by the server's clock.
    pub(crate) time: String,
    /// `None` if it was given up before it was looked at.
    pub(crate) request_id: Option<String>,
    pub(crate) connection: Option<u64>,
    pub(crate) operation: Option<Operation>,
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) part: Option<u32>,
    /// `None` if there was no answer.
    pub(crate) status: Option<u16>,
    pub(crate) bytes_in: u64,
    pub(crate) bytes_out: u64,
    pub(crate) duration_ms: u64,
    /// The fault rules that took effect.
    pub(crate) rules: Vec<String>,
}

/// The last requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct Timeline(VecDeque<Entry>);

impl Timeline {
    pub(super) fn push(&mut self, entry: Entry) {
        if self.0.len() == MAX_ENTRIES {
            self.0.pop_front();
        }
        self.0.push_back(entry);
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        self.0.iter().cloned().collect()
    }
}
