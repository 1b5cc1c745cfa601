//! What `ls` has to say.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use ossum_client::op::{ListedBucket, ListedDeleteMarker, ListedObject, ListedVersion};
use ossum_types::ByteSize;
use serde::Serialize;

use super::Event;

/// A time as scripts read it, to the second: `2026-01-31T12:00:00Z`.
pub(crate) fn utc(time: SystemTime) -> Option<String> {
    let time = Timestamp::try_from(time).ok()?;
    Some(
        DateTimePrinter::new()
            .precision(Some(0))
            .timestamp_to_string(&time),
    )
}

/// The same as people read it, of a fixed width.
pub(super) fn moment(time: Option<&String>) -> String {
    match time {
        Some(time) => time.replace('T', " ").replace('Z', ""),
        None => " ".repeat("2026-01-31 12:00:00".len()),
    }
}

/// Widths of the columns of `ls`.
const SIZE_WIDTH: usize = 12;

/// An object in a listing.
#[derive(Debug, Serialize)]
pub(crate) struct ObjectLine {
    /// Absent for a name that no request could carry; then `unusable` has it.
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unusable: Option<String>,
    size: u64,
    etag: String,
    last_modified: Option<String>,
    storage_class: Option<String>,
}

impl ObjectLine {
    pub(crate) fn of(object: &ListedObject) -> Self {
        let key = object.key.as_ref();
        Self {
            key: key.ok().map(ToString::to_string),
            unusable: key.err().map(ToString::to_string),
            size: object.size,
            etag: object.etag.to_string(),
            last_modified: utc(object.last_modified),
            storage_class: object.storage_class.clone(),
        }
    }
}

impl Event for ObjectLine {
    const NAME: &'static str = "object";

    fn for_people(&self) -> Vec<String> {
        let time = moment(self.last_modified.as_ref());
        let size = ByteSize::new(self.size).to_string();
        let name = self.key.as_ref().or(self.unusable.as_ref());
        let name = name.map_or("", String::as_str);
        vec![format!("{time}  {size:>SIZE_WIDTH$}  {name}")]
    }
}

/// A version of an object in a listing, or a mark that it was deleted.
#[derive(Debug, Serialize)]
pub(crate) struct VersionLine {
    /// Absent for a name that no request could carry; then `unusable` has it.
    key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unusable: Option<String>,
    version_id: String,
    is_latest: bool,
    delete_marker: bool,
    size: u64,
    etag: Option<String>,
    last_modified: Option<String>,
    storage_class: Option<String>,
}

impl VersionLine {
    pub(crate) fn of(version: &ListedVersion) -> Self {
        let key = version.key.as_ref();
        Self {
            key: key.ok().map(ToString::to_string),
            unusable: key.err().map(ToString::to_string),
            version_id: version.version_id.to_string(),
            is_latest: version.is_latest,
            delete_marker: false,
            size: version.size,
            etag: Some(version.etag.to_string()),
            last_modified: utc(version.last_modified),
            storage_class: version.storage_class.clone(),
        }
    }

    pub(crate) fn of_marker(marker: &ListedDeleteMarker) -> Self {
        let key = marker.key.as_ref();
        Self {
            key: key.ok().map(ToString::to_string),
            unusable: key.err().map(ToString::to_string),
            version_id: marker.version_id.to_string(),
            is_latest: marker.is_latest,
            delete_marker: true,
            size: 0,
            etag: None,
            last_modified: utc(marker.last_modified),
            storage_class: None,
        }
    }
}

impl Event for VersionLine {
    const NAME: &'static str = "version";

    fn for_people(&self) -> Vec<String> {
        let time = moment(self.last_modified.as_ref());
        let size = if self.delete_marker {
            "DELETED".to_owned()
        } else {
            ByteSize::new(self.size).to_string()
        };
        let name = self.key.as_ref().or(self.unusable.as_ref());
        let name = name.map_or("", String::as_str);
        let latest = if self.is_latest { "  latest" } else { "" };
        let id = &self.version_id;
        vec![format!(
            "{time}  {size:>SIZE_WIDTH$}  {name}  version {id}{latest}"
        )]
    }
}

/// What several keys in a listing have in common.
#[derive(Debug, Serialize)]
pub(crate) struct PrefixLine {
    pub(crate) prefix: String,
}

impl Event for PrefixLine {
    const NAME: &'static str = "prefix";

    fn for_people(&self) -> Vec<String> {
        let time = moment(None);
        vec![format!("{time}  {:>SIZE_WIDTH$}  {}", "DIR", self.prefix)]
    }
}

/// The end of a listing.
#[derive(Debug, Default, Serialize)]
pub(crate) struct ListTotal {
    pub(crate) objects: u64,
    pub(crate) prefixes: u64,
    pub(crate) bytes: u64,
    /// Whether there is more than was asked for.
    pub(crate) truncated: bool,
}

impl Event for ListTotal {
    const NAME: &'static str = "total";

    fn for_people(&self) -> Vec<String> {
        let objects = counted(self.objects, "object");
        let size = ByteSize::new(self.bytes);
        let more = if self.truncated {
            "; there is more"
        } else {
            ""
        };
        vec![match self.prefixes {
            0 => format!("{objects}, {size}{more}"),
            some => format!("{}, {objects}, {size}{more}", counted(some, "directory")),
        }]
    }
}

/// `1 object`, `2 objects`, `2 directories`.
pub(super) fn counted(number: u64, thing: &str) -> String {
    match (number, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {thing}s"),
    }
}

/// A bucket in a listing.
#[derive(Debug, Serialize)]
pub(crate) struct BucketLine {
    /// Absent for a name that is not allowed any more; then `unusable` has it.
    bucket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unusable: Option<String>,
    region: Option<String>,
    created: Option<String>,
    storage_class: Option<String>,
}

impl BucketLine {
    pub(crate) fn of(bucket: &ListedBucket) -> Self {
        let name = bucket.name.as_ref();
        Self {
            bucket: name.ok().map(ToString::to_string),
            unusable: name.err().map(ToString::to_string),
            region: bucket.region.as_ref().map(ToString::to_string),
            created: utc(bucket.created),
            storage_class: bucket.storage_class.clone(),
        }
    }
}

impl Event for BucketLine {
    const NAME: &'static str = "bucket";

    fn for_people(&self) -> Vec<String> {
        let time = moment(self.created.as_ref());
        let region = self.region.as_deref().unwrap_or("-");
        let name = match (&self.bucket, &self.unusable) {
            (Some(name), _) => format!("oss://{name}"),
            (None, problem) => problem.clone().unwrap_or_default(),
        };
        vec![format!("{time}  {region:<SIZE_WIDTH$}  {name}")]
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn times_are_utc_to_the_second() {
        let time = UNIX_EPOCH + Duration::from_millis(1_702_743_657_999);
        assert_eq!(utc(time).as_deref(), Some("2023-12-16T16:20:57Z"));
        assert_eq!(moment(utc(time).as_ref()), "2023-12-16 16:20:57");
    }

    #[test]
    fn one_thing_is_singular() {
        assert_eq!(counted(1, "object"), "1 object");
        assert_eq!(counted(0, "object"), "0 objects");
        assert_eq!(counted(2, "directory"), "2 directories");
    }
}
