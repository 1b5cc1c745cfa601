use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use crate::error::Error;
use crate::halt::Halt;

/// The threads of a run, each of which can hire more.
#[derive(Debug)]
pub(crate) struct Hands<'scope, 'env> {
    scope: &'scope Scope<'scope, 'env>,
    halt: &'env Halt<'env>,
    at_work: Arc<Mutex<Vec<ScopedJoinHandle<'scope, ()>>>>,
}

impl Clone for Hands<'_, '_> {
    fn clone(&self) -> Self {
        Self {
            at_work: Arc::clone(&self.at_work),
            ..*self
        }
    }
}

impl<'scope, 'env> Hands<'scope, 'env> {
    /// Nobody yet.
    pub(crate) fn new(scope: &'scope Scope<'scope, 'env>, halt: &'env Halt<'env>) -> Self {
        Self {
            scope,
            halt,
            at_work: Arc::default(),
        }
    }

    /// Starts a thread. That the system gives none ends the run.
    pub(crate) fn hire(&self, name: &str, work: impl FnOnce() + Send + 'scope) {
        let thread = Builder::new().name(name.to_owned());
        match thread.spawn_scoped(self.scope, work) {
            Ok(hired) => self.at_work().push(hired),
            Err(source) => self.halt.stop(Error::Local {
                action: "start a thread for",
                path: "ossum".into(),
                source,
            }),
        }
    }

    /// Waits for all of them, and for those that they hire meanwhile. A panic ends the run.
    pub(crate) fn wait(&self) {
        loop {
            let next = self.at_work().pop();
            let Some(next) = next else { return };
            if next.join().is_err() {
                self.halt.stop(Error::Died);
            }
        }
    }

    fn at_work(&self) -> MutexGuard<'_, Vec<ScopedJoinHandle<'scope, ()>>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;
    use crate::monitor::Monitor;

    #[test]
    fn those_who_are_hired_by_others_are_waited_for() {
        let (monitor, is_done) = (Monitor::new(), AtomicBool::new(false));
        let halt = Halt::new(&monitor);
        thread::scope(|scope| {
            let hands = Hands::new(scope, &halt);
            let (own, is_done) = (hands.clone(), &is_done);
            hands.hire("one", move || {
                own.hire("other", || is_done.store(true, Ordering::Relaxed));
            });
            hands.wait();
            assert!(is_done.load(Ordering::Relaxed));
        });
        assert!(halt.outcome().is_ok());
    }

    #[test]
    fn a_panic_of_any_of_them_ends_the_run() {
        let monitor = Monitor::new();
        let halt = Halt::new(&monitor);
        thread::scope(|scope| {
            let hands = Hands::new(scope, &halt);
            let own = hands.clone();
            hands.hire("one", move || own.hire("other", || panic!("as a test does")));
            hands.wait();
        });
        assert!(matches!(halt.outcome(), Err(Error::Died)));
    }
}
