use ossum_types::{ObjectUrl, VersionId};
use serde::{Deserialize, Serialize};

use super::optional;
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

    fn read(self) -> Option<(ObjectUrl, Option<VersionId>)> {
        let object = ObjectUrl {
            bucket: self.bucket.parse().ok()?,
            key: self.key.parse().ok()?,
        };
        let version_id = optional(self.version_id, |text| text.parse().ok())?;
        Some((object, version_id))
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
    pub(crate) fn read(self) -> Option<Transfer> {
        let (object, version_id) = self.object.read()?;
        let way = match self.direction {
            Direction::Upload => Way::Upload {
                file: path_text::decode(&self.file?)?,
                object,
            },
            Direction::Download => Way::Download {
                object,
                version_id,
                range: optional(self.range, |text| text.parse().ok())?,
                file: path_text::decode(&self.file?)?,
            },
            Direction::Copy => Way::Copy {
                source: object,
                version_id,
                destination: self.destination?.read()?.0,
            },
        };
        Some(Transfer {
            endpoint: self.endpoint,
            way,
        })
    }
}
