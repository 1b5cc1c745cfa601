use serde::{Deserialize, Serialize};

use super::line::{Action, Line};

/// How much is to be done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Totals {
    pub(crate) copy: u64,
    pub(crate) copy_bytes: u64,
    /// Copies of other objects of the destination: nothing is sent for them.
    #[serde(default)]
    pub(crate) copy_from: u64,
    #[serde(default)]
    pub(crate) copy_from_bytes: u64,
    pub(crate) delete: u64,
    pub(crate) delete_bytes: u64,
    /// Items that are the same on both sides.
    pub(crate) keep: u64,
    /// Items at the destination that were compared.
    pub(crate) destination_items: u64,
}

impl Totals {
    /// With nothing to be done, and the rest as it is.
    pub(in crate::sync) fn of_nothing(self) -> Self {
        Self {
            keep: self.keep,
            destination_items: self.destination_items,
            ..Self::default()
        }
    }

    /// With one line more.
    pub(super) fn add(&mut self, line: &Line) {
        let (count, bytes) = match line.action {
            Action::Copy => (&mut self.copy, &mut self.copy_bytes),
            Action::CopyFrom => (&mut self.copy_from, &mut self.copy_from_bytes),
            Action::Delete => (&mut self.delete, &mut self.delete_bytes),
        };
        *count += 1;
        *bytes = bytes.saturating_add(line.size);
    }
}
