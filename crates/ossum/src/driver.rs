//! The thread that belongs to a transfer: it sees it through, and tells what happens.
//!
//! A thread rather than a task, so that a transfer goes on under any runtime and under none, and a
//! callback that blocks holds up nobody else.

use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use ossum_transfer::{Event, Monitor, Report};

use crate::error::Error;
use crate::events::Feed;
use crate::request::Prepared;

/// How often it is looked for events: late enough to cost nothing, soon enough for people.
const EVENT_INTERVAL: Duration = Duration::from_millis(100);

/// What a user wants to be called with.
pub(crate) struct Callback(Box<dyn FnMut(&Event) + Send>);

impl Callback {
    pub(crate) fn new(callback: impl FnMut(&Event) + Send + 'static) -> Self {
        Self(Box::new(callback))
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

/// Who hears of events. Dropping it ends the stream.
#[derive(Debug, Default)]
pub(crate) struct Listeners {
    pub(crate) callback: Option<Callback>,
    pub(crate) feed: Option<Feed>,
}

impl Listeners {
    /// A monitor for a transfer that these listen to.
    pub(crate) fn monitor(&self) -> Monitor {
        if self.is_nobody() {
            Monitor::new()
        } else {
            Monitor::recording()
        }
    }

    fn is_nobody(&self) -> bool {
        self.callback.is_none() && self.feed.is_none()
    }

    fn tell(&mut self, monitor: &Monitor) {
        if self.is_nobody() {
            return;
        }
        for event in monitor.take_events() {
            if let Some(Callback(callback)) = &mut self.callback {
                callback(&event);
            }
            if let Some(feed) = &self.feed {
                feed.push(event);
            }
        }
    }
}

/// Starts the thread. `done` hears how the transfer ended, after the last event; if it is dropped
/// unheard, the thread panicked.
pub(crate) fn start(
    prepared: Prepared,
    monitor: Monitor,
    listeners: Listeners,
    done: impl FnOnce(Result<Report, Error>) + Send + 'static,
) -> Result<(), Error> {
    let work = move || {
        let outcome = see_through(prepared, &monitor, listeners);
        done(outcome);
    };
    let spawned = thread::Builder::new().name("ossum".to_owned()).spawn(work);
    spawned.map(drop).map_err(Error::no_thread)
}

fn see_through(
    prepared: Prepared,
    monitor: &Monitor,
    mut listeners: Listeners,
) -> Result<Report, Error> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut transfer = pin!(prepared.run(monitor));
    loop {
        let polled = transfer.as_mut().poll(&mut context);
        listeners.tell(monitor);
        match polled {
            Poll::Ready(outcome) => return outcome,
            Poll::Pending if listeners.is_nobody() => thread::park(),
            Poll::Pending => thread::park_timeout(EVENT_INTERVAL),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
