use ossum_threads::atomic::{AtomicBool, Ordering};
use ossum_threads::{Mutex, PoisonError};

use crate::error::Error;
use crate::monitor::Monitor;

/// Whether a run goes on, and why not.
#[derive(Debug)]
pub(crate) struct Halt<'a> {
    monitor: &'a Monitor,
    no_more: AtomicBool,
    why: Mutex<Option<Error>>,
}

impl<'a> Halt<'a> {
    pub(crate) fn new(monitor: &'a Monitor) -> Self {
        Self {
            monitor,
            no_more: AtomicBool::new(false),
            why: Mutex::default(),
        }
    }

    /// Ends the run at once; what is under way is cancelled and kept. The first reason is the one
    /// that is told.
    pub(crate) fn stop(&self, error: Error) {
        self.begin_no_more(error);
        self.monitor.end();
    }

    /// Lets nothing further begin; what is under way is finished.
    pub(crate) fn begin_no_more(&self, error: Error) {
        let mut why = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        why.get_or_insert(error);
        self.no_more.store(true, Ordering::Relaxed);
    }

    /// Whether the next item may begin.
    pub(crate) fn goes_on(&self) -> bool {
        !self.no_more.load(Ordering::Relaxed) && !self.monitor.token().is_cancelled()
    }

    /// How it ended.
    pub(crate) fn outcome(self) -> Result<(), Error> {
        let why = self
            .why
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        match why {
            _ if self.monitor.is_cancelled() => Err(Error::Cancelled),
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
