use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use ossum_transfer::{Error, Event, Monitor, Report};

use crate::abi::Progress;

/// How often it is looked for parts that are there: late enough to cost nothing.
const INTERVAL: Duration = Duration::from_millis(100);

/// A monitor that remembers what `progress` is to hear.
pub(super) fn monitor(progress: Progress) -> Monitor {
    match progress {
        Some(_) => Monitor::recording(),
        None => Monitor::new(),
    }
}

/// Waits for a transfer on the calling thread, which is also the one that `progress` is called from.
///
/// The work itself is done by threads of the transfer's own.
pub(super) fn see_through(
    transfer: impl Future<Output = Result<Report, Error>>,
    monitor: &Monitor,
    progress: Progress,
) -> Result<Report, Error> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut transfer = pin!(transfer);
    let mut told = Told::default();
    loop {
        let polled = transfer.as_mut().poll(&mut context);
        if let Some(progress) = progress {
            for consumed in told.about(monitor) {
                // SAFETY: a function of the caller's, which takes any two numbers.
                unsafe { progress(consumed, told.total) };
            }
        }
        match polled {
            Poll::Ready(outcome) => return outcome,
            Poll::Pending if progress.is_none() => thread::park(),
            Poll::Pending => thread::park_timeout(INTERVAL),
        }
    }
}

/// What the caller has heard so far.
#[derive(Debug, Default)]
struct Told {
    consumed: i64,
    total: i64,
}

impl Told {
    /// The numbers to tell now, one for each part that is there since the last time.
    fn about(&mut self, monitor: &Monitor) -> Vec<i64> {
        let events = monitor.take_events();
        let total = monitor.snapshot().bytes_total.unwrap_or(0);
        self.total = i64::try_from(total).unwrap_or(i64::MAX);
        let mut news = Vec::new();
        for event in events {
            if let Event::Part { bytes, .. } = event {
                let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
                // A part that had to be moved again is not more than all of it.
                self.consumed = self.consumed.saturating_add(bytes).min(self.total);
                news.push(self.consumed);
            }
        }
        news
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
