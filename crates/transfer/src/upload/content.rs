use std::sync::Arc;

use ossum_checkpoint::{Header, Transfer};
use ossum_plan::{KeptPart, ListedPart, PartLayout, Reconciled, reconcile};
use ossum_types::{ByteRange, Crc64, Crc64Hasher, UploadId};

use super::resume::look_back;
use super::sender::{SendJob, Sender};
use super::{Job, header};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::{Error, shown_url};
use crate::multipart::{Beginning, Content, Gathered, Jobs, Making, Proof, Session};
use crate::options::Options;
use crate::source::Source;

impl Content for Job<'_> {
    type Mover = Sender<Arc<Source>>;

    fn options(&self) -> &Options {
        &self.request.options
    }

    fn header(&self, layout: &PartLayout, transfer: Transfer) -> Header {
        header(self, layout, transfer)
    }

    async fn look_back(
        &self,
        layout: &PartLayout,
        earlier: Earlier,
        checkpoint: &mut Checkpoint,
    ) -> Result<Beginning, Error> {
        look_back(self, layout, earlier, checkpoint).await
    }

    fn plan(&self, session: &Session) -> Reconciled {
        let listed = session.listed.iter().cloned();
        reconcile(&session.layout, &session.recorded, listed, session.reread)
    }

    fn jobs(&self, plan: Reconciled) -> Jobs<SendJob> {
        SendJob::of(plan)
    }

    fn mover(&self, session: &Session) -> Sender<Arc<Source>> {
        Sender {
            source: Arc::clone(self.source),
            destination: self.making.destination.clone(),
            upload_id: session.upload_id.clone(),
        }
    }

    async fn look_again(&self, session: &Session) -> Result<Vec<ListedPart>, Error> {
        let listed = self.making.list(&session.upload_id).await?;
        Ok(listed.unwrap_or_default())
    }

    /// The last look before anything is completed: parts read before and after a change would make
    /// an object that never was.
    async fn prove(&self, session: &Session, gathered: &Gathered) -> Result<Proof, Error> {
        self.source.check_unchanged(&*self.request.options.files)?;
        let confirmed = gathered.is_confirmed() || {
            let upload_id = &session.upload_id;
            confirm(&self.making, upload_id, gathered.all()?).await?
        };
        Ok(Proof {
            crc64: gathered.crc64(),
            confirmed,
        })
    }

    async fn crc64(&self) -> Result<Option<Crc64>, Error> {
        let mut hasher = Crc64Hasher::new();
        if let Some(all) = ByteRange::new(0, self.source.len()) {
            let reading = self.source.read(all, |chunk| hasher.update(chunk));
            tokio::select! {
                biased;
                () = self.making.monitor.token().cancelled() => return Err(Error::cancelled()),
                read = reading => read?,
            }
        }
        Ok(Some(hasher.finish()))
    }
}

/// Asks OSS which bytes it has, where its answers to the parts did not say; something on the way
/// may strip headers. Tells whether it says so of every part.
pub(crate) async fn confirm(
    making: &Making<'_>,
    upload_id: &UploadId,
    parts: Vec<KeptPart>,
) -> Result<bool, Error> {
    let listed = making.list(upload_id).await?.unwrap_or_default();
    let told: std::collections::BTreeMap<_, _> = listed
        .into_iter()
        .map(|listed| (listed.number, listed.crc64))
        .collect();
    let mut all_told = true;
    for kept in parts {
        match told.get(&kept.part.number).copied().flatten() {
            Some(stored) if Some(stored) == kept.crc64 => {}
            Some(_) => {
                let url = shown_url(making.destination);
                let number = kept.part.number;
                let message =
                    format!("OSS has other bytes of part {number} of {url} than were sent");
                return Err(Error::damage(message));
            }
            None => all_told = false,
        }
    }
    Ok(all_told)
}
