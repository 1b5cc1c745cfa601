//! One side's listing, made on a thread of its own.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use ossum_client::Client;
use ossum_types::PrefixUrl;

use crate::batches::{Batches, Giver, NobodyTakes, batches};
use crate::error::Error;
use crate::item::Item;
use crate::listing::{Listed, Listers};
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

/// Whether a prefix may have no objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    Allowed,
    Forbidden,
}

/// The end of the channel at which it is listed.
pub(super) struct Lister(Giver<Seen>);

/// The end at which it is taken.
pub(super) type Side = Batches<Seen>;

pub(super) fn channel() -> (Lister, Side) {
    let (giver, side) = batches();
    (Lister(giver), side)
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
        let listers = Listers {
            at_once: context.run.at_once.get(),
            spill: context.temporary_directory(),
            ..Listers::new(client, context.monitor.token())
        };
        let mut is_anything_there = false;
        listers.list(prefix, |listed| {
            is_anything_there = true;
            let seen = match listed {
                Listed::Item(item) if !context.run.filter.takes(&item.name) => {
                    return ControlFlow::Continue(());
                }
                Listed::Item(item) => Seen::Item(item),
                Listed::Failed(error) => Seen::Failed(prefix.to_string(), error),
            };
            match self.put(seen) {
                Ok(()) => ControlFlow::Continue(()),
                Err(NobodyTakes) => ControlFlow::Break(()),
            }
        })?;
        Ok(is_anything_there)
    }

    fn put(&mut self, seen: Seen) -> Result<(), NobodyTakes> {
        self.0.put(seen)
    }

    fn end(self, outcome: Result<(), Error>) {
        self.0.end(outcome);
    }
}
