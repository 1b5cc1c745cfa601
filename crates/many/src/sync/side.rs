//! One side's listing, made on a thread of its own.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::vec::IntoIter;

use ossum_client::Client;
use ossum_transfer::Worker;
use ossum_types::PrefixUrl;

use crate::error::Error;
use crate::item::Item;
use crate::listing::{Asking, Listed, ObjectListing};
use crate::request::Remembering;
use crate::told::Skipped;
use crate::walk::{Walk, Walked};
use crate::work::Context;

/// What a listing comes across.
#[derive(Debug)]
pub(super) enum Seen {
    Item(Item),
    /// It is there and left out, with why.
    LeftOut(PathBuf, String, Skipped),
    /// What it is, or what is below it, is not known.
    Failed(String, Error),
}

/// What comes through the channel.
enum Message {
    Batch(Vec<Seen>),
    /// Nothing comes any more. That the channel closes is not enough: a thread that died does that.
    End(Result<(), Error>),
}

/// Whether a prefix may have no objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    Allowed,
    Forbidden,
}

/// So many are handed on at a time.
const BATCH: usize = 1000;

/// So many batches wait at most.
const WAITING: usize = 4;

/// The end of the channel at which it is listed.
pub(super) struct Lister {
    batch: Vec<Seen>,
    to: SyncSender<Message>,
}

/// The end at which it is taken.
pub(super) struct Side {
    batch: IntoIter<Seen>,
    from: Receiver<Message>,
    is_over: bool,
}

/// Nobody wants more of it.
struct NobodyTakes;

pub(super) fn channel() -> (Lister, Side) {
    let (to, from) = sync_channel(WAITING);
    let lister = Lister {
        batch: Vec::with_capacity(BATCH),
        to,
    };
    let side = Side {
        batch: Vec::new().into_iter(),
        from,
        is_over: false,
    };
    (lister, side)
}

impl Lister {
    /// Lists what is below a directory, or nothing where there is none.
    pub(super) fn directory(mut self, context: &Context<'_>, root: Option<&Path>) {
        let outcome = match root {
            Some(root) => self.walk(context, root),
            None => Ok(()),
        };
        self.end(outcome);
    }

    /// Lists what is below a prefix. One without objects does not exist, a bucket does.
    pub(super) fn prefix(
        mut self,
        context: &Context<'_>,
        client: &Client,
        prefix: &PrefixUrl,
        empty: Empty,
    ) {
        let outcome = self.objects(context, client, prefix);
        self.end(match outcome {
            Ok(false) if empty == Empty::Forbidden && !prefix.prefix.is_empty() => {
                Err(Error::NothingThere(prefix.to_string()))
            }
            outcome => outcome.map(|_| ()),
        });
    }

    fn walk(&mut self, context: &Context<'_>, root: &Path) -> Result<(), Error> {
        let run = context.run;
        let avoid = run.remembering.as_ref().map(Remembering::own);
        let avoid = avoid.unwrap_or_default();
        let spill = context.temporary_directory();
        for walked in Walk::begin(root, &run.filter, run.links, &avoid, spill)? {
            let seen = match walked {
                Walked::Item(item) => Seen::Item(item),
                Walked::Skipped(path, name, why) => Seen::LeftOut(path, name, why),
                Walked::Failed(path, error) => Seen::Failed(path.display().to_string(), error),
            };
            if self.put(seen).is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn objects(
        &mut self,
        context: &Context<'_>,
        client: &Client,
        prefix: &PrefixUrl,
    ) -> Result<bool, Error> {
        let asking = Asking {
            worker: Worker::new(client)?,
            end: context.monitor.token(),
        };
        let mut listing = ObjectListing::begin(&asking, prefix);
        let mut is_anything_there = false;
        while let Some(listed) = listing.next()? {
            is_anything_there = true;
            let seen = match listed {
                Listed::Item(item) if !context.run.filter.takes(&item.name) => continue,
                Listed::Item(item) => Seen::Item(item),
                Listed::Failed(error) => Seen::Failed(prefix.to_string(), error),
            };
            if self.put(seen).is_err() {
                break;
            }
        }
        Ok(is_anything_there)
    }

    fn put(&mut self, seen: Seen) -> Result<(), NobodyTakes> {
        self.batch.push(seen);
        if self.batch.len() < BATCH {
            return Ok(());
        }
        let full = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        let sent = self.to.send(Message::Batch(full));
        sent.map_err(|_| NobodyTakes)
    }

    fn end(self, outcome: Result<(), Error>) {
        // Who takes no more does not want to know.
        let _ = self.to.send(Message::Batch(self.batch));
        let _ = self.to.send(Message::End(outcome));
    }
}

impl Iterator for Side {
    type Item = Result<Seen, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(seen) = self.batch.next() {
                return Some(Ok(seen));
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
                    return Some(Err(Error::Died));
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
        let (mut lister, side) = channel();
        assert!(lister.put(Seen::Failed(String::new(), Error::Loop)).is_ok());
        drop(lister);
        let all: Vec<_> = side.collect();
        assert!(matches!(all[..], [Err(Error::Died)]));
    }

    #[test]
    fn what_was_listed_before_a_listing_broke_comes_before_that() {
        let (mut lister, side) = channel();
        assert!(lister.put(Seen::Failed(String::new(), Error::Loop)).is_ok());
        lister.end(Err(Error::Cancelled));
        let all: Vec<_> = side.collect();
        assert!(matches!(all[..], [Ok(_), Err(Error::Cancelled)]));
    }
}
