use std::collections::BTreeMap;

use ossum_client::{Client, Payload};
use ossum_plan::KeptPart;
use ossum_types::{Crc64, ObjectUrl, PartNumber, UploadId};

use super::intake::FedPart;
use crate::engine::{Account, Mover, Noted};
use crate::error::{Error, ErrorKind};
use crate::multipart::Gained;
use crate::upload::sender::send_part;

/// Sends what was read, part by part.
pub(super) struct Feeder {
    pub(super) destination: ObjectUrl,
    pub(super) upload_id: UploadId,
}

impl Mover for Feeder {
    /// A part, or why the source gives no more.
    type Job = Result<FedPart, Error>;
    type Done = Gained;

    fn number(job: &Result<FedPart, Error>) -> Option<PartNumber> {
        job.as_ref().ok().map(|fed| fed.part.number)
    }

    async fn move_part(
        &self,
        client: &Client,
        job: Result<FedPart, Error>,
    ) -> Result<Gained, Error> {
        let FedPart { part, payload } = job?;
        let payload = Payload::Source(payload);
        let sent = send_part(client, &self.destination, &self.upload_id, part, payload).await;
        sent.map_err(|error| match error.into_source() {
            Ok(local) => Error::new(ErrorKind::Disk, "read what was held").with_cause(local),
            Err(error) => error.into(),
        })
    }
}

/// The parts that OSS has.
#[derive(Debug, Default)]
pub(super) struct Sent {
    parts: BTreeMap<PartNumber, KeptPart>,
    unconfirmed: bool,
}

impl Account for Sent {
    type Done = Gained;

    fn note(&mut self, gained: Gained) -> Result<Option<Noted>, Error> {
        let part = gained.kept.part;
        self.unconfirmed |= !gained.confirmed;
        self.parts.insert(part.number, gained.kept);
        let reused = false;
        Ok(Some(Noted { part, reused }))
    }

    fn commit(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

impl Sent {
    pub(super) fn is_confirmed(&self) -> bool {
        !self.unconfirmed
    }

    pub(super) fn bytes(&self) -> u64 {
        self.parts.values().map(|kept| kept.part.range.len()).sum()
    }

    /// Of the whole.
    pub(super) fn crc64(&self) -> Option<Crc64> {
        self.parts.values().try_fold(Crc64::EMPTY, |whole, kept| {
            Some(whole.combine(kept.crc64?, kept.part.range.len()))
        })
    }

    /// All parts in order, without a gap: where one is missing, the engine has failed and said so.
    pub(super) fn parts(&self) -> Result<Vec<KeptPart>, Error> {
        let mut next = 0;
        for kept in self.parts.values() {
            if kept.part.range.start() != next {
                let message = "a part is missing at the end of an upload";
                return Err(Error::new(ErrorKind::Internal, message));
            }
            next = kept.part.range.end();
        }
        Ok(self.parts.values().cloned().collect())
    }
}
