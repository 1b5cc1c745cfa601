use ossum_types::{ObjectUrl, VersionId};
use serde::{Deserialize, Serialize};

use super::{Unreadable, parsed};
use crate::{Transfer, Way, path_text};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    Upload,
    Download,
    Copy,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct TransferText {
    direction: Direction,
    endpoint: String,
    /// Of an upload, what is made; of a download and a copy, what is read.
    object: ObjectText,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    destination: Option<ObjectText>,
}

#[derive(Debug, Serialize, Deserialize)]
struct ObjectText {
    bucket: String,
    key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
}

impl ObjectText {
    fn of(object: &ObjectUrl, version_id: Option<&VersionId>) -> Self {
        Self {
            bucket: object.bucket.to_string(),
            key: object.key.to_string(),
            version_id: version_id.map(ToString::to_string),
        }
    }

    fn read(self) -> Result<(ObjectUrl, Option<VersionId>), Unreadable> {
        let object = ObjectUrl {
            bucket: self.bucket.parse()?,
            key: self.key.parse()?,
        };
        Ok((object, parsed(self.version_id)?))
    }
}

impl From<&Transfer> for TransferText {
    fn from(transfer: &Transfer) -> Self {
        let endpoint = transfer.endpoint.clone();
        match &transfer.way {
            Way::Upload { file, object } => Self {
                direction: Direction::Upload,
                endpoint,
                object: ObjectText::of(object, None),
                range: None,
                file: Some(path_text::encode(file)),
                destination: None,
            },
            Way::Download {
                object,
                version_id,
                range,
                file,
            } => Self {
                direction: Direction::Download,
                endpoint,
                object: ObjectText::of(object, version_id.as_ref()),
                range: range.map(|range| range.to_string()),
                file: Some(path_text::encode(file)),
                destination: None,
            },
            Way::Copy {
                source,
                version_id,
                destination,
            } => Self {
                direction: Direction::Copy,
                endpoint,
                object: ObjectText::of(source, version_id.as_ref()),
                range: None,
                file: None,
                destination: Some(ObjectText::of(destination, None)),
            },
        }
    }
}

impl TransferText {
    pub(crate) fn read(self) -> Result<Transfer, Unreadable> {
        let (object, version_id) = self.object.read()?;
        let way = match self.direction {
            Direction::Upload => Way::Upload {
                file: path_text::decode(&self.file.ok_or(Unreadable)?)?,
                object,
            },
            Direction::Download => Way::Download {
                object,
                version_id,
                range: parsed(self.range)?,
                file: path_text::decode(&self.file.ok_or(Unreadable)?)?,
            },
            Direction::Copy => Way::Copy {
                source: object,
                version_id,
                destination: self.destination.ok_or(Unreadable)?.read()?.0,
            },
        };
        Ok(Transfer {
            endpoint: self.endpoint,
            way,
        })
    }
}
