use ossum_checkpoint::{Header, Transfer};
use ossum_plan::{ListedPart, PartLayout, Reconciled};
use ossum_types::{Crc64, UploadId};

use super::{Beginning, Gained, Gathered, Session};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::engine::{BODY_GRAIN_BYTES, Mover};
use crate::error::Error;
use crate::options::Options;

/// What the parts of an upload are made of: a local file, another object, or what arrives from elsewhere.
pub(crate) trait Content {
    /// How a part of it gets to the service.
    type Mover: Mover<Done = Gained>;

    fn options(&self) -> &Options;

    /// In what steps the network tells how far it is, in bytes.
    fn grain_bytes(&self, _session: &Session) -> u64 {
        BODY_GRAIN_BYTES
    }

    /// Line 1 of the checkpoint of an upload that begins now.
    fn header(&self, layout: &PartLayout, transfer: Transfer) -> Header;

    /// Has an upload remembered that begins now, durably, by whoever keeps an account beside the
    /// checkpoint. Called before its first part is sent.
    async fn remember(&self, _upload_id: &UploadId) -> Result<(), Error> {
        Ok(())
    }

    /// Whether there is such an account. Then an upload stays as it is when it fails, and somebody else
    /// may be at it at the same time.
    fn is_remembered(&self) -> bool {
        false
    }

    /// Finds out what an earlier run has left.
    async fn look_back(
        &self,
        layout: &PartLayout,
        earlier: Earlier,
        checkpoint: &mut Checkpoint,
    ) -> Result<Beginning, Error>;

    /// Which parts are there, may be there, and are not.
    fn plan(&self, session: &Session) -> Reconciled;

    /// What is to be done for it.
    fn jobs(&self, plan: Reconciled) -> Jobs<<Self::Mover as Mover>::Job>;

    fn mover(&self, session: &Session) -> Self::Mover;

    /// What the service has, as far as it is of use after a part turned out to be wrong.
    async fn look_again(&self, session: &Session) -> Result<Vec<ListedPart>, Error>;

    /// Finds that all parts are there, and are of the content as it is now.
    async fn prove(&self, session: &Session, gathered: &Gathered) -> Result<Proof, Error>;

    /// The CRC-64 of the whole, where it is known or can be computed.
    async fn crc64(&self) -> Result<Option<Crc64>, Error>;
}

/// What is to be moved, and what perhaps is there.
pub(crate) struct Jobs<J> {
    pub(crate) moving: Vec<J>,
    pub(crate) checking: Vec<J>,
}

/// What shows that the parts of an upload are the content.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof {
    /// The CRC-64 of the whole, if it is known.
    pub(crate) crc64: Option<Crc64>,
    /// Whether OSS has said of every part that it has these bytes.
    pub(crate) confirmed: bool,
}
