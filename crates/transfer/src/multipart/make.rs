use std::sync::Arc;

use ossum_client::ErrorKind as ClientErrorKind;
use ossum_plan::{KeptPart, PartLayout, Reread};

use super::{Became, Content, Gained, Gathered, Made, Making, Past, Session, Whole, made_before};
use super::{Remedies, Remedy, WhenCancelled};
use crate::checkpoint::Checkpoint;
use crate::crew::Crew;
use crate::engine::{self, Account, Work};
use crate::error::{Error, ErrorKind, Safe};
use crate::monitor::{Event, Restarted};
use crate::report::Report;

/// How a session goes on after a failure.
enum Next {
    Session(Session),
    Done(Report),
}

impl Making<'_> {
    /// Makes the object: moves what is missing, proves all of it, and completes the upload. What an
    /// upload began anew for has the parts of `layout`.
    pub(super) async fn make<C: Content>(
        &self,
        content: &C,
        layout: &PartLayout,
        session: Session,
        mut checkpoint: Checkpoint,
    ) -> Result<Report, Error> {
        let mut session = session;
        let mut remedies = Remedies::default();
        loop {
            let (gathered, outcome) = self.round(content, &session, checkpoint).await;
            let safe = gathered.safe();
            checkpoint = gathered.into_checkpoint();
            let next = match outcome {
                Ok(report) => Ok(Next::Done(report)),
                Err(error) => match remedies.of(&error) {
                    Some(remedy) => {
                        tracing::warn!("{error}: {}", remedy.announcement());
                        self.after(remedy, content, layout, &session, &mut checkpoint)
                            .await
                    }
                    None => Err(error),
                },
            };
            match next {
                Ok(Next::Session(next)) => session = next,
                Ok(Next::Done(report)) => {
                    checkpoint.remove();
                    return Ok(report);
                }
                Err(error) => {
                    let left = self.leave(content, &session, &mut checkpoint, safe, error);
                    return Err(left.await);
                }
            }
        }
    }

    /// What is done after a failure that the service explains.
    async fn after<C: Content>(
        &self,
        remedy: Remedy,
        content: &C,
        layout: &PartLayout,
        session: &Session,
        checkpoint: &mut Checkpoint,
    ) -> Result<Next, Error> {
        match remedy {
            Remedy::NewUpload => {
                if let Some(report) = self.is_done(content, session, checkpoint).await? {
                    return Ok(Next::Done(report));
                }
                let reason = Some(Restarted::UploadGone);
                let begun = self.begin_session(content, layout, reason, checkpoint);
                Ok(Next::Session(begun.await?))
            }
            Remedy::LookAgain => Ok(Next::Session(Session {
                listed: content.look_again(session).await?,
                upload_id: session.upload_id.clone(),
                recorded: Arc::clone(&session.recorded),
                written: Arc::clone(&session.written),
                reread: Reread::Always, // nothing is believed any more
                ..*session
            })),
        }
    }

    /// An upload that an earlier run was about to complete may be gone because it was; so may one that
    /// others know of.
    async fn is_done<C: Content>(
        &self,
        content: &C,
        session: &Session,
        checkpoint: &mut Checkpoint,
    ) -> Result<Option<Report>, Error> {
        if session.completing.is_none() && !content.is_remembered() {
            return Ok(None);
        }
        let past = Past {
            size: session.layout.object_size(),
            began: session.since,
            completing: session.completing,
        };
        let crc64 = content.crc64();
        match self.what_became(past, crc64, checkpoint).await? {
            Became::Made(made, crc64) => {
                let parts = session.layout.count();
                Ok(Some(made_before(
                    self.monitor,
                    past.size,
                    parts,
                    crc64,
                    made,
                )))
            }
            Became::Nothing => Ok(None),
        }
    }

    /// One try to move what is missing and to complete.
    async fn round<C: Content>(
        &self,
        content: &C,
        session: &Session,
        checkpoint: Checkpoint,
    ) -> (Gathered, Result<Report, Error>) {
        let layout = &session.layout;
        self.monitor.begin(layout.object_size(), layout.count());
        let mut gathered = Gathered::new(session, checkpoint);
        let mut plan = content.plan(session);
        self.tell(session, plan.keep.len() + plan.check.len());
        gathered.expect(plan.check.iter().map(|candidate| candidate.part.number));
        for kept in std::mem::take(&mut plan.keep) {
            if let Err(error) = self.keep(&mut gathered, kept) {
                return (gathered, Err(error));
            }
        }
        let options = content.options();
        let jobs = content.jobs(plan);
        let crew = Crew::decide(options, layout.count(), layout.part_size().get());
        let work = Work {
            crew,
            budget: crew.budget_of(options),
            grain_bytes: content.grain_bytes(session),
            first: None,
            moving: jobs.moving,
            checking: jobs.checking,
            coming: None,
        };
        let mover = content.mover(session);
        // On the heap, as it holds a whole worker.
        let running = Box::pin(engine::run(
            self.client,
            mover,
            work,
            gathered,
            self.monitor,
        ));
        let (mut gathered, moved) = running.await;
        let outcome = match moved {
            Ok(()) => self.finish(content, session, &mut gathered).await,
            Err(error) => Err(error),
        };
        (gathered, outcome)
    }

    fn keep(&self, gathered: &mut Gathered, kept: KeptPart) -> Result<(), Error> {
        let noted = gathered.note(Gained {
            kept,
            confirmed: true,
            reused: true,
        })?;
        if let Some(noted) = noted {
            self.monitor.part_done(noted.part, noted.reused);
        }
        Ok(())
    }

    fn tell(&self, session: &Session, there: usize) {
        if let Some(reason) = session.restarted {
            self.monitor.tell(Event::Restarted(reason));
        }
        if session.is_resumed() {
            let parts = u32::try_from(there).unwrap_or(u32::MAX);
            self.monitor.tell(Event::Resumed { parts });
        }
    }

    async fn finish<C: Content>(
        &self,
        content: &C,
        session: &Session,
        gathered: &mut Gathered,
    ) -> Result<Report, Error> {
        let proof = content.prove(session, gathered).await?;
        if self.monitor.token().is_cancelled() {
            return Err(Error::cancelled());
        }
        self.forbid_existing().await?;
        let now = self.client.now();
        gathered.checkpoint().completing(now)?;
        let whole = Whole {
            upload_id: session.upload_id.clone(),
            parts: gathered.all()?,
            size: session.layout.object_size(),
            crc64: proof.crc64,
            confirmed: proof.confirmed,
            since: session.since,
            completing: session.completing.unwrap_or(now),
            may_be_done: session.completing.is_some(),
        };
        let is_remembered = content.is_remembered() || session.is_resumed();
        let when_cancelled = if gathered.checkpoint().is_kept() || is_remembered {
            WhenCancelled::Leave
        } else {
            WhenCancelled::Abort
        };
        let made: Made = self.complete(&whole, when_cancelled).await?;
        let restarted = session.restarted.or_else(|| gathered.changed());
        Ok(Report {
            resumed: session.is_resumed(),
            restarted,
            ..whole.report(made)
        })
    }

    /// Leaves a failed upload as it can be continued, or aborted where this run began it and nothing
    /// would remember it.
    async fn leave<C: Content>(
        &self,
        content: &C,
        session: &Session,
        checkpoint: &mut Checkpoint,
        safe: Safe,
        error: Error,
    ) -> Error {
        if error.is_made() {
            checkpoint.remove(); // the upload is no more
            return error;
        }
        if error.kind() == ErrorKind::Service(ClientErrorKind::NoSuchUpload) {
            checkpoint.remove(); // there is nothing to go on with
            return error;
        }
        if error.is_damage() {
            // Parts that are wrong twice over are of no use to anybody.
            checkpoint.remove();
            return self.abandon(session.upload_id.clone(), error).await;
        }
        if checkpoint.is_kept() {
            // The error that ended the transfer is the one to be told. What could not be made
            // durable now is only a hint.
            let _ = checkpoint.sync();
            return checkpoint.kept(error, safe);
        }
        if content.is_remembered() {
            return error.keeping(safe);
        }
        if session.is_resumed() {
            return error; // it may be somebody else's
        }
        self.abandon(session.upload_id.clone(), error).await
    }
}
