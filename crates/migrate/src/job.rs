//! What was planned.

use std::time::SystemTime;

use ossum_types::PrefixUrl;
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::ledger::Attempt;
use crate::names::JOB;
use crate::place::Place;
use crate::source::Source;
use crate::{text, time};

/// The format of what this version writes and understands.
pub(crate) const FORMAT: u64 = 1;

/// What was planned: it is put last, so where it is, all shards and uploads are. There is no secret in it.
///
/// The shards from 0 to before [`object_shards`](Self::object_shards) have whole objects, and together are
/// in the order of keys; those behind have ranges of huge objects, in the order of keys and offsets. No key is
/// in two rows, except in those of ranges of one object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    format: u64,
    /// From where.
    pub source: Source,
    /// To where.
    pub destination: Destination,
    /// How it was divided.
    pub options: Options,
    /// How much there is.
    pub totals: Totals,
    /// How many shards there are, numbered from 0.
    pub shards: u32,
    /// How many of them have whole objects.
    pub object_shards: u32,
    /// The attempt that made it; the ledger of that says what of the source is in no row.
    #[serde(with = "text")]
    pub attempt: Attempt,
    /// When the plan was whole.
    #[serde(with = "time::as_text")]
    pub time: SystemTime,
}

/// Where the objects come to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The prefix: empty, or ending with `/`.
    #[serde(with = "text")]
    pub url: PrefixUrl,
    /// The endpoint by which the plan was made, as a URL.
    pub endpoint: String,
}

/// How objects are divided among shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// The most rows of a shard.
    pub shard_objects: u64,
    /// The most bytes of a shard, unless a single row has more.
    pub shard_bytes: u64,
    /// Objects larger than this are divided into ranges of about so many bytes.
    pub split_bytes: u64,
}

impl Default for Options {
    /// 10,000 rows, 100 GiB, and ranges of 10 GiB: a tenth of a shard, so that shards of ranges are as equal as
    /// those of objects, and at 100 MB/s what a machine does in two minutes.
    fn default() -> Self {
        Self {
            shard_objects: 10_000,
            shard_bytes: 100 << 30,
            split_bytes: 10 << 30,
        }
    }
}

/// How much there is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Objects, huge ones among them.
    pub objects: u64,
    /// Their bytes, where they are known.
    pub bytes: u64,
    /// Objects that are divided into ranges.
    pub huge_objects: u64,
    /// The rows of all shards.
    pub rows: u64,
    /// Objects of the source that are in no row, because nothing can be made of them.
    pub left_out: u64,
}

impl Job {
    /// A plan without shards; [`put`](Self::put) makes it that of a place.
    pub fn new(
        source: Source,
        destination: Destination,
        options: Options,
        attempt: Attempt,
        time: SystemTime,
    ) -> Self {
        Self {
            format: FORMAT,
            source,
            destination,
            options,
            totals: Totals::default(),
            shards: 0,
            object_shards: 0,
            attempt,
            time,
        }
    }

    /// What was planned in `place`.
    ///
    /// # Errors
    /// [`Error::NotPlanned`] if there is no whole plan; [`Error::Format`] if another version made it.
    pub fn read(place: &Place) -> Result<Self, Error> {
        let Some(json) = place.get_json::<serde_json::Value>(JOB)? else {
            return Err(Error::NotPlanned(place.to_string()));
        };
        let format = json.get("format").and_then(serde_json::Value::as_u64);
        if let Some(format) = format.filter(|format| *format != FORMAT) {
            return Err(Error::Format {
                place: place.to_string(),
                name: JOB.to_owned(),
                format,
            });
        }
        let job = serde_json::from_value(json);
        job.map_err(|error| place.damaged(JOB, &error.to_string()))
    }

    /// Puts it, which makes the plan whole: last of all.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub fn put(&self, place: &Place) -> Result<(), Error> {
        place.put_json(JOB, self)
    }

    /// The shards in the order in which they are best carried out: those of huge objects first, as their rows
    /// take longest.
    pub fn shards_to_do(&self) -> impl Iterator<Item = u32> + use<> {
        (self.object_shards..self.shards).chain(0..self.object_shards)
    }

    /// Finds that there is a shard of that number.
    ///
    /// # Errors
    /// [`Error::NoSuchShard`]
    pub fn check_shard(&self, number: u32) -> Result<(), Error> {
        if number < self.shards {
            return Ok(());
        }
        let shards = self.shards;
        Err(Error::NoSuchShard { number, shards })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    /// A plan of two shards of objects and one of ranges.
    pub(crate) fn job() -> Job {
        let destination = Destination {
            url: "oss://bkt/to/".parse().unwrap(),
            endpoint: "http://127.0.0.1:9000".to_owned(),
        };
        let source = Source::Directory {
            path: "/data".into(),
        };
        let time = UNIX_EPOCH + Duration::from_secs(1_795_809_636);
        Job {
            shards: 3,
            object_shards: 2,
            ..Job::new(
                source,
                destination,
                Options::default(),
                Attempt::new(time),
                time,
            )
        }
    }

    #[test]
    fn a_job_is_read_as_it_was_put() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        assert!(matches!(Job::read(&place), Err(Error::NotPlanned(_))));
        let put = job();
        put.put(&place).unwrap();
        assert_eq!(Job::read(&place).unwrap(), put);
    }

    #[test]
    fn a_job_of_a_later_version_is_not_guessed_at() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        place.put(JOB, r#"{"format":2,"more":1}"#).unwrap();
        let error = Job::read(&place).unwrap_err();
        assert!(matches!(error, Error::Format { format: 2, .. }), "{error}");
        place.put(JOB, r#"{"format":1}"#).unwrap();
        assert!(matches!(Job::read(&place), Err(Error::Damaged { .. })));
    }

    #[test]
    fn what_takes_longest_is_begun_first() {
        assert_eq!(job().shards_to_do().collect::<Vec<_>>(), [2, 0, 1]);
        assert!(job().check_shard(2).is_ok());
        assert!(job().check_shard(3).is_err());
    }
}
