use std::collections::BTreeMap;
use std::time::SystemTime;

use ossum_checkpoint::{Header, SourceIdentity, Transfer};
use ossum_plan::{KeptPart, ListedPart, Part, PartLayout, Reconciled, reconcile_copy};
use ossum_types::Crc64;

use super::attempt::{Job, identity};
use super::copier::Copier;
use super::resume::look_back;
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::{Error, shown_url};
use crate::multipart::{Beginning, Content, Gathered, Jobs, Making, Proof, Session, digest};
use crate::options::Options;

impl Content for Job<'_> {
    type Mover = Copier;

    fn options(&self) -> &Options {
        &self.request.options
    }

    fn grain_bytes(&self, session: &Session) -> u64 {
        session.layout.part_size().get()
    }

    fn header(&self, layout: &PartLayout, transfer: Transfer) -> Header {
        Header {
            transfer,
            source: SourceIdentity::Object(identity(self)),
            size: layout.object_size(),
            part_size: layout.part_size(),
            partial: None,
            headers: Some(digest(self.making.headers)),
            began: SystemTime::now(),
        }
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
        let plan = reconcile_copy(&session.layout, &session.recorded, listed);
        // As it was recorded; the listing at the end tells the rest.
        let as_recorded = |kept: KeptPart| KeptPart {
            crc64: None,
            ..kept
        };
        Reconciled {
            keep: plan.keep.into_iter().map(as_recorded).collect(),
            ..plan
        }
    }

    fn jobs(&self, plan: Reconciled) -> Jobs<Part> {
        Jobs {
            moving: plan.send,
            checking: Vec::new(),
        }
    }

    fn mover(&self, session: &Session) -> Copier {
        Copier {
            request: self.request.clone(),
            source: self.source(),
            destination: self.making.destination.clone(),
            upload_id: session.upload_id.clone(),
            monitor: self.making.monitor.clone(),
        }
    }

    /// Nothing tells which part is wrong, so all are copied once more.
    async fn look_again(&self, _: &Session) -> Result<Vec<ListedPart>, Error> {
        Ok(Vec::new())
    }

    /// Nobody here has the bytes, and a copied part tells no CRC-64; but OSS lists it.
    async fn prove(&self, session: &Session, gathered: &Gathered) -> Result<Proof, Error> {
        let copied = combined(&self.making, session, gathered).await?;
        let told = copied.zip(self.info.crc64);
        if told.is_some_and(|(copied, source)| copied != source) {
            let source = shown_url(&self.request.source);
            return Err(Error::damage(format!(
                "OSS has copied other bytes than those of {source}"
            )));
        }
        Ok(Proof {
            // Where OSS does not tell that of the source, none is expected of the copy.
            crc64: self.info.crc64,
            confirmed: told.is_some(),
        })
    }

    async fn crc64(&self) -> Result<Option<Crc64>, Error> {
        Ok(self.info.crc64)
    }
}

/// The CRC-64 of all parts together, as OSS lists them; `None` if it does not list that of each.
///
/// # Errors
/// If a part is not listed as it was made.
async fn combined(
    making: &Making<'_>,
    session: &Session,
    gathered: &Gathered,
) -> Result<Option<Crc64>, Error> {
    let listed = making.list(&session.upload_id).await?.unwrap_or_default();
    let listed: BTreeMap<_, _> = listed
        .into_iter()
        .map(|listed| (listed.number, listed))
        .collect();
    let mut whole = Some(Crc64::EMPTY);
    for KeptPart { part, etag, .. } in gathered.all()? {
        let as_made = listed
            .get(&part.number)
            .filter(|listed| listed.etag == etag && listed.size == part.range.len());
        let Some(listed) = as_made else {
            let (number, url) = (part.number, shown_url(making.destination));
            let message = format!("part {number} of {url} is not as it was copied");
            return Err(Error::damage(message));
        };
        whole = whole
            .zip(listed.crc64)
            .map(|(whole, crc64)| whole.combine(crc64, part.range.len()));
    }
    Ok(whole)
}
