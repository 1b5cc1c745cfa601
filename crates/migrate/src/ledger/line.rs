use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use ossum_types::{Crc64, ETag, Invalid, UploadId};
use serde::{Deserialize, Serialize};

use super::Attempt;
use crate::{text, time};

/// What became of a row at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Wire", into = "Wire")]
pub struct Line {
    /// The row's number in its shard; that of `finish`, which is about a whole object, has none.
    pub row: Option<u64>,
    /// The object's key, below source and destination.
    pub key: String,
    /// The object's size in bytes, as the manifest has it, or else as the source told it.
    pub size: Option<u64>,
    /// The source's ETag, as the manifest has it, or else as the source told it.
    pub source_etag: Option<ETag>,
    /// The first byte and the number of bytes of a range.
    pub range: Option<(u64, u64)>,
    /// What became of it.
    pub became: Became,
    /// By whom.
    pub attempt: Attempt,
    /// The machine and the process.
    pub worker: String,
    /// When.
    pub time: SystemTime,
    /// Bytes that were moved for it, more often than once where something was sent again.
    pub bytes_moved: u64,
    /// How long it took.
    pub elapsed_ms: u64,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Became {
    /// OSS has said that it has the bytes, and that they have this CRC-64.
    Done {
        /// The object's ETag at the destination; a range has none.
        destination_etag: Option<ETag>,
        /// The CRC-64 of the object, or of the range.
        crc64: Crc64,
    },
    /// It did not work.
    Failed(Cause),
    /// A multipart upload was begun for it: written before the first part is sent, so that it is known
    /// whatever happens.
    Begun(UploadId),
}

/// Why something failed: one word to count by, and what a person reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// One word of letters, digits and `_`.
    pub kind: String,
    /// A sentence without a full stop.
    pub message: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Done,
    Failed,
    Begun,
}

/// A line as it is written.
#[derive(Clone, Serialize, Deserialize)]
struct Wire {
    row: Option<u64>,
    key: String,
    size: Option<u64>,
    outcome: Outcome,
    #[serde(with = "text::optional", default)]
    source_etag: Option<ETag>,
    #[serde(with = "text::optional", default)]
    destination_etag: Option<ETag>,
    #[serde(with = "text::optional", default)]
    crc64: Option<Crc64>,
    offset: Option<u64>,
    length: Option<u64>,
    #[serde(with = "text")]
    attempt: Attempt,
    worker: String,
    #[serde(with = "time::as_text")]
    time: SystemTime,
    #[serde(with = "text::optional", default)]
    cause: Option<Cause>,
    bytes_moved: u64,
    elapsed_ms: u64,
    #[serde(with = "text::optional", default)]
    upload_id: Option<UploadId>,
}

impl From<Line> for Wire {
    fn from(line: Line) -> Self {
        let mut wire = Self {
            row: line.row,
            key: line.key,
            size: line.size,
            outcome: Outcome::Failed,
            source_etag: line.source_etag,
            destination_etag: None,
            crc64: None,
            offset: line.range.map(|(offset, _)| offset),
            length: line.range.map(|(_, length)| length),
            attempt: line.attempt,
            worker: line.worker,
            time: line.time,
            cause: None,
            bytes_moved: line.bytes_moved,
            elapsed_ms: line.elapsed_ms,
            upload_id: None,
        };
        match line.became {
            Became::Done {
                destination_etag,
                crc64,
            } => {
                wire.outcome = Outcome::Done;
                wire.destination_etag = destination_etag;
                wire.crc64 = Some(crc64);
            }
            Became::Failed(cause) => wire.cause = Some(cause),
            Became::Begun(upload) => {
                wire.outcome = Outcome::Begun;
                wire.upload_id = Some(upload);
            }
        }
        wire
    }
}

impl TryFrom<Wire> for Line {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let became = match wire.outcome {
            Outcome::Done => Became::Done {
                destination_etag: wire.destination_etag,
                crc64: wire.crc64.ok_or("what is done has a CRC-64")?,
            },
            Outcome::Failed => Became::Failed(wire.cause.ok_or("what failed has a cause")?),
            Outcome::Begun => Became::Begun(wire.upload_id.ok_or("what was begun has an upload")?),
        };
        Ok(Self {
            row: wire.row,
            key: wire.key,
            size: wire.size,
            source_etag: wire.source_etag,
            range: wire.offset.zip(wire.length),
            became,
            attempt: wire.attempt,
            worker: wire.worker,
            time: wire.time,
            bytes_moved: wire.bytes_moved,
            elapsed_ms: wire.elapsed_ms,
        })
    }
}

impl Cause {
    /// That of `error`, with all that is behind it, of this kind.
    pub fn of(kind: &str, error: &(dyn std::error::Error + 'static)) -> Self {
        let mut message = error.to_string();
        let mut behind = error.source();
        while let Some(error) = behind {
            message.push_str(": ");
            message.push_str(&error.to_string());
            behind = error.source();
        }
        Self {
            kind: kind.to_owned(),
            message,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl FromStr for Cause {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let is_word = |kind: &str| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            !kind.is_empty() && kind.chars().all(is_plain)
        };
        match text.split_once(": ") {
            Some((kind, message)) if is_word(kind) => Ok(Self {
                kind: kind.to_owned(),
                message: message.to_owned(),
            }),
            _ => Err(Invalid::new("cause", text, "it is written `kind: message`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use proptest::prelude::*;

    use super::*;

    fn became() -> impl Strategy<Value = Became> {
        let etag = proptest::option::of("[A-F0-9]{32}");
        let done = (etag, any::<u64>()).prop_map(|(etag, crc64)| Became::Done {
            destination_etag: etag.map(|etag| etag.parse().unwrap()),
            crc64: crc64.to_string().parse().unwrap(),
        });
        let cause = ("[a-z_0-9]{1,9}", ".*");
        let failed = cause.prop_map(|(kind, message)| Became::Failed(Cause { kind, message }));
        let begun = Just(Became::Begun("0004B9".parse().unwrap()));
        prop_oneof![done, failed, begun]
    }

    proptest! {
        #[test]
        fn a_line_is_read_as_it_was_written(
            became in became(),
            key in ".*",
            size in any::<Option<u64>>(),
            row in any::<Option<u64>>(),
            range in any::<Option<(u64, u64)>>(),
        ) {
            let time = UNIX_EPOCH + Duration::new(1_795_809_636, 5);
            let line = Line {
                row, key, size, range, became, time,
                source_etag: None,
                attempt: Attempt::new(time),
                worker: "host 1".to_owned(),
                bytes_moved: 3,
                elapsed_ms: 4,
            };
            let text = serde_json::to_string(&line).unwrap();
            prop_assert!(!text.contains('\n'));
            prop_assert_eq!(serde_json::from_str::<Line>(&text).unwrap(), line);
        }
    }

    #[test]
    fn what_is_done_is_written_as_the_contract_has_it() {
        let time = UNIX_EPOCH + Duration::from_secs(1_795_809_636);
        let line = Line {
            row: Some(7),
            key: "k".to_owned(),
            size: Some(3),
            source_etag: Some("AB".parse().unwrap()),
            range: None,
            became: Became::Done {
                destination_etag: Some("CD".parse().unwrap()),
                crc64: "5".parse().unwrap(),
            },
            attempt: "20261127T200036Z-00000001".parse().unwrap(),
            worker: "w".to_owned(),
            time,
            bytes_moved: 3,
            elapsed_ms: 4,
        };
        let written = concat!(
            r#"{"row":7,"key":"k","size":3,"outcome":"done","source_etag":"AB","#,
            r#""destination_etag":"CD","crc64":"5","offset":null,"length":null,"#,
            r#""attempt":"20261127T200036Z-00000001","worker":"w","time":"2026-11-27T20:00:36Z","#,
            r#""cause":null,"bytes_moved":3,"elapsed_ms":4,"upload_id":null}"#,
        );
        assert_eq!(serde_json::to_string(&line).unwrap(), written);
    }

    #[test]
    fn a_line_that_says_done_without_a_checksum_proves_nothing() {
        let text = concat!(
            r#"{"row":7,"key":"k","size":3,"outcome":"done","attempt":"a","worker":"w","#,
            r#""time":"2026-11-27T20:00:36Z","bytes_moved":3,"elapsed_ms":4}"#,
        );
        assert!(serde_json::from_str::<Line>(text).is_err());
    }

    #[test]
    fn a_cause_has_a_word_to_count_by() {
        let cause: Cause = "denied: OSS denies it: 403".parse().unwrap();
        assert_eq!(cause.kind, "denied");
        assert_eq!(cause.message, "OSS denies it: 403");
        for bad in ["", "denied", "two words: x", ": x"] {
            assert!(bad.parse::<Cause>().is_err(), "{bad}");
        }
    }
}
