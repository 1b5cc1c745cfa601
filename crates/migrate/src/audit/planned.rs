//! What was planned with what the ledgers say of it, in the order of keys.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque, btree_map};
use std::iter::Peekable;

use super::book::Book;
use super::open_uploads::OpenUploads;
use crate::error::Error;
use crate::job::Job;
use crate::ledger::{Attempt, Became, Cause, Line, read};
use crate::manifest::{Listed, Rows};
use crate::names;
use crate::place::Place;
use crate::tally::{Proof, Tally};

/// An object that was planned.
#[derive(Debug, Clone)]
pub(super) struct PlannedObject {
    pub(super) listed: Listed,
    pub(super) shard: u32,
    /// What proves that it is done, more than one where several attempts have made it.
    pub(super) proofs: Vec<Proof>,
    /// Why it failed last.
    pub(super) failure: Option<Cause>,
}

/// All of them; holds some shards, and all huge objects.
pub(super) struct Planned<'a> {
    place: &'a Place,
    /// The next shards of whole objects.
    next: u32,
    until: u32,
    loaded: VecDeque<PlannedObject>,
    huge: Peekable<btree_map::IntoIter<String, PlannedObject>>,
}

/// So many shards are read at a time.
const AT_A_TIME: u32 = 4;

impl<'a> Planned<'a> {
    /// Begins with the huge objects, whose rows are in the last shards.
    pub(super) fn begin(
        place: &'a Place,
        job: &Job,
        book: &mut Book<'_>,
        uploads: &mut OpenUploads,
    ) -> Result<Self, Error> {
        let mut huge = BTreeMap::new();
        let mut finished = finished(place, book)?;
        for shard in job.object_shards..job.shards {
            for object in load(place, shard)?.seen(book, uploads) {
                // What proves that a range is there proves nothing of the object.
                let lines = finished.remove(&object.listed.key).unwrap_or_default();
                let lines = lines
                    .iter()
                    .filter(|line| is_about_object(line, &object.listed));
                let entry = huge.entry(object.listed.key.clone());
                let held: &mut PlannedObject = entry.or_insert_with(|| PlannedObject {
                    proofs: lines.filter_map(Proof::of).collect(),
                    failure: None,
                    ..object.clone()
                });
                held.failure = held.failure.take().or(object.failure);
            }
        }
        Ok(Self {
            place,
            next: 0,
            until: job.object_shards,
            loaded: VecDeque::new(),
            huge: huge.into_iter().peekable(),
        })
    }

    /// The next one.
    pub(super) fn next(
        &mut self,
        book: &mut Book<'_>,
        uploads: &mut OpenUploads,
    ) -> Result<Option<PlannedObject>, Error> {
        if self.loaded.is_empty() && self.next < self.until {
            self.load(book, uploads)?;
        }
        let huge_key = self.huge.peek().map(|(key, _)| key);
        let is_huge = match (self.loaded.front(), huge_key) {
            (Some(object), Some(key)) => *key < object.listed.key,
            (None, Some(_)) => true,
            (_, None) => false,
        };
        if is_huge {
            return Ok(self.huge.next().map(|(_, object)| object));
        }
        Ok(self.loaded.pop_front())
    }

    /// Reads some shards at once.
    fn load(&mut self, book: &mut Book<'_>, uploads: &mut OpenUploads) -> Result<(), Error> {
        let end = self.until.min(self.next.saturating_add(AT_A_TIME));
        let place = self.place;
        let shards = self.next..end;
        let loaded: Vec<Loaded> = std::thread::scope(|scope| {
            let threads: Vec<_> = shards
                .map(|shard| scope.spawn(move || load(place, shard)))
                .collect();
            let joined = threads.into_iter().map(|thread| match thread.join() {
                Ok(loaded) => loaded,
                Err(_) => Err(ossum_many::Error::Died.into()),
            });
            joined.collect::<Result<_, Error>>()
        })?;
        for shard in loaded {
            self.loaded.extend(shard.seen(book, uploads));
        }
        self.next = end;
        Ok(())
    }
}

/// A shard with its ledger.
struct Loaded {
    objects: Vec<PlannedObject>,
    lines: Vec<Line>,
    attempts: HashSet<Attempt>,
    damaged: u64,
}

impl Loaded {
    /// Its objects, once what its ledger says was counted.
    fn seen(
        self,
        book: &mut Book<'_>,
        uploads: &mut OpenUploads,
    ) -> impl Iterator<Item = PlannedObject> + use<> {
        for line in &self.lines {
            book.line(line);
            if let Became::Begun(upload) = &line.became {
                uploads.is_ours(upload);
            }
        }
        book.attempts(self.attempts.len() as u64);
        book.damaged(self.damaged);
        self.objects.into_iter()
    }
}

fn load(place: &Place, shard: u32) -> Result<Loaded, Error> {
    let mut attempts = HashSet::new();
    let mut lines = Vec::new();
    let rows = Rows::of_shard(place, shard)?;
    let tally = Tally::of_shard(place, shard, &rows, |line| {
        attempts.insert(line.attempt.clone());
        lines.push(line.clone());
    })?;
    let objects = rows.into_iter().map(|row| PlannedObject {
        proofs: tally.proofs(&row).to_vec(),
        failure: tally.failure(&row).cloned(),
        listed: row.listed,
        shard,
    });
    Ok(Loaded {
        objects: objects.collect(),
        damaged: tally.damaged,
        attempts,
        lines,
    })
}

/// The lines that say that huge objects are completed, by key.
fn finished(place: &Place, book: &mut Book<'_>) -> Result<HashMap<String, Vec<Line>>, Error> {
    let mut found: HashMap<String, Vec<Line>> = HashMap::new();
    read(place, names::LEDGER_OF_FINISH, |line| {
        match line {
            Ok(line) => {
                book.line(&line);
                if matches!(line.became, Became::Done { .. }) {
                    found.entry(line.key.clone()).or_default().push(line);
                }
            }
            Err(_) => book.damaged(1),
        }
        Ok(())
    })?;
    Ok(found)
}

/// Whether a line is about this object of the source.
fn is_about_object(line: &Line, listed: &Listed) -> bool {
    (listed.size.is_none() || line.size == listed.size)
        && (listed.etag.is_none() || line.source_etag == listed.etag)
}
