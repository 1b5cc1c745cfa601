use serde::{Deserialize, Serialize};

use super::{FileIdText, Unreadable, crc64_from, hex, parsed};
use crate::{FileIdentity, ObjectIdentity, SourceIdentity};

/// `{"file":{...}}` or `{"object":{...}}`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SourceText {
    File(FileText),
    Object(ObjectText),
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct FileText {
    size: u64,
    modified_ns: String,
    changed_ns: String,
    id: FileIdText,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ObjectText {
    size: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    crc64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
}

impl From<&SourceIdentity> for SourceText {
    fn from(source: &SourceIdentity) -> Self {
        match source {
            SourceIdentity::File(file) => Self::File(file.into()),
            SourceIdentity::Object(object) => Self::Object(ObjectText {
                size: object.size,
                etag: object.etag.as_ref().map(ToString::to_string),
                crc64: object.crc64.map(|crc64| hex(crc64.get())),
                version_id: object.version_id.as_ref().map(ToString::to_string),
            }),
        }
    }
}

impl From<&FileIdentity> for FileText {
    fn from(file: &FileIdentity) -> Self {
        Self {
            size: file.size,
            modified_ns: file.modified_ns.to_string(),
            changed_ns: file.changed_ns.to_string(),
            id: file.id.into(),
        }
    }
}

impl FileText {
    pub(crate) fn read(&self) -> Result<FileIdentity, Unreadable> {
        Ok(FileIdentity {
            id: self.id.read()?,
            size: self.size,
            modified_ns: self.modified_ns.parse().map_err(|_| Unreadable)?,
            changed_ns: self.changed_ns.parse().map_err(|_| Unreadable)?,
        })
    }
}

impl SourceText {
    pub(crate) fn read(self) -> Result<SourceIdentity, Unreadable> {
        match self {
            Self::File(file) => file.read().map(SourceIdentity::File),
            Self::Object(object) => Ok(SourceIdentity::Object(ObjectIdentity {
                size: object.size,
                etag: parsed(object.etag)?,
                crc64: crc64_from(object.crc64)?,
                version_id: parsed(object.version_id)?,
            })),
        }
    }
}
