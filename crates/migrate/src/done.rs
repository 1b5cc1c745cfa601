use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::ledger::Attempt;
use crate::names;
use crate::place::Place;
use crate::{text, time};

/// That all rows of a shard are done: put last, so what it says is true wherever it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    /// How many rows.
    pub rows: u64,
    /// How many bytes their objects or ranges have.
    pub bytes: u64,
    /// How many failed: none, or it would not be here.
    pub failed: u64,
    /// Which attempt found that all are done.
    #[serde(with = "text")]
    pub attempt: Attempt,
    /// When.
    #[serde(with = "time::as_text")]
    pub time: SystemTime,
}

impl Done {
    /// Puts it for a shard.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub fn put(&self, place: &Place, shard: u32) -> Result<(), Error> {
        place.put_json(&names::done(shard), self)
    }

    /// That of a shard; `None` where it is not done.
    ///
    /// # Errors
    /// As [`Place::get`].
    pub fn read(place: &Place, shard: u32) -> Result<Option<Self>, Error> {
        place.get_json(&names::done(shard))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_marker_is_read_as_it_was_put() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        assert_eq!(Done::read(&place, 3).unwrap(), None);
        let time = UNIX_EPOCH + Duration::from_secs(1_795_809_636);
        let done = Done {
            rows: 7,
            bytes: 8,
            failed: 0,
            attempt: Attempt::new(time),
            time,
        };
        done.put(&place, 3).unwrap();
        assert_eq!(Done::read(&place, 3).unwrap(), Some(done));
    }
}
