use bytes::{Bytes, BytesMut};
use ossum_threads::{Condvar, Mutex, MutexGuard, PoisonError};

/// A number of places, for chunks of memory or files. Who wants one waits until it is free.
#[derive(Debug)]
pub(super) struct Places {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug)]
struct State {
    free: usize,
    /// Memory that was used before.
    used: Vec<BytesMut>,
    closed: bool,
}

impl Places {
    pub(super) fn new(most: usize) -> Self {
        Self {
            state: Mutex::new(State {
                free: most,
                used: Vec::new(),
                closed: false,
            }),
            freed: Condvar::new(),
        }
    }

    /// Waits for a place, and gives the memory that was last in one, if there is some; `None` once
    /// nobody wants anything any more.
    pub(super) fn take(&self) -> Option<BytesMut> {
        let mut state = self.state();
        while state.free == 0 && !state.closed {
            state = self
                .freed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
        if state.closed {
            return None;
        }
        state.free -= 1;
        Some(state.used.pop().unwrap_or_default())
    }

    /// Gives back places with what was in them.
    pub(super) fn give_back(&self, chunks: impl IntoIterator<Item = Bytes>) {
        let mut state = self.state();
        for chunk in chunks {
            state.free += 1;
            // Where the network still holds it, it goes by itself.
            state.used.extend(chunk.try_into_mut());
        }
        self.freed.notify_all();
    }

    /// Nobody waits from now on.
    pub(super) fn close(&self) {
        self.state().closed = true;
        self.freed.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[cfg(feature = "interleavings")]
mod interleavings;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn memory_that_comes_back_is_used_again() {
        let places = Places::new(2);
        let mut chunk = places.take().unwrap();
        chunk.extend_from_slice(b"bytes");
        let address = chunk.as_ptr();
        places.give_back([chunk.freeze()]);
        assert_eq!(places.take().unwrap().as_ptr(), address);
    }

    #[test]
    fn who_waits_for_a_place_gets_the_one_that_is_given_back() {
        let places = Arc::new(Places::new(1));
        let chunk = places.take().unwrap();
        let waiting = {
            let places = Arc::clone(&places);
            std::thread::spawn(move || places.take().is_some())
        };
        places.give_back([chunk.freeze()]);
        assert!(waiting.join().unwrap());
    }

    #[test]
    fn nobody_waits_for_what_is_closed() {
        let places = Places::new(0);
        places.close();
        assert!(places.take().is_none());
    }
}
