use std::collections::BTreeMap;
use std::time::SystemTime;

use ossum_types::{Crc64, ETag, PartNumber, UploadId};

use crate::{FileIdentity, Header, Holder, SourceIdentity};

/// One thing that happened: a line of a checkpoint after the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// OSS began a multipart upload and gave it this ID.
    UploadId(UploadId),
    /// The file that is uploaded is another one from here on: the parts before are not of its
    /// bytes. The part size stays, and the multipart upload.
    Source(FileIdentity),
    /// A part was moved.
    Part(RecordedPart),
    /// A part that was recorded turned out not to be there as recorded.
    Bad(PartNumber),
    /// The upload is about to be completed: from now on it may be. In whole seconds.
    Completing(SystemTime),
    /// A process took over.
    Holder(Holder),
}

/// A part that was moved. Where it lies and how long it is follows from the layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedPart {
    /// Its number in the layout.
    pub number: PartNumber,
    /// The CRC-64 of its bytes as they passed, if they passed through here.
    pub crc64: Option<Crc64>,
    /// The ETag the server gave the part, if it is one of an upload or copy.
    pub etag: Option<ETag>,
}

/// What a journal remembers of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    /// What was fixed when the session began; source and size are those of the last
    /// [`Source`](Record::Source), if there was one.
    pub header: Header,
    /// The ID of the multipart upload, if one began.
    pub upload_id: Option<UploadId>,
    /// The parts of this source that were moved and not found bad since.
    pub parts: BTreeMap<PartNumber, RecordedPart>,
    /// When the upload was last about to be completed, if it was.
    pub completing: Option<SystemTime>,
    /// Who took the transfer over last.
    pub holder: Option<Holder>,
}

impl Remembered {
    /// A session of which nothing but its beginning is known.
    pub(crate) fn beginning(header: Header) -> Self {
        Self {
            header,
            upload_id: None,
            parts: BTreeMap::new(),
            completing: None,
            holder: None,
        }
    }

    /// Takes in what happened next.
    pub(crate) fn apply(&mut self, record: Record) {
        match record {
            Record::UploadId(id) => self.upload_id = Some(id),
            Record::Source(file) => {
                self.header.size = file.size;
                self.header.source = SourceIdentity::File(file);
                self.parts.clear();
            }
            Record::Part(part) => {
                self.parts.insert(part.number, part);
            }
            Record::Bad(number) => {
                self.parts.remove(&number);
            }
            Record::Completing(time) => self.completing = Some(time),
            Record::Holder(holder) => self.holder = Some(holder),
        }
    }
}
