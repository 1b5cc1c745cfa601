use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use ossum_client::op::{AbortMultipartUpload, ListedUpload};
use ossum_client::{Client, ErrorKind};
use ossum_types::{BucketName, Span, UploadId};

use super::look::{self, AT_A_TIME, Unfinished, uploads};
use super::owners::Owners;
use crate::args::PartsAbortArgs;
use crate::command::block_on;
use crate::failure::Failure;
use crate::message;
use crate::output::{AbortedTotal, AbortedUpload, Fate};
use crate::session::Session;

/// Aborts uploads, or shows which.
pub(super) fn run(session: &Session, args: &PartsAbortArgs) -> Result<(), Failure> {
    let client = session.client_for(&args.what.bucket)?;
    let owners = Owners::certain(session)?;
    let job = Abort {
        session,
        args,
        client: &client,
        owners: &owners,
    };
    block_on(async {
        match (&args.upload_id, args.older_than) {
            (Some(upload_id), _) => job.one(upload_id).await,
            (None, older_than) => job.all(older_than.map(Span::get).unwrap_or_default()).await,
        }
    })
}

struct Abort<'a> {
    session: &'a Session,
    args: &'a PartsAbortArgs,
    client: &'a Client,
    owners: &'a Owners,
}

impl Abort<'_> {
    async fn one(&self, upload_id: &UploadId) -> Result<(), Failure> {
        let to_usage = |invalid: ossum_types::Invalid| {
            Failure::usage(
                invalid.to_string(),
                "name the key of the upload: oss://BUCKET/KEY",
            )
        };
        let url = self.args.what.to_object().map_err(to_usage)?;
        let held = look::held(self.client, &url.bucket, &url.key, upload_id).await?;
        let upload = Unfinished {
            key: Ok(url.key),
            upload_id: upload_id.clone(),
            initiated: None,
            age: None,
            held: Some(held),
        };
        let mut total = self.total();
        let told = self.end(&upload).await?;
        total.add(&told);
        self.session.output.done(&told).map_err(Failure::Output)?;
        self.session.output.total(&total).map_err(Failure::Output)
    }

    /// Aborts all that are older. A listing that breaks ends it; an abortion that fails does not.
    async fn all(&self, older_than: Duration) -> Result<(), Failure> {
        let mut total = self.total();
        let ends = uploads(self.client, &self.args.what).map(|listed| async {
            let listed = listed?;
            if !self.is_older(&listed, older_than) {
                return Ok(None);
            }
            Ok(Some(self.look_and_end(&listed).await))
        });
        let mut ends = pin!(ends.buffered(AT_A_TIME));
        while let Some(end) = ends.try_next().await.map_err(Failure::Client)? {
            match end {
                None | Some(Ok(None)) => {}
                Some(Ok(Some(told))) => {
                    total.add(&told);
                    self.session.output.done(&told).map_err(Failure::Output)?;
                }
                Some(Err(failure)) => {
                    total.failed += 1;
                    message::report(&failure, &self.session.output);
                }
            }
        }
        self.session.output.total(&total).map_err(Failure::Output)?;
        Failure::if_any(total.failed, total.failed + total.uploads)
    }

    /// Whether it is old enough for certain. Where OSS told no time, nothing is.
    fn is_older(&self, listed: &ListedUpload, older_than: Duration) -> bool {
        look::age(self.client, listed.initiated).is_some_and(|age| age >= older_than)
    }

    /// `None` if it is no more.
    async fn look_and_end(&self, listed: &ListedUpload) -> Result<Option<AbortedUpload>, Failure> {
        match look::at(self.client, self.bucket(), listed).await? {
            Some(upload) => self.end(&upload).await.map(Some),
            None => Ok(None),
        }
    }

    /// Aborts one, unless this is for show or a job of this machine goes on with it.
    async fn end(&self, upload: &Unfinished) -> Result<AbortedUpload, Failure> {
        // A listing takes its time, in which a transfer may have begun to go on with it.
        let by_now = if self.args.force {
            Some(Owners::certain(self.session)?)
        } else {
            None
        };
        let owner = by_now.as_ref().unwrap_or(self.owners).of(&upload.upload_id);
        let is_kept = owner.is_some_and(|job| job.state == "running" || !self.args.include_jobs);
        let fate = match (is_kept, self.args.force) {
            (true, _) => Fate::Kept,
            (false, false) => Fate::Planned,
            (false, true) => {
                self.abort(upload).await?;
                Fate::Aborted
            }
        };
        Ok(AbortedUpload::of(upload, owner, fate))
    }

    /// What is no more needs no abortion.
    async fn abort(&self, upload: &Unfinished) -> Result<(), Failure> {
        let key = upload
            .key
            .clone()
            .map_err(|invalid| Failure::usage(invalid.to_string(), "abort it in the console"))?;
        let request = AbortMultipartUpload {
            bucket: self.bucket().clone(),
            key,
            upload_id: upload.upload_id.clone(),
        };
        match self.client.abort_multipart_upload(&request).await {
            Err(error) if error.kind() == ErrorKind::NoSuchUpload => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    fn bucket(&self) -> &BucketName {
        &self.args.what.bucket
    }

    fn total(&self) -> AbortedTotal {
        AbortedTotal::new(!self.args.force)
    }
}
