//! Completes huge objects, whose ranges were moved as rows of their own, when all shards are done.

use std::time::{Instant, SystemTime};

use ossum_client::Client;
use ossum_transfer::{CompleteRanges, Worker};
use ossum_types::{ByteRange, Crc64};
use serde::{Deserialize, Serialize};

use crate::cause::{Failure, Outlook};
use crate::error::Error;
use crate::history::History;
use crate::job::Job;
use crate::ledger::{Attempt, Became, LedgerWriter, Line};
use crate::manifest::{Listed, Piece, Row, Rows};
use crate::names::{self, DONE, FINISHED, LEDGER_OF_FINISH};
use crate::open_uploads::{abort, abort_all_of};
use crate::place::Place;
use crate::progress::Progress;
use crate::reader::{self, Reader};
use crate::time;
use crate::upload::HugeUpload;

/// That every huge object is completed: put last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finished {
    /// How many huge objects there are.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// When the last one was completed.
    #[serde(with = "time::as_text")]
    pub time: SystemTime,
}

/// How an attempt to finish ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FinishEnd {
    /// Huge objects that are completed, those of earlier attempts among them.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Huge objects that are not.
    pub failed: u64,
}

impl Finished {
    /// That of a place; `None` where something is left to do.
    ///
    /// # Errors
    /// As [`Place::get`].
    pub fn read(place: &Place) -> Result<Option<Self>, Error> {
        place.get_json(FINISHED)
    }
}

/// Completes what has been moved in ranges, and aborts whatever uploads attempts have left open. Blocks.
///
/// Every object is completed only if the source is as it was listed, OSS lists all parts, and these have the CRC-64
/// that was read, which is the source's where that tells one. It may be killed anywhere and begun again.
///
/// # Errors
/// [`Error::NotAllDone`] if a shard has no marker. That objects failed is in [`FinishEnd`].
/// # Cancellation
/// [`Progress::cancel`].
pub fn finish(
    client: &Client,
    place: &Place,
    job: &Job,
    reader: &Reader,
    worker_name: &str,
    progress: &Progress,
    tell: &dyn Fn(&Line),
) -> Result<FinishEnd, Error> {
    check_all_done(place, job)?;
    if let Some(finished) = Finished::read(place)? {
        progress.add_before(finished.objects, finished.bytes);
        return Ok(FinishEnd {
            objects: finished.objects,
            bytes: finished.bytes,
            failed: 0,
        });
    }
    let attempt = Attempt::new(SystemTime::now());
    let mut finisher = Finisher {
        worker: Worker::new(client)?,
        reader: reader.for_this_thread(),
        place,
        job,
        ledger: LedgerWriter::new(place, LEDGER_OF_FINISH.to_owned(), attempt.clone()),
        attempt,
        worker_name,
        progress,
        tell,
        end: FinishEnd::default(),
    };
    let finished = finisher.all();
    // What was completed is written down, whatever came after.
    finisher.ledger.put()?;
    finished?;
    finisher.clear(client)?;
    let end = finisher.end;
    if end.failed == 0 {
        let finished = Finished {
            objects: end.objects,
            bytes: end.bytes,
            time: SystemTime::now(),
        };
        place.put_json(FINISHED, &finished)?;
    }
    Ok(end)
}

fn check_all_done(place: &Place, job: &Job) -> Result<(), Error> {
    let markers = place.list(DONE)?.into_iter().map(|entry| entry.name);
    let there: std::collections::HashSet<String> = markers.collect();
    let mut missing = (0..job.shards).filter(|shard| !there.contains(&names::done(*shard)));
    match missing.next() {
        None => Ok(()),
        Some(first) => Err(Error::NotAllDone {
            first,
            shards: 1 + missing.count() as u64,
        }),
    }
}

struct Finisher<'a> {
    worker: Worker,
    reader: Reader,
    place: &'a Place,
    job: &'a Job,
    ledger: LedgerWriter<'a>,
    attempt: Attempt,
    worker_name: &'a str,
    progress: &'a Progress,
    tell: &'a dyn Fn(&Line),
    end: FinishEnd,
}

/// The ranges of a huge object, as far as they have been read of the manifests.
struct Gathered {
    listed: Listed,
    ranges: Vec<(ByteRange, Crc64)>,
}

impl Finisher<'_> {
    /// Completes each object when the last of its ranges has been read: they are in the order of keys.
    fn all(&mut self) -> Result<(), Error> {
        let mut gathered: Option<Gathered> = None;
        for shard in self.job.object_shards..self.job.shards {
            let rows = Rows::of_shard(self.place, shard)?;
            let history = History::read(self.place, shard, &rows)?;
            for row in rows {
                let Some((range, crc64)) = self.range_of(&row, &history, shard)? else {
                    continue;
                };
                let is_next = |gathered: &Gathered| gathered.listed.key != row.listed.key;
                if let Some(whole) = gathered.take_if(|gathered| is_next(gathered)) {
                    self.complete(&whole)?;
                }
                let of = gathered.get_or_insert_with(|| Gathered {
                    listed: row.listed.clone(),
                    ranges: Vec::new(),
                });
                of.ranges.push((range, crc64));
            }
        }
        match gathered {
            Some(last) => self.complete(&last),
            None => Ok(()),
        }
    }

    fn range_of(
        &self,
        row: &Row,
        history: &History,
        shard: u32,
    ) -> Result<Option<(ByteRange, Crc64)>, Error> {
        let Piece::Range { range, .. } = row.piece else {
            return Ok(None);
        };
        let crc64 = history.done(row.row).ok_or_else(|| {
            let why = format!("row {} of a shard that is done is not in it", row.row);
            self.place.damaged(&names::ledger(shard), &why)
        })?;
        Ok(Some((range, crc64)))
    }

    fn complete(&mut self, whole: &Gathered) -> Result<(), Error> {
        if self.progress.is_cancelled() {
            return Err(ossum_many::Error::Cancelled.into());
        }
        let began = Instant::now();
        let size = whole.ranges.iter().map(|(range, _)| range.len()).sum();
        let became = match self.try_to_complete(whole, size) {
            Ok(became) => {
                self.end.objects += 1;
                self.end.bytes += size;
                self.progress.row_done(size);
                became
            }
            Err(Stopped::Error(error)) => return Err(*error),
            Err(Stopped::Failure(failure)) => {
                self.end.failed += 1;
                self.progress.row_failed();
                Became::Failed(failure.cause)
            }
        };
        let line = Line {
            row: None,
            key: whole.listed.key.clone(),
            size: Some(size),
            source_etag: whole.listed.etag.clone(),
            range: None,
            became,
            attempt: self.attempt.clone(),
            worker: self.worker_name.to_owned(),
            time: SystemTime::now(),
            bytes_moved: 0,
            elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        };
        (self.tell)(&line);
        self.ledger.add(&line, Instant::now())
    }

    fn try_to_complete(&self, whole: &Gathered, size: u64) -> Result<Became, Stopped> {
        let key = &whole.listed.key;
        let upload = HugeUpload::read(self.place, key)?;
        let upload = upload.and_then(|upload| Some((upload.upload_id.clone()?, upload)));
        let Some((upload_id, upload)) = upload else {
            let name = names::upload(key);
            return Err(self.place.damaged(&name, "it is not there").into());
        };
        let crc64 = together(&whole.ranges).filter(|_| size == upload.size);
        let Some(crc64) = crc64 else {
            let why = format!("its ranges are not all of {key}");
            return Err(self.place.damaged(&names::upload(key), &why).into());
        };
        let object = reader::object(&self.job.destination.url, key);
        let destination = object.map_err(|error| Failure::of_source(&error))?;
        if let Err(failure) = self.check_source(&whole.listed, crc64) {
            if failure.is_change() {
                // What was sent is of no use to anybody any more.
                abort(&self.worker, self.job, destination.key, upload_id)?;
            }
            return Err(failure.into());
        }
        let request = CompleteRanges {
            destination,
            upload_id,
            size,
            part_size: upload.part_size()?,
            crc64,
            began: upload.since,
        };
        let active = self.progress.begin();
        match self.worker.complete_ranges(&request, &active.monitor) {
            Ok(report) => Ok(Became::Done {
                destination_etag: Some(report.etag),
                crc64,
            }),
            Err(error) => match Failure::of(&error) {
                Some(failure) => Err(failure.into()),
                None => Err(Error::from(ossum_many::Error::Cancelled).into()),
            },
        }
    }

    /// Finds that the source is what it was when it was listed, and has the bytes that were sent.
    fn check_source(&self, listed: &Listed, crc64: Crc64) -> Result<(), Failure> {
        let look = async |_| {
            let source = self.reader.open(listed).await?;
            source.check_unchanged().await?;
            source.kept_with().await
        };
        let kept = self.worker.ask(look);
        let kept = kept.map_err(|error| Failure::of_source(&error))?;
        if kept.crc64.is_none_or(|told| told == crc64) {
            return Ok(());
        }
        let message = "what was sent is not what the source says it has";
        Err(Failure::told("integrity", Outlook::MayPass, message))
    }

    /// Aborts what attempts that came too late, or were killed then, have left open.
    fn clear(&self, client: &Client) -> Result<(), Error> {
        for shard in 0..self.job.object_shards {
            let rows = Rows::of_shard(self.place, shard)?;
            let over: Vec<&Row> = rows.iter().collect();
            abort_all_of(client, self.job, &over, &rows, &History::default())?;
        }
        Ok(())
    }
}

/// The CRC-64 of ranges that follow on each other from the first byte on.
fn together(ranges: &[(ByteRange, Crc64)]) -> Option<Crc64> {
    let whole = ranges
        .iter()
        .try_fold((0, Crc64::EMPTY), |(at, whole), (range, crc64)| {
            let follows = range.start() == at;
            follows.then(|| (range.end(), whole.combine(*crc64, range.len())))
        });
    whole.map(|(_, crc64)| crc64)
}

/// Why an object was not completed.
enum Stopped {
    /// It alone was not.
    Failure(Box<Failure>),
    /// Nothing goes on.
    Error(Box<Error>),
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self::Failure(Box::new(failure))
    }
}

impl<E: Into<Error>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::Error(Box::new(error.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_make_a_whole_if_they_follow_on_each_other() {
        let range = |start, end| ByteRange::new(start, end).unwrap();
        let (one, two) = (Crc64::of(b"ab"), Crc64::of(b"c"));
        let whole = together(&[(range(0, 2), one), (range(2, 3), two)]);
        assert_eq!(whole, Some(Crc64::of(b"abc")));
        assert_eq!(together(&[(range(0, 2), one), (range(3, 4), two)]), None);
        assert_eq!(together(&[(range(1, 2), one)]), None);
    }
}
