//! SIGINT and SIGTERM: the first asks for an end, the second is one. SIGUSR1 asks how far it is.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGINT, SIGTERM, SIGUSR1, SIGXFSZ};
use signal_hook::flag;
use signal_hook::iterator::Signals;
use signal_hook::low_level;

/// A signal so shortly after the first is the same one: `timeout` and others send theirs to the
/// process and to its group, and no hand is so quick.
const SAME_SIGNAL: Duration = Duration::from_millis(500);

/// A signal that asks for an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// What `kill`, a shutdown and service managers send.
    Terminate,
}

impl Signal {
    fn of(number: i32) -> Self {
        if number == SIGTERM {
            Self::Terminate
        } else {
            Self::Interrupt
        }
    }

    /// 128 and the number of the signal, as shells have it.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Self::Interrupt => 130,
            Self::Terminate => 143,
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Interrupt => "SIGINT",
            Self::Terminate => "SIGTERM",
        })
    }
}

/// The signals that have come in, and what the first one brings to an end.
///
/// Without anything to end, the first signal ends the process.
#[derive(Clone, Default)]
pub(crate) struct Interrupts(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    first: Option<(Signal, Instant)>,
    end: Option<Box<dyn Fn(Signal) + Send>>,
    tell: Option<Box<dyn Fn() + Send>>,
}

impl Interrupts {
    /// Takes signals from now on, on a thread of its own, which ends with the process.
    pub(crate) fn watch() -> io::Result<Self> {
        let interrupts = Self::default();
        let mut signals = Signals::new([SIGINT, SIGTERM, SIGUSR1])?;
        // A file that would be too large is then an error that can be told, and not the end.
        flag::register(SIGXFSZ, Arc::default())?;
        let watched = interrupts.clone();
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                for number in signals.forever() {
                    match number {
                        SIGUSR1 => watched.tell(),
                        _ => watched.take(Signal::of(number)),
                    }
                }
            })?;
        Ok(interrupts)
    }

    /// The first signal that came.
    pub(crate) fn first(&self) -> Option<Signal> {
        self.state().first.map(|(signal, _)| signal)
    }

    /// Has the first signal call `end` in place of ending the process. `end` must not block.
    ///
    /// If a signal has come already, it is called at once.
    pub(crate) fn end_by(&self, end: impl Fn() + Send + 'static) {
        self.end_by_signal(move |_| end());
    }

    /// The same where it matters which signal it is.
    pub(crate) fn end_by_signal(&self, end: impl Fn(Signal) + Send + 'static) {
        let mut state = self.state();
        if let Some((first, _)) = state.first {
            end(first);
        }
        state.end = Some(Box::new(end));
    }

    /// Has SIGUSR1 call `tell`, which must not block. Where nothing tells, the signal means nothing.
    pub(crate) fn tell_by(&self, tell: impl Fn() + Send + 'static) {
        self.state().tell = Some(Box::new(tell));
    }

    fn tell(&self) {
        if let Some(tell) = &self.state().tell {
            tell();
        }
    }

    fn take(&self, signal: Signal) {
        let mut state = self.state();
        match (&state.first, &state.end) {
            (None, Some(end)) => {
                end(signal);
                state.first = Some((signal, Instant::now()));
            }
            (Some((_, at)), Some(_)) if at.elapsed() < SAME_SIGNAL => {}
            // Without running anything of this process that could hang.
            _ => low_level::exit(signal.exit_code().into()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Interrupts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Interrupts").field(&self.first()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn a_signal_that_comes_twice_at_once_ends_once_and_leaves_time_to_end() {
        let interrupts = Interrupts::default();
        let ends = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&ends);
        interrupts.end_by(move || {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        // Were the second one another one, it would be the end of this process.
        interrupts.take(Signal::Interrupt);
        interrupts.take(Signal::Terminate);
        assert_eq!(ends.load(Ordering::Relaxed), 1);
        assert_eq!(interrupts.first(), Some(Signal::Interrupt));
    }
}
