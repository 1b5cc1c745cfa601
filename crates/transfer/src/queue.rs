use std::collections::VecDeque;

use ossum_threads::{Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedReceiver;

/// What remains to be done, in two lines: what goes over the network, and what an earlier run may
/// have done already and only has to be read again.
///
/// One worker takes from the second line first and all others from the first, so that disk and
/// network are both at work, whichever of them is the slower. When both are empty, everybody takes
/// what is still coming, if anything is.
#[derive(Debug)]
pub(crate) struct Queue<J> {
    lines: Mutex<Lines<J>>,
    coming: Option<tokio::sync::Mutex<UnboundedReceiver<J>>>,
}

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
    pub(crate) fn new(
        moving: Vec<J>,
        checking: Vec<J>,
        coming: Option<UnboundedReceiver<J>>,
    ) -> Self {
        Self {
            lines: Mutex::new(Lines {
                moving: moving.into(),
                checking: checking.into(),
            }),
            coming: coming.map(tokio::sync::Mutex::new),
        }
    }

    /// The next one; `None` if there are no more. Waits for one that is coming.
    pub(crate) async fn next(&self, preference: Preference) -> Option<J> {
        match self.in_line(preference) {
            Some(job) => Some(job),
            None => self.coming.as_ref()?.lock().await.recv().await,
        }
    }

    fn in_line(&self, preference: Preference) -> Option<J> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let Lines { moving, checking } = &mut *lines;
        match preference {
            Preference::Moving => moving.pop_front().or_else(|| checking.pop_front()),
            Preference::Checking => checking.pop_front().or_else(|| moving.pop_front()),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;

    #[test]
    fn everybody_helps_with_the_other_line_when_their_own_is_empty() {
        let queue = Queue::new(vec![1, 2], vec![10, 20], None);
        let next = |preference| queue.next(preference).now_or_never().unwrap();
        assert_eq!(next(Preference::Checking), Some(10));
        assert_eq!(next(Preference::Moving), Some(1));
        assert_eq!(next(Preference::Moving), Some(2));
        assert_eq!(next(Preference::Moving), Some(20));
        assert_eq!(next(Preference::Checking), None);
    }

    #[test]
    fn what_is_coming_is_waited_for_until_nobody_sends_any_more() {
        let (sender, coming) = unbounded_channel();
        let queue = Queue::new(vec![1], Vec::new(), Some(coming));
        let next = || queue.next(Preference::Moving).now_or_never();
        assert_eq!(next(), Some(Some(1)));
        assert_eq!(next(), None, "it waits");
        sender.send(2).unwrap();
        assert_eq!(next(), Some(Some(2)));
        drop(sender);
        assert_eq!(next(), Some(None));
    }
}
