use std::time::SystemTime;

use ossum_types::{ETag, PartSize, UploadId};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::names::{self, UPLOADS};
use crate::place::Place;
use crate::{text, time};

/// The upload that all ranges of a huge object share.
///
/// It is put before the upload is begun, without its ID, and again as soon as that is known: so if the
/// planning is killed in between, the next one knows that there may be such an upload, and since when. In a
/// whole plan all of them have IDs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HugeUpload {
    /// The object's key, below source and destination.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its ETag, where the source has ETags.
    #[serde(with = "text::optional")]
    pub etag: Option<ETag>,
    /// When it was last modified, if the source tells.
    #[serde(with = "time::as_optional_text")]
    pub modified: Option<SystemTime>,
    /// The upload.
    #[serde(with = "text::optional")]
    pub upload_id: Option<UploadId>,
    /// The size of every part but the last, in bytes.
    pub part_size: u64,
    /// How many ranges it is divided into, each a row of its own.
    pub ranges: u64,
    /// By the clock of OSS, before it was begun.
    #[serde(with = "time::as_text")]
    pub since: SystemTime,
}

impl HugeUpload {
    /// That of the object with this key; `None` if it has none.
    ///
    /// # Errors
    /// As [`Place::get`]; [`Error::Damaged`] if it is that of another object.
    pub fn read(place: &Place, key: &str) -> Result<Option<Self>, Error> {
        let name = names::upload(key);
        let found: Option<Self> = place.get_json(&name)?;
        match found {
            Some(upload) if upload.key != key => {
                Err(place.damaged(&name, "it is about another object"))
            }
            found => Ok(found),
        }
    }

    /// All there are, in no order.
    ///
    /// # Errors
    /// As [`Place::list`] and [`Place::get`], each where it is met.
    pub fn all(place: &Place) -> Result<impl Iterator<Item = Result<Self, Error>>, Error> {
        let entries = place.list(UPLOADS)?.into_iter();
        // One that is gone by now is none.
        Ok(entries.filter_map(|entry| place.get_json(&entry.name).transpose()))
    }

    /// Puts it.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub fn put(&self, place: &Place) -> Result<(), Error> {
        place.put_json(&names::upload(&self.key), self)
    }

    /// The size of its parts.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it is none that OSS allows.
    pub fn part_size(&self) -> Result<PartSize, Error> {
        Ok(PartSize::new(self.part_size)?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn upload(key: &str) -> HugeUpload {
        HugeUpload {
            key: key.to_owned(),
            size: 100 << 30,
            etag: Some("ABC-1".parse().unwrap()),
            modified: None,
            upload_id: Some("0004B9".parse().unwrap()),
            part_size: 16 << 20,
            ranges: 10,
            since: UNIX_EPOCH + Duration::from_secs(1_795_809_636),
        }
    }

    #[test]
    fn an_upload_is_found_by_its_key_and_with_all_others() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        for key in ["a\n\"", "b"] {
            upload(key).put(&place).unwrap();
        }
        assert_eq!(HugeUpload::read(&place, "b").unwrap(), Some(upload("b")));
        assert_eq!(HugeUpload::read(&place, "c").unwrap(), None);
        let all: Result<Vec<_>, _> = HugeUpload::all(&place).unwrap().collect();
        assert_eq!(all.unwrap().len(), 2);
    }

    #[test]
    fn what_is_another_objects_is_not_taken() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        place.put_json(&names::upload("a"), &upload("b")).unwrap();
        assert!(HugeUpload::read(&place, "a").is_err());
    }
}
