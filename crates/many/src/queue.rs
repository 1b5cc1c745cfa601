//! What the lister has found and no worker has taken yet.

use std::collections::VecDeque;

use ossum_threads::{Condvar, Mutex, MutexGuard, PoisonError};

/// A line of items between one who finds them and many who take them.
///
/// Holds so many at most. Who finds it full waits until half of it is taken, and not for each place in
/// it: to wake a thread costs more than to move a small object's bytes.
#[derive(Debug)]
pub(crate) struct Queue<T> {
    most: usize,
    line: Mutex<Line<T>>,
    /// For whoever takes: something came, or nothing will.
    came: Condvar,
    /// For who finds: there is room again, or nobody takes any more.
    room: Condvar,
}

#[derive(Debug)]
struct Line<T> {
    waiting: VecDeque<T>,
    is_closed: bool,
    takers: usize,
    /// How many of them wait for something to come.
    idle: usize,
    finder_waits: bool,
}

/// One who takes; dropping it tells that it does not any more.
#[derive(Debug)]
pub(crate) struct Taker<'a, T>(&'a Queue<T>);

/// The one who finds; dropping it tells that all has been found.
#[derive(Debug)]
pub(crate) struct Finder<'a, T>(&'a Queue<T>);

/// Nobody takes any more.
#[derive(Debug)]
pub(crate) struct NobodyTakes;

impl<T> Queue<T> {
    /// A line of `most` items at most.
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            line: Mutex::new(Line {
                waiting: VecDeque::with_capacity(most),
                is_closed: false,
                takers: 0,
                idle: 0,
                finder_waits: false,
            }),
            came: Condvar::new(),
            room: Condvar::new(),
        }
    }

    /// Who puts items into it.
    pub(crate) fn finder(&self) -> Finder<'_, T> {
        Finder(self)
    }

    /// One more who takes items out of it; all of them are made before the first item is found.
    pub(crate) fn taker(&self) -> Taker<'_, T> {
        self.line().takers += 1;
        Taker(self)
    }

    fn line(&self) -> MutexGuard<'_, Line<T>> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Finder<'_, T> {
    /// Adds an item at the end of the line, once there is room.
    pub(crate) fn put(&self, item: T) -> Result<(), NobodyTakes> {
        let Queue { most, room, .. } = self.0;
        let mut line = self.0.line();
        if line.waiting.len() >= *most {
            line.finder_waits = true;
            let is_full = |line: &mut Line<T>| line.takers > 0 && line.waiting.len() > *most / 2;
            line = room
                .wait_while(line, is_full)
                .unwrap_or_else(PoisonError::into_inner);
            line.finder_waits = false;
        }
        if line.takers == 0 {
            return Err(NobodyTakes);
        }
        line.waiting.push_back(item);
        if line.idle > 0 {
            self.0.came.notify_one();
        }
        Ok(())
    }
}

impl<T> Drop for Finder<'_, T> {
    fn drop(&mut self) {
        self.0.line().is_closed = true;
        self.0.came.notify_all();
    }
}

impl<T> Taker<'_, T> {
    /// The first item, once there is one; `None` if nothing comes any more.
    pub(crate) fn take(&self) -> Option<T> {
        let Queue { most, came, .. } = self.0;
        let mut line = self.0.line();
        while line.waiting.is_empty() && !line.is_closed {
            line.idle += 1;
            line = came.wait(line).unwrap_or_else(PoisonError::into_inner);
            line.idle -= 1;
        }
        let item = line.waiting.pop_front();
        if line.finder_waits && line.waiting.len() <= *most / 2 {
            self.0.room.notify_one();
        }
        item
    }
}

impl<T> Drop for Taker<'_, T> {
    fn drop(&mut self) {
        self.0.line().takers -= 1;
        self.0.room.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use super::*;

    #[test]
    fn every_item_is_taken_once_and_then_all_end() {
        let queue = Queue::new(4);
        let takers: Vec<_> = (0..3).map(|_| queue.taker()).collect();
        let taken = thread::scope(|scope| {
            let takers: Vec<_> = takers
                .into_iter()
                .map(|taker| {
                    scope.spawn(move || std::iter::from_fn(|| taker.take()).collect::<Vec<u32>>())
                })
                .collect();
            let finder = queue.finder();
            for item in 0..1000 {
                finder.put(item).unwrap();
            }
            drop(finder);
            let taken = takers.into_iter().map(|taker| taker.join().unwrap());
            taken.flatten().collect::<Vec<_>>()
        });
        assert_eq!(taken.len(), 1000);
        assert_eq!(BTreeSet::from_iter(taken), (0..1000).collect());
    }

    #[test]
    fn items_are_taken_in_the_order_in_which_they_were_found() {
        let queue = Queue::new(4);
        let (taker, finder) = (queue.taker(), queue.finder());
        for item in 0..4 {
            finder.put(item).unwrap();
        }
        drop(finder);
        assert!(std::iter::from_fn(|| taker.take()).eq(0..4));
    }

    #[test]
    fn who_finds_ends_when_nobody_takes_any_more_even_where_the_line_is_full() {
        let queue = Queue::new(2);
        let (taker, finder) = (queue.taker(), queue.finder());
        finder.put(1).unwrap();
        finder.put(2).unwrap();
        thread::scope(|scope| {
            let waiting = scope.spawn(|| finder.put(3));
            drop(taker);
            assert!(waiting.join().unwrap().is_err());
        });
        assert!(finder.put(4).is_err());
    }
}
