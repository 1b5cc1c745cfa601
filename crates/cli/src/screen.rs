use std::io::{self, Write};

use indicatif::{MultiProgress, ProgressBar};

use crate::message::write_stderr;

/// The terminal, which what scrolls by shares with a bar at its foot.
///
/// Clones are of the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct Screen(MultiProgress);

impl Screen {
    /// Writes to standard output above the bar, if there is one.
    pub(crate) fn write_stdout(&self, out: &mut impl Write, text: &str) -> io::Result<()> {
        self.0.suspend(|| {
            out.write_all(text.as_bytes())?;
            out.flush()
        })
    }

    /// Writes to standard error above the bar, if there is one.
    pub(crate) fn write_stderr(&self, text: &str) {
        self.0.suspend(|| write_stderr(text));
    }

    /// Puts a bar above another.
    pub(crate) fn add_above(&self, below: &ProgressBar, bar: ProgressBar) -> ProgressBar {
        self.0.insert_before(below, bar)
    }

    /// Puts a bar at the foot.
    pub(crate) fn add(&self, bar: ProgressBar) -> ProgressBar {
        self.0.add(bar)
    }
}
