use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

/// What remains to be done, in two lines: what goes over the network, and what an earlier run may
/// have done already and only has to be read again.
///
/// One worker takes from the second line first and all others from the first, so that disk and
/// network are both at work, whichever of them is the slower.
#[derive(Debug)]
pub(crate) struct Queue<J>(Mutex<Lines<J>>);

#[derive(Debug)]
struct Lines<J> {
    moving: VecDeque<J>,
    checking: VecDeque<J>,
}

/// Which line a worker takes from while there is something in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Preference {
    Moving,
    Checking,
}

impl<J> Queue<J> {
    pub(crate) fn new(moving: Vec<J>, checking: Vec<J>) -> Self {
        Self(Mutex::new(Lines {
            moving: moving.into(),
            checking: checking.into(),
        }))
    }

    pub(crate) fn next(&self, preference: Preference) -> Option<J> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Lines { moving, checking } = &mut *lines;
        match preference {
            Preference::Moving => moving.pop_front().or_else(|| checking.pop_front()),
            Preference::Checking => checking.pop_front().or_else(|| moving.pop_front()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_helps_with_the_other_line_when_their_own_is_empty() {
        let queue = Queue::new(vec![1, 2], vec![10, 20]);
        assert_eq!(queue.next(Preference::Checking), Some(10));
        assert_eq!(queue.next(Preference::Moving), Some(1));
        assert_eq!(queue.next(Preference::Moving), Some(2));
        assert_eq!(queue.next(Preference::Moving), Some(20));
        assert_eq!(queue.next(Preference::Checking), None);
    }
}
