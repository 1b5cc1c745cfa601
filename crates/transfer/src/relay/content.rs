use std::sync::Arc;
use std::time::SystemTime;

use ossum_checkpoint::{Header, ObjectIdentity, SourceIdentity, Transfer};
use ossum_plan::{Evidence, KeptPart, ListedPart, PartLayout, Reconciled, Reread, reconcile};
use ossum_types::{ByteRange, Crc64, Crc64Hasher, UploadId};

use super::sources::Sources;
use super::{EarlierUpload, Job, Uploads, wrong_bytes};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::{Error, ErrorKind};
use crate::multipart::{Beginning, Content, Gathered, Jobs, Past, Proof, Session, digest};
use crate::options::Options;
use crate::upload::content::confirm;
use crate::upload::sender::{PartSource, SendJob, Sender};

impl Content for Job<'_> {
    type Mover = Sender<Arc<Sources>>;

    fn options(&self) -> &Options {
        &self.request.options
    }

    fn header(&self, layout: &PartLayout, transfer: Transfer) -> Header {
        let identity = ObjectIdentity {
            size: layout.object_size(),
            etag: None,
            crc64: self.kept.crc64,
            version_id: None,
        };
        Header {
            transfer,
            source: SourceIdentity::Object(identity),
            size: layout.object_size(),
            part_size: layout.part_size(),
            partial: None,
            headers: Some(digest(self.making.headers)),
            began: SystemTime::now(),
        }
    }

    async fn remember(&self, upload_id: &UploadId) -> Result<(), Error> {
        let Uploads::Told(tell) = &self.request.uploads else {
            return Ok(());
        };
        tell(upload_id).await.map_err(|error| {
            let message = "the upload could not be written down";
            Error::new(ErrorKind::NotRemembered, message).with_cause(error)
        })
    }

    fn is_remembered(&self) -> bool {
        matches!(self.request.uploads, Uploads::Told(_))
    }

    /// Whoever remembers the upload says that it is of the same bytes.
    async fn look_back(
        &self,
        layout: &PartLayout,
        _: Earlier,
        checkpoint: &mut Checkpoint,
    ) -> Result<Beginning, Error> {
        let Some(EarlierUpload { upload_id, began }) = &self.request.continues else {
            return Ok(Beginning::New(None));
        };
        if let Some(listed) = self.making.list(upload_id).await? {
            let mut session = Session::found(upload_id.clone(), *layout, listed, *began);
            if self.kept.crc64.is_some() {
                // It proves all parts together, before anything is completed.
                session.reread = Reread::Believe;
            }
            return Ok(Beginning::Continued(Box::new(session)));
        }
        let past = Past {
            size: layout.object_size(),
            began: *began,
            completing: None,
        };
        self.making
            .begin_after(self, past, layout, checkpoint)
            .await
    }

    fn plan(&self, session: &Session) -> Reconciled {
        let listed = session.listed.iter().cloned();
        let plan = reconcile(&session.layout, &session.recorded, listed, Reread::Always);
        match session.reread {
            Reread::Believe => believe(plan),
            Reread::Always => plan,
        }
    }

    fn jobs(&self, plan: Reconciled) -> Jobs<SendJob> {
        SendJob::of(plan)
    }

    fn mover(&self, session: &Session) -> Sender<Arc<Sources>> {
        Sender {
            source: Arc::clone(self.sources),
            destination: self.making.destination.clone(),
            upload_id: session.upload_id.clone(),
        }
    }

    async fn look_again(&self, session: &Session) -> Result<Vec<ListedPart>, Error> {
        let listed = self.making.list(&session.upload_id).await?;
        Ok(listed.unwrap_or_default())
    }

    async fn prove(&self, session: &Session, gathered: &Gathered) -> Result<Proof, Error> {
        self.request.source.check_unchanged().await?;
        let crc64 = gathered.crc64();
        if self
            .kept
            .crc64
            .zip(crc64)
            .is_some_and(|(told, read)| told != read)
        {
            return Err(wrong_bytes(self.request));
        }
        let confirmed = gathered.is_confirmed() || {
            let upload_id = &session.upload_id;
            confirm(&self.making, upload_id, gathered.all()?).await?
        };
        Ok(Proof { crc64, confirmed })
    }

    async fn crc64(&self) -> Result<Option<Crc64>, Error> {
        if self.kept.crc64.is_some() {
            return Ok(self.kept.crc64);
        }
        let mut hasher = Crc64Hasher::new();
        if let Some(all) = ByteRange::new(0, self.request.source.size()) {
            let reading = self.sources.read(all, |chunk| hasher.update(chunk));
            tokio::select! {
                biased;
                () = self.making.monitor.token().cancelled() => return Err(Error::cancelled()),
                read = reading => read?,
            }
        }
        Ok(Some(hasher.finish()))
    }
}

/// Takes what is listed with a CRC-64 for what it should be: the whole is proven before anything is
/// completed.
pub(super) fn believe(plan: Reconciled) -> Reconciled {
    let Reconciled {
        mut keep,
        check,
        send,
    } = plan;
    let mut unknown = Vec::new();
    for candidate in check {
        match candidate.evidence {
            Evidence::Crc64(crc64) => keep.push(KeptPart {
                part: candidate.part,
                etag: candidate.etag,
                crc64: Some(crc64),
            }),
            Evidence::Md5(_) => unknown.push(candidate),
        }
    }
    Reconciled {
        keep,
        check: unknown,
        send,
    }
}
