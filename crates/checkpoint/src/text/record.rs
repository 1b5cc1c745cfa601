use ossum_types::PartNumber;
use serde::{Deserialize, Serialize};

use super::{crc64_from, from_seconds, hex, json, optional, seconds};
use crate::session::SessionId;
use crate::{Holder, Record, RecordedPart, sealed};

/// Any record: the member that is there says which.
// In the order in which they are written.
#[derive(Debug, Default, Serialize, Deserialize)]
struct RecordText {
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crc64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bad: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completing: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<HolderText>,
}

#[derive(Debug, Serialize, Deserialize)]
struct HolderText {
    process: u32,
    host: String,
    since: u64,
}

impl From<&Record> for RecordText {
    fn from(record: &Record) -> Self {
        let mut text = Self::default();
        match record {
            Record::UploadId(id) => text.upload_id = Some(id.to_string()),
            Record::Part(part) => {
                text.part = Some(part.number.get());
                text.crc64 = part.crc64.map(|crc64| hex(crc64.get()));
                text.etag = part.etag.as_ref().map(ToString::to_string);
            }
            Record::Bad(number) => text.bad = Some(number.get()),
            Record::Completing(time) => text.completing = Some(seconds(*time)),
            Record::Holder(holder) => {
                text.holder = Some(HolderText {
                    process: holder.process,
                    host: holder.host.clone(),
                    since: seconds(holder.since),
                });
            }
        }
        text
    }
}

pub(crate) fn record_line(record: &Record, session: SessionId) -> Vec<u8> {
    sealed::seal(&json(&RecordText::from(record)), session.bytes())
}

/// Reads a whole line, without its newline.
///
/// The outer `None` says that it is impossible: no JSON, or a value that nobody would write. The
/// inner one, that it is a record of a kind that came later.
pub(crate) fn read_record(line: &[u8]) -> Option<Option<Record>> {
    let text: RecordText = serde_json::from_slice(line).ok()?;
    match text {
        RecordText {
            upload_id: Some(id),
            ..
        } => optional(Some(id), |id| id.parse().ok().map(Record::UploadId)),
        RecordText {
            part: Some(number),
            crc64,
            etag,
            ..
        } => {
            let part = RecordedPart {
                number: PartNumber::new(number).ok()?,
                crc64: crc64_from(crc64)?,
                etag: optional(etag, |text| text.parse().ok())?,
            };
            Some(Some(Record::Part(part)))
        }
        RecordText {
            bad: Some(number), ..
        } => optional(Some(number), |number| {
            PartNumber::new(number).ok().map(Record::Bad)
        }),
        RecordText {
            completing: Some(time),
            ..
        } => optional(Some(time), |time| {
            from_seconds(time).map(Record::Completing)
        }),
        RecordText {
            holder: Some(holder),
            ..
        } => optional(Some(holder), |holder| holder.read().map(Record::Holder)),
        _ => Some(None),
    }
}

impl HolderText {
    fn read(self) -> Option<Holder> {
        Some(Holder {
            process: self.process,
            host: self.host,
            since: from_seconds(self.since)?,
        })
    }
}
