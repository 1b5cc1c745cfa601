use ossum_types::PartNumber;
use serde::{Deserialize, Serialize};

use super::source::FileText;
use super::{Unreadable, crc64_from, from_seconds, hex, json, parsed, seconds};
use crate::session::SessionId;
use crate::{Holder, Record, RecordedPart, sealed};

/// Any record: the member that is there says which.
// In the order in which they are written.
#[derive(Debug, Default, Serialize, Deserialize)]
struct RecordText {
    #[serde(skip_serializing_if = "Option::is_none")]
    upload_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<FileText>,
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
    holder: Option<Holder>,
}

impl From<&Record> for RecordText {
    fn from(record: &Record) -> Self {
        let mut text = Self::default();
        match record {
            Record::UploadId(id) => text.upload_id = Some(id.to_string()),
            Record::Source(file) => text.source = Some(file.into()),
            Record::Part(part) => {
                text.part = Some(part.number.get());
                text.crc64 = part.crc64.map(|crc64| hex(crc64.get()));
                text.etag = part.etag.as_ref().map(ToString::to_string);
            }
            Record::Bad(number) => text.bad = Some(number.get()),
            Record::Completing(time) => text.completing = Some(seconds(*time)),
            Record::Holder(holder) => text.holder = Some(holder.clone()),
        }
        text
    }
}

pub(crate) fn record_line(record: &Record, session: SessionId) -> Vec<u8> {
    sealed::seal(&json(&RecordText::from(record)), session.bytes())
}

/// Reads a whole line, without its newline; `None` if it is a kind of record that came later.
pub(crate) fn read_record(line: &[u8]) -> Result<Option<Record>, Unreadable> {
    let text: RecordText = serde_json::from_slice(line)?;
    let record = if let Some(id) = text.upload_id {
        Record::UploadId(id.parse()?)
    } else if let Some(file) = text.source {
        Record::Source(file.read()?)
    } else if let Some(number) = text.part {
        Record::Part(RecordedPart {
            number: PartNumber::new(number)?,
            crc64: crc64_from(text.crc64)?,
            etag: parsed(text.etag)?,
        })
    } else if let Some(number) = text.bad {
        Record::Bad(PartNumber::new(number)?)
    } else if let Some(time) = text.completing {
        Record::Completing(from_seconds(time)?)
    } else if let Some(holder) = text.holder {
        Record::Holder(holder)
    } else {
        return Ok(None);
    };
    Ok(Some(record))
}
