//! What becomes of each item.

mod from_object;
mod to_file;
mod to_object;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use ossum_client::op::HeadObject;
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_transfer::{ErrorKind, Monitor as OneMonitor, Options, Report, Worker, modified};
use ossum_types::ObjectUrl;

use crate::allowance::Allowance;
use crate::beneath::Before;
use crate::decide::{Action, Replace, decide};
use crate::error::Error;
use crate::halt::Halt;
use crate::item::{Existing, Item, Job};
use crate::listing::Asking;
use crate::monitor::{Became, Monitor};
use crate::queue::Taker;
use crate::record::{Record, mark};
use crate::request::{IfExists, Run};
use crate::route::Route;
use crate::slots::Slots;
use crate::sync::drift::Sides;
use crate::told::{Skipped, Told, What};
use crate::trouble::{Concerns, Troubles, concerns};

/// What everybody in a run knows.
pub(crate) struct Context<'a> {
    pub(crate) client: &'a Client,
    pub(crate) run: &'a Run,
    pub(crate) monitor: &'a Monitor,
    pub(crate) tell: &'a (dyn Fn(Told) + Sync),
    pub(crate) halt: Halt<'a>,
    pub(crate) troubles: Troubles,
    pub(crate) allowance: Allowance,
    /// For items so large that one or two use all requests.
    pub(crate) large: Slots,
    /// The directory that is downloaded to, without links; absent where it is not there.
    pub(crate) root: Option<PathBuf>,
    /// What was in it.
    pub(crate) before: Before,
    /// How each item is moved.
    pub(crate) options: Options,
    /// What earlier runs have done, in order.
    pub(crate) done: &'a [u128],
    pub(crate) record: Option<&'a Record>,
}

impl Context<'_> {
    /// Where temporary files may lie: with the record, if there is one.
    pub(crate) fn temporary_directory(&self) -> Option<&Path> {
        let of_record = self.record.map(Record::directory);
        of_record.or(self.run.temporary_directory.as_deref())
    }

    /// Tells of an item that failed, and ends the run if that is likely to be everybody's.
    pub(crate) fn failed(&self, what: What, error: Error) {
        let concerns = concerns(&error);
        let ends = self.troubles.bad(concerns);
        if ends && concerns == Concerns::All {
            return self.halt.stop(error);
        }
        (self.tell)(Told::Failed(what, error));
        if ends && let Some(error) = self.troubles.in_a_row() {
            self.halt.stop(error);
        }
    }
}

/// An item in the hands of a worker.
#[derive(Clone, Copy)]
struct Begun<'a> {
    item: &'a Item,
    what: &'a What,
    is_compared: bool,
}

/// What became of an item.
enum Fate {
    Copied(Box<Report>),
    /// From another object of the destination, which has its bytes.
    CopiedFrom(String, Box<Report>),
    /// A directory.
    Made,
    Skipped(Skipped),
    Planned,
    /// So it would be made of another object.
    PlannedFrom(String),
    /// The run ended before.
    NotBegun,
}

/// From this size on an item is large, in bytes.
const LARGE_BYTES: u64 = 8 << 20;

/// Takes items until there are none, or the run ends.
pub(crate) fn work(context: &Context<'_>, queue: &Taker<'_, Job>) {
    let worker = match Worker::new(context.client) {
        Ok(worker) => worker,
        Err(error) => return context.halt.stop(error.into()),
    };
    let source_client = context.run.source_client.as_ref();
    let asking = Asking {
        worker,
        end: context.monitor.token(),
    };
    let worker = OneWorker {
        context,
        asking,
        source_client: source_client.map(Worker::for_this_thread),
    };
    while let Some(job) = queue.take()
        && context.halt.goes_on()
    {
        worker.carry_out(&job);
    }
}

struct OneWorker<'a> {
    context: &'a Context<'a>,
    asking: Asking<'a>,
    /// Who is asked about the source, if not as the destination is asked.
    source_client: Option<Client>,
}

impl OneWorker<'_> {
    fn carry_out(&self, job: &Job) {
        let item = &job.item;
        let route = &self.context.run.route;
        let what = What {
            source: route.source_of(&item.name),
            destination: route.destination_of(&item.name),
        };
        let existing = job.existing.as_ref();
        let begun = Begun {
            item,
            what: &what,
            is_compared: job.is_compared,
        };
        if let Some(planned) = &job.planned
            && let Err(error) = self.sides().hold_still(item, planned)
        {
            return self.ended(item, what, Err(error));
        }
        let outcome = match route {
            Route::Up {
                source,
                destination,
            } => {
                let from = job.from.as_deref();
                let made = from.map(|from| {
                    let holds_still = job.planned.is_some();
                    self.copy_of(source, destination, begun, from, holds_still)
                });
                match made.transpose() {
                    Ok(Some(Some(fate))) => Ok(fate),
                    Ok(_) => self.upload(source, destination, begun, existing),
                    Err(error) => Err(error),
                }
            }
            Route::Across {
                source,
                destination,
            } => self.copy(source, destination, begun, existing),
            Route::Down { source, .. } => self.download(source, begun),
        };
        if let Err(Error::Transfer(error)) = &outcome {
            warn_of_left(error, &what);
        }
        self.ended(item, what, outcome);
    }

    fn ended(&self, item: &Item, what: What, outcome: Result<Fate, Error>) {
        match outcome {
            Ok(fate) => self.tell(item, what, fate),
            Err(error) if error.is_cancelled() && !self.context.halt.goes_on() => {}
            Err(Error::Limit(limit)) => self.context.halt.begin_no_more(limit.into()),
            Err(error) => self.failed(item, what, error),
        }
    }

    fn tell(&self, item: &Item, what: What, fate: Fate) {
        let monitor = self.context.monitor;
        let (became, told) = match fate {
            Fate::Copied(report) => {
                let bytes_reused = report.bytes_reused;
                (
                    Became::Copied { bytes_reused },
                    Some(Told::Done(what, report)),
                )
            }
            Fate::CopiedFrom(from, report) => {
                let bytes_reused = report.bytes_reused;
                monitor.renamed();
                (
                    Became::Copied { bytes_reused },
                    Some(Told::DoneFrom { what, from, report }),
                )
            }
            Fate::Made => (Became::Copied { bytes_reused: 0 }, None),
            Fate::Planned => (
                Became::Copied { bytes_reused: 0 },
                Some(Told::Planned(what, item.size)),
            ),
            Fate::PlannedFrom(from) => {
                monitor.renamed();
                let bytes = item.size;
                (
                    Became::Copied { bytes_reused: 0 },
                    Some(Told::PlannedFrom { what, from, bytes }),
                )
            }
            Fate::Skipped(why) => (Became::Skipped, Some(Told::Skipped(what, why))),
            Fate::NotBegun => return,
        };
        self.context.troubles.good();
        monitor.became(item.size, became);
        if let Some(told) = told {
            (self.context.tell)(told);
        }
    }

    fn failed(&self, item: &Item, what: What, error: Error) {
        self.context.monitor.became(item.size, Became::Failed);
        self.context.failed(what, error);
    }

    /// Whether the item is to be copied, and may replace what is there; or else what becomes of it.
    /// What is there already does if it was `made` in one of these ways.
    fn decide(
        &self,
        begun: Begun<'_>,
        existing: Option<&Existing>,
        made: &[String],
        is_newer: impl FnOnce() -> Result<bool, Error>,
    ) -> Result<Result<Replace, Fate>, Error> {
        let if_exists = self.context.run.if_exists;
        let item = begun.item;
        let is_noted = || existing.is_some_and(|existing| self.is_done(item, existing, made));
        let is_done = !begun.is_compared && is_noted();
        let action = match decide(if_exists, existing.is_some(), is_done) {
            Action::Compare if is_newer()? => Action::Copy(Replace::Allow),
            Action::Compare => Action::Skip(Skipped::AsNew),
            action => action,
        };
        match action {
            Action::Copy(_) if self.context.run.dry_run => Ok(Err(Fate::Planned)),
            Action::Copy(replace) => Ok(Ok(replace)),
            Action::Skip(why) => Ok(Err(Fate::Skipped(why))),
            Action::Compare | Action::Refuse => {
                let destination = self.context.run.route.destination_of(&item.name);
                Err(Error::Exists(destination))
            }
        }
    }

    /// Whether an earlier attempt has made it, in one of these ways.
    fn is_done(&self, item: &Item, existing: &Existing, made: &[String]) -> bool {
        let (name, source, there) = (&item.name, &item.version, &existing.version);
        let is_noted = |made: &String| {
            let mark = mark(&[name, source, there, made]);
            self.context.done.binary_search(&mark).is_ok()
        };
        made.iter().any(is_noted)
    }

    /// What the destination became meanwhile is none of this run's failures if it is to be left.
    fn unless_it_appeared(&self, error: Error) -> Result<Fate, Error> {
        let Error::Transfer(transfer) = &error else {
            return Err(error);
        };
        let is_there = matches!(
            transfer.kind(),
            ErrorKind::AlreadyExists | ErrorKind::Service(ClientErrorKind::AlreadyExists)
        );
        match self.context.run.if_exists {
            IfExists::Skip if is_there => Ok(Fate::Skipped(Skipped::Exists)),
            _ => Err(error),
        }
    }

    /// Carries out one transfer, within what may be moved.
    fn transfer(
        &self,
        begun: Begun<'_>,
        carry_out: impl FnOnce(&OneMonitor) -> Result<Report, Error>,
    ) -> Result<Fate, Error> {
        let (context, Begun { item, what, .. }) = (self.context, begun);
        let is_large = item.size > LARGE_BYTES;
        let _slot = is_large.then(|| context.large.take());
        if !context.halt.goes_on() {
            return Ok(Fate::NotBegun);
        }
        context.allowance.take(item.size)?;
        let active = context.monitor.begin(&item.name, what);
        let outcome = carry_out(active.monitor());
        active.tell_events(&|told| (context.tell)(told));
        let moved = active.monitor().snapshot().bytes_moved;
        context.allowance.settle(item.size, moved);
        Ok(Fate::Copied(Box::new(outcome?)))
    }

    /// Takes note that `bytes` bytes are done: of the name, this source has become this destination,
    /// made in this way.
    fn remember(&self, done: [&str; 4], bytes: u64) {
        if let Some(record) = self.context.record {
            record.add(mark(&done), bytes);
        }
    }

    /// Who is asked whether both sides are as they were.
    fn sides(&self) -> Sides<'_> {
        Sides {
            route: &self.context.run.route,
            root: self.context.root.as_deref(),
            asking: &self.asking,
            source_client: self.source_client.as_ref(),
        }
    }

    /// When an object was modified; `asked` is somebody else than the worker's client.
    fn modified(
        &self,
        url: &ObjectUrl,
        asked: Option<&Client>,
    ) -> Result<Option<SystemTime>, Error> {
        let head = HeadObject::new(url.bucket.clone(), url.key.clone());
        let info = self.asking.ask(|client| async move {
            let client = asked.cloned().unwrap_or(client);
            client.head_object(&head).await
        })?;
        Ok(modified(&info))
    }
}

fn warn_of_left(error: &ossum_transfer::Error, what: &What) {
    if let Some(upload_id) = error.left_upload() {
        let destination = what.destination.escape_debug();
        tracing::warn!(
            "the unfinished upload {upload_id} of {destination} could not be aborted; its parts are billed until it is"
        );
    }
}

/// Where one of the two times is not known, there is no saying that it is not.
fn is_newer(source: Option<SystemTime>, there: Option<SystemTime>) -> bool {
    match (source, there) {
        (Some(source), Some(there)) => source > there,
        _ => true,
    }
}
