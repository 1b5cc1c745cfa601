use ossum_plan::PartLayout;
use ossum_types::UploadId;

use super::{Became, Content, Making, Past, Session, made_before};
use crate::checkpoint::{Checkpoint, Earlier};
use crate::error::Error;
use crate::monitor::Restarted;
use crate::report::Report;

/// How an upload begins.
#[derive(Debug)]
pub(crate) enum Beginning {
    /// Anew.
    New(Option<Restarted>),
    /// With what an earlier run has moved.
    Continued(Box<Session>),
    /// It is done: an earlier run completed it and did not live to say so.
    Done(Box<Report>),
}

impl Making<'_> {
    /// Makes the object in parts: those of `layout`, or those of an earlier run, of which only what
    /// is missing is moved.
    pub(crate) async fn in_parts<C: Content>(
        &self,
        content: &C,
        layout: &PartLayout,
        earlier: Earlier,
        mut checkpoint: Checkpoint,
    ) -> Result<Report, Error> {
        let beginning = tokio::select! {
            biased;
            () = self.monitor.token().cancelled() => Err(Error::cancelled()),
            beginning = content.look_back(layout, earlier, &mut checkpoint) => beginning,
        };
        let session = match beginning.map_err(|error| checkpoint.keeping(error))? {
            Beginning::Continued(session) => *session,
            Beginning::New(reason) => {
                self.begin_session(content, layout, reason, &mut checkpoint)
                    .await?
            }
            Beginning::Done(report) => {
                checkpoint.remove();
                return Ok(*report);
            }
        };
        self.make(content, layout, session, checkpoint).await
    }

    /// Begins an upload in the parts of `layout`. On return whoever is to remember it does.
    pub(super) async fn begin_session<C: Content>(
        &self,
        content: &C,
        layout: &PartLayout,
        reason: Option<Restarted>,
        checkpoint: &mut Checkpoint,
    ) -> Result<Session, Error> {
        let header = |transfer| content.header(layout, transfer);
        let session = Session::begin(self, layout, header, reason, checkpoint).await?;
        match content.remember(&session.upload_id).await {
            Ok(()) => Ok(session),
            Err(error) => Err(self.abandon(session.upload_id, error).await),
        }
    }

    /// Aborts an upload that cannot be continued, so that another one begins.
    pub(crate) async fn begin_instead_of(
        &self,
        upload_id: &UploadId,
        reason: Option<Restarted>,
    ) -> Result<Beginning, Error> {
        let why = reason.map_or_else(|| "no part is of use".to_owned(), |why| why.to_string());
        tracing::warn!("{why} since the last run: it begins anew");
        self.give_up(upload_id).await?;
        Ok(Beginning::New(reason))
    }

    /// How an upload begins whose earlier one the service does not know any more.
    pub(crate) async fn begin_after<C: Content>(
        &self,
        content: &C,
        past: Past,
        layout: &PartLayout,
        checkpoint: &mut Checkpoint,
    ) -> Result<Beginning, Error> {
        let became = self.what_became(past, content.crc64(), checkpoint).await?;
        Ok(match became {
            Became::Made(made, crc64) => {
                let count = layout.count();
                let report = made_before(self.monitor, past.size, count, crc64, made);
                Beginning::Done(Box::new(report))
            }
            Became::Nothing => Beginning::New(Some(Restarted::UploadGone)),
        })
    }
}
