use std::sync::Arc;

use ossum_plan::{PartLayout, Reconciled, reconcile};

use super::Job;
use super::resume::{Beginning, look_back};
use super::sender::{SendJob, Sender};
use super::session::Session;
use crate::checkpoint::{Checkpoint, Earlier};
use crate::crew::Crew;
use crate::engine::{self, Account, Work};
use crate::error::Error;
use crate::monitor::{Event, Restarted};
use crate::multipart::{Gained, Gathered, Remedies, Remedy, WhenCancelled, Whole, made_before};
use crate::report::Report;
use crate::thread;

/// Uploads a file in parts: those of `layout`, or those of an earlier run, of which only what is
/// missing is sent.
pub(super) async fn send(
    job: &Job<'_>,
    layout: &PartLayout,
    earlier: Earlier,
    mut checkpoint: Checkpoint,
) -> Result<Report, Error> {
    let beginning = look_back(job, earlier, &mut checkpoint).await;
    let beginning = beginning.map_err(|error| checkpoint.keeping(error))?;
    let mut session = match beginning {
        Beginning::New(reason) => Session::begin(job, layout, reason, &mut checkpoint).await?,
        Beginning::Continued(session) => *session,
        Beginning::Done(made, crc64) => {
            checkpoint.remove();
            job.making.monitor.begin(job.source.len(), layout.count());
            return Ok(made_before(job.source.len(), layout.count(), crc64, made));
        }
    };
    let mut remedies = Remedies::default();
    loop {
        let (kept, outcome) = Round {
            job,
            session: &session,
        }
        .run(checkpoint)
        .await;
        checkpoint = kept;
        let error = match outcome {
            Ok(report) => {
                checkpoint.remove();
                return Ok(report);
            }
            Err(error) => error,
        };
        match remedies.of(&error) {
            Some(Remedy::NewUpload) => {
                tracing::warn!("{error}: the upload begins anew");
                let reason = Some(Restarted::UploadGone);
                session = Session::begin(job, layout, reason, &mut checkpoint).await?;
            }
            Some(Remedy::ListAgain) => {
                tracing::warn!("{error}: looking again at the parts there are");
                session.listed = job
                    .making
                    .list(&session.upload_id)
                    .await?
                    .unwrap_or_default();
            }
            None => {
                let upload_id = session.upload_id;
                return Err(job.making.leave(upload_id, &mut checkpoint, error).await);
            }
        }
    }
}

/// One try to send what is missing and to complete.
struct Round<'a> {
    job: &'a Job<'a>,
    session: &'a Session,
}

impl Round<'_> {
    async fn run(&self, checkpoint: Checkpoint) -> (Checkpoint, Result<Report, Error>) {
        let (gathered, sent) = self.send_parts(checkpoint).await;
        let Some(mut gathered) = gathered else {
            return (
                Checkpoint::none(),
                Err(sent.err().unwrap_or_else(thread::died)),
            );
        };
        let outcome = match sent {
            Ok(()) => self.complete(&mut gathered).await,
            Err(error) => Err(error),
        };
        let safe = gathered.safe();
        let checkpoint = gathered.into_checkpoint();
        let kept = checkpoint.is_kept();
        let outcome = outcome.map_err(|error| if kept { error.keeping(safe) } else { error });
        (checkpoint, outcome)
    }

    async fn send_parts(&self, checkpoint: Checkpoint) -> (Option<Gathered>, Result<(), Error>) {
        let Self { job, session } = self;
        let (layout, monitor) = (&session.layout, job.making.monitor);
        monitor.begin(layout.object_size(), layout.count());
        let plan = reconcile(
            layout,
            &session.recorded,
            session.listed.iter().cloned(),
            session.reread,
        );
        self.tell(&plan);
        let mut gathered = Gathered::new(layout, session.recorded.clone(), checkpoint);
        gathered.expect(plan.check.iter().map(|candidate| candidate.part.number));
        for kept in plan.keep {
            let gained = Gained {
                kept,
                confirmed: true,
                reused: true,
            };
            match gathered.note(gained) {
                Ok(noted) => monitor.part_done(noted.part, noted.reused),
                Err(error) => return (Some(gathered), Err(error)),
            }
        }
        let sender = Sender {
            source: Arc::clone(job.source),
            destination: job.making.destination.clone(),
            upload_id: session.upload_id.clone(),
        };
        let options = &job.request.options;
        let work = Work {
            crew: Crew::decide(options, layout.count()),
            budget: options.budget.clone(),
            first: None,
            moving: plan.send.into_iter().map(SendJob::Send).collect(),
            checking: plan.check.into_iter().map(SendJob::Check).collect(),
        };
        engine::run(job.making.client, sender, work, gathered, monitor).await
    }

    fn tell(&self, plan: &Reconciled) {
        let monitor = self.job.making.monitor;
        if let Some(reason) = self.session.restarted {
            monitor.tell(Event::Restarted(reason));
        }
        if self.session.resumed {
            let parts = u32::try_from(plan.keep.len() + plan.check.len()).unwrap_or(u32::MAX);
            monitor.tell(Event::Resumed { parts });
        }
    }

    async fn complete(&self, gathered: &mut Gathered) -> Result<Report, Error> {
        let Self { job, session } = self;
        // The last look before anything is completed: parts read before and after a change would
        // make an object that never was.
        job.source.check_unchanged(&*job.request.options.files)?;
        if job.making.monitor.token().is_cancelled() {
            return Err(Error::cancelled());
        }
        let now = job.making.client.now();
        gathered.checkpoint().completing(now)?;
        let whole = Whole {
            upload_id: session.upload_id.clone(),
            parts: gathered.all()?,
            size: session.layout.object_size(),
            crc64: gathered.crc64(),
            confirmed: gathered.confirmed,
            since: session.since,
            completing: session.completing.unwrap_or(now),
            may_be_done: session.completing.is_some(),
        };
        let when_cancelled = if gathered.checkpoint().is_kept() {
            WhenCancelled::Leave
        } else {
            WhenCancelled::Abort
        };
        let made = job.making.complete(&whole, when_cancelled).await?;
        Ok(Report {
            resumed: session.resumed,
            restarted: session.restarted.or(self.source_changed(gathered)),
            parts_reused: gathered.parts_reused,
            bytes_reused: gathered.bytes_reused,
            ..whole.report(made)
        })
    }

    /// Parts that were listed in the right size and had to be sent again are of other bytes.
    fn source_changed(&self, gathered: &Gathered) -> Option<Restarted> {
        let session = self.session;
        let listed = session.listed.iter().filter(|listed| {
            let range = session.layout.part(listed.number);
            range.is_some_and(|range| range.len() == listed.size)
        });
        let comparable = u32::try_from(listed.count()).unwrap_or(u32::MAX);
        (session.resumed && gathered.parts_reused < comparable).then_some(Restarted::SourceChanged)
    }
}
