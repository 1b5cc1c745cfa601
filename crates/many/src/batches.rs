//! What a thread finds, handed to another in batches.
//!
//! One by one through a channel would cost more than most of what finds it.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::vec::IntoIter;

use crate::error::Error;

/// What comes through the channel.
#[derive(Debug)]
enum Message<T, E> {
    Batch(Vec<T>),
    /// Nothing comes any more. That the channel closes is not enough: a thread that died does that.
    End(Result<(), E>),
}

/// So many are handed on at a time.
const BATCH: usize = 1000;

/// So many batches wait at most.
const WAITING: usize = 4;

/// The end at which things are found. Without [`end`](Self::end) the other end sees that it died.
#[derive(Debug)]
pub struct Giver<T, E = Error> {
    batch: Vec<T>,
    to: SyncSender<Message<T, E>>,
}

/// The end at which they are taken: in their order, and at the end what ended them if that was a failure.
#[derive(Debug)]
pub struct Batches<T, E = Error> {
    batch: IntoIter<T>,
    from: Receiver<Message<T, E>>,
    is_over: bool,
}

/// Nobody wants more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NobodyTakes;

/// The two ends. At most 4,000 are on their way, and 1,000 in the hands of each.
pub fn batches<T, E>() -> (Giver<T, E>, Batches<T, E>) {
    let (to, from) = sync_channel(WAITING);
    let giver = Giver {
        batch: Vec::with_capacity(BATCH),
        to,
    };
    let batches = Batches {
        batch: Vec::new().into_iter(),
        from,
        is_over: false,
    };
    (giver, batches)
}

impl<T, E> Giver<T, E> {
    /// Hands on one more; waits while nobody takes.
    ///
    /// # Errors
    /// [`NobodyTakes`] once the other end is gone.
    pub fn put(&mut self, found: T) -> Result<(), NobodyTakes> {
        self.batch.push(found);
        if self.batch.len() < BATCH {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        let sent = self.to.send(Message::Batch(full));
        sent.map_err(|_| NobodyTakes)
    }

    /// Says that nothing comes any more, and whether that is all there was.
    pub fn end(self, outcome: Result<(), E>) {
        // Who takes no more does not want to know.
        let _ = self.to.send(Message::Batch(self.batch));
        let _ = self.to.send(Message::End(outcome));
    }
}

impl<T, E: From<Error>> Iterator for Batches<T, E> {
    type Item = Result<T, E>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(found) = self.batch.next() {
                return Some(Ok(found));
            }
            if self.is_over {
                return None;
            }
            match self.from.recv() {
                Ok(Message::Batch(batch)) => self.batch = batch.into_iter(),
                Ok(Message::End(outcome)) => {
                    self.is_over = true;
                    return outcome.err().map(Err);
                }
                Err(_) => {
                    self.is_over = true;
                    return Some(Err(Error::Died.into()));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_whose_thread_died_does_not_look_like_one_that_came_to_its_end() {
        let (mut giver, batches) = batches::<_, Error>();
        assert!(giver.put(1).is_ok());
        drop(giver);
        let all: Vec<_> = batches.collect();
        assert!(matches!(all[..], [Err(Error::Died)]));
    }

    #[test]
    fn what_was_found_before_a_listing_broke_comes_before_that() {
        let (mut giver, batches) = batches();
        assert!(giver.put(1).is_ok());
        giver.end(Err(Error::Cancelled));
        let all: Vec<_> = batches.collect();
        assert!(matches!(all[..], [Ok(1), Err(Error::Cancelled)]));
    }

    #[test]
    fn whoever_gives_learns_that_nobody_takes() {
        let (mut giver, batches) = batches::<_, Error>();
        drop(batches);
        let refused = (0..BATCH).find_map(|at| giver.put(at).err());
        assert_eq!(refused, Some(NobodyTakes));
    }
}
