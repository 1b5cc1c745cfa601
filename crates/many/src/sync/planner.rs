//! Makes the plan: two listings side by side, and a line for each difference.

use std::cell::Cell;
use std::path::Path;
use std::sync::mpsc::Receiver;
use std::time::{Duration, SystemTime};

use ossum_types::Crc64;

use super::checksums::{Checksums, Learnt};
use super::compare::{Question, Verdict, compare};
use super::in_order::InOrder;
use super::judge::{Doubt, Judgement};
use super::make::Made;
use super::members::{of_destination, of_source};
use super::merge::{Listed, Merge, Pair};
use super::plan::{Draft, Line, Why};
use super::renames::Candidates;
use super::request::Sync;
use super::side::Side;
use crate::beneath;
use crate::error::Error;
use crate::item::Item;
use crate::monitor::Became;
use crate::names::{Becomes, Names, becomes};
use crate::queue::Finder;
use crate::route::{Route, below};
use crate::run_pointer::Direction;
use crate::told::What;
use crate::work::Context;

/// So many items are held at most, while the first of them is in doubt.
const HELD: usize = 4096;

/// The clocks of two machines that both think they are right differ by no more than this.
const CLOCKS: Duration = Duration::from_mins(1);

/// What is to be done with an item, and what was learnt of it.
pub(super) struct Decision {
    pub(super) decided: Decided,
    pub(super) learnt: Option<Learnt>,
}

impl From<Decided> for Decision {
    fn from(decided: Decided) -> Self {
        Self {
            decided,
            learnt: None,
        }
    }
}

/// What is to be done with an item.
pub(super) enum Decided {
    Keep,
    Do(Line),
    Failed(What, Error),
}

impl Decided {
    pub(super) fn by(route: &Route, doubt: &Doubt, judgement: Judgement) -> Self {
        match judgement {
            Ok(None) => Self::Keep,
            Ok(Some(why)) => Self::Do(Line::copy(&doubt.source, Some(&doubt.there), why)),
            Err(error) => Self::Failed(what(route, &doubt.source.name), error),
        }
    }
}

pub(super) struct Planner<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) request: &'a Sync,
    pub(super) draft: Draft,
    pub(super) names: Option<Names>,
    /// Of the files, where they are asked for.
    pub(super) checksums: Option<Checksums>,
    /// What may have been renamed, where that is asked for.
    pub(super) candidates: Option<Candidates>,
    /// What the source has and leaves out, and the last name is below of, or may be.
    pub(super) left_out: Vec<String>,
    pub(super) in_order: InOrder<Decision>,
    /// Absent once all doubts are told.
    pub(super) doubts: Option<Finder<'a, Doubt>>,
    pub(super) answers: Receiver<(u64, Decision)>,
    pub(super) source_items: u64,
}

impl Planner<'_> {
    pub(super) fn plan(mut self, source: Side, there: Side) -> Result<Made, Error> {
        let context = self.context;
        let unknown = Cell::new(0);
        let source = source.filter_map(|seen| of_source(context, &unknown, seen));
        let there = there.filter_map(of_destination);
        for pair in Merge::of(source, there) {
            self.pair(pair?)?;
            self.settle()?;
        }
        // What nobody waits for any more: the judges come to their end.
        self.doubts = None;
        while self.in_order.len() > 0 {
            self.wait()?;
        }
        if let Some(checksums) = self.checksums {
            checksums.finish();
        }
        Ok(Made {
            plan: self.draft.finish()?,
            candidates: self.candidates,
            source_items: self.source_items,
            unknown: unknown.get(),
        })
    }

    fn pair(&mut self, pair: Pair) -> Result<(), Error> {
        if !matches!(pair, Pair::Source(_)) {
            self.draft.totals.destination_items += 1;
        }
        match pair {
            Pair::Source(Listed::Item(source)) => self.source_only(&source)?,
            Pair::Destination(there) => self.destination_only(&there)?,
            Pair::Both(Listed::Item(source), there) => self.both(source, there)?,
            // What is excluded is protected: from both sides it looks as if it were not there.
            Pair::Source(Listed::LeftOut(name)) | Pair::Both(Listed::LeftOut(name), _) => {
                self.left_out.push(name);
            }
        }
        Ok(())
    }

    fn source_only(&mut self, source: &Item) -> Result<(), Error> {
        self.source_items += 1;
        match self.becomes(source) {
            Err(error) => self.failed(&source.name, error),
            // The source itself needs nothing to be made.
            Ok(Becomes::Directory) if source.name.is_empty() => {}
            Ok(Becomes::Directory) if self.is_directory_there(&source.name) => {
                self.in_order.known(Decided::Keep.into());
            }
            Ok(_) => {
                let line = Line::copy(source, None, Why::Missing);
                self.in_order.known(Decided::Do(line).into());
                if let Some(candidates) = &mut self.candidates {
                    candidates.file(source)?;
                }
            }
        }
        Ok(())
    }

    fn both(&mut self, source: Item, there: Item) -> Result<(), Error> {
        self.source_items += 1;
        if let Err(error) = self.becomes(&source) {
            self.failed(&source.name, error);
            return Ok(());
        }
        let (how, way) = (
            self.request.compare,
            Direction::from(&self.context.run.route),
        );
        match compare(how, way, &source, &there, clocks(self.context)) {
            Verdict::Same => self.in_order.known(Decided::Keep.into()),
            Verdict::Differs(why) => {
                let line = Line::copy(&source, Some(&there), why);
                self.in_order.known(Decided::Do(line).into());
            }
            Verdict::Ask(question) => {
                let known = self.known(question, &source, &there);
                let doubt = Doubt {
                    number: self.in_order.awaited(),
                    known,
                    source,
                    there,
                    question,
                };
                // Who judges no more has told why.
                let put = self.doubts.as_ref().map(|doubts| doubts.put(doubt));
                if !matches!(put, Some(Ok(()))) {
                    return Err(Error::Cancelled);
                }
            }
        }
        Ok(())
    }

    /// The CRC-64 of the file, if it was learnt before.
    fn known(&mut self, question: Question, source: &Item, there: &Item) -> Option<Crc64> {
        let checksums = self.checksums.as_mut()?;
        match (question, &self.context.run.route) {
            (Question::Checksums, Route::Up { .. }) => checksums.find(source),
            (Question::Checksums, Route::Down { .. }) => checksums.find(there),
            _ => None,
        }
    }

    fn destination_only(&mut self, there: &Item) -> Result<(), Error> {
        let matters = self.request.delete.is_some() || self.candidates.is_some();
        if !matters || self.is_protected(there) {
            return Ok(());
        }
        if self.request.delete.is_some() {
            self.in_order.known(Decided::Do(Line::delete(there)).into());
        }
        match &mut self.candidates {
            Some(candidates) => candidates.object(there),
            None => Ok(()),
        }
    }

    /// Whether an item that the source does not have is left alone all the same.
    fn is_protected(&mut self, there: &Item) -> bool {
        let name = there.name.as_str();
        self.left_out.retain(|left_out| name.starts_with(left_out));
        if self
            .left_out
            .iter()
            .any(|left_out| name[left_out.len()..].starts_with('/'))
        {
            return true;
        }
        match &self.context.run.route {
            // An empty object whose key ends with a slash stands for a directory, which has no other.
            Route::Up { source, .. } => {
                is_marker(there) && (name.is_empty() || source.join(name).is_dir())
            }
            // It stands for the destination itself.
            Route::Across { .. } => name.is_empty(),
            // What is behind a link to a directory has another name, which the source may have.
            Route::Down { .. } => {
                let root = self.context.root.as_deref();
                root.is_none_or(|root| beneath::is_behind_a_link(root, name))
            }
        }
    }

    /// What an item of the source becomes at the destination.
    fn becomes(&mut self, source: &Item) -> Result<Becomes, Error> {
        match &self.context.run.route {
            Route::Up { destination, .. } | Route::Across { destination, .. } => {
                below(destination, &source.name)?;
                Ok(Becomes::File)
            }
            Route::Down { .. } => {
                let root = self.context.root.as_deref().map_or(0, length);
                let becomes = becomes(&source.name, source.size, root)?;
                if let Some(names) = &mut self.names {
                    names.add(&source.name, becomes)?;
                }
                Ok(becomes)
            }
        }
    }

    fn is_directory_there(&self, name: &str) -> bool {
        let root = self.context.root.as_deref();
        root.is_some_and(|root| root.join(name).is_dir())
    }

    fn failed(&mut self, name: &str, error: Error) {
        let what = what(&self.context.run.route, name);
        self.in_order.known(Decided::Failed(what, error).into());
    }

    /// Takes down all that is known by now, and waits while too much is not.
    fn settle(&mut self) -> Result<(), Error> {
        if !self.context.halt.goes_on() {
            return Err(Error::Cancelled);
        }
        while let Ok((number, decided)) = self.answers.try_recv() {
            self.in_order.came(number, decided);
        }
        self.take_down()?;
        while self.in_order.len() > HELD {
            self.wait()?;
        }
        Ok(())
    }

    /// Waits for one answer.
    fn wait(&mut self) -> Result<(), Error> {
        // Where nobody answers any more, something has ended all of them, and told why.
        let answer = self.answers.recv();
        let (number, decided) = answer.map_err(|_| Error::Cancelled)?;
        self.in_order.came(number, decided);
        self.take_down()
    }

    fn take_down(&mut self) -> Result<(), Error> {
        while let Some(Decision { decided, learnt }) = self.in_order.next() {
            if let (Some(learnt), Some(checksums)) = (learnt, &mut self.checksums) {
                checksums.add(&learnt);
            }
            match decided {
                Decided::Keep => {
                    self.draft.totals.keep += 1;
                    self.context.monitor.kept();
                }
                Decided::Do(line) => self.draft.add(&line)?,
                Decided::Failed(what, error) => {
                    self.context.monitor.not_found(Became::Failed);
                    self.context.failed(what, error);
                }
            }
        }
        Ok(())
    }
}

fn what(route: &Route, name: &str) -> What {
    What {
        source: route.source_of(name),
        destination: route.destination_of(name),
    }
}

fn is_marker(item: &Item) -> bool {
    item.size == 0 && (item.name.is_empty() || item.name.ends_with('/'))
}

fn length(path: &Path) -> usize {
    path.as_os_str().len()
}

/// By how much the clocks of this machine and of OSS may differ, as far as that was seen.
fn clocks(context: &Context<'_>) -> Duration {
    let seen = context.client.service_time().map(|theirs| {
        let ours = SystemTime::now();
        let ahead = theirs.duration_since(ours);
        ahead.unwrap_or_else(|behind| behind.duration())
    });
    CLOCKS + seen.unwrap_or_default()
}
