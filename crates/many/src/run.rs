use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Instant, SystemTime};

use ossum_checkpoint::{CheckpointPlace, FileStore, Holder, Pointers};
use ossum_client::Client;
use ossum_durable::RealFs;
use ossum_transfer::{Budget, Checkpointing, Options};

use crate::allowance::Allowance;
use crate::beneath::{self, Before};
use crate::error::Error;
use crate::halt::Halt;
use crate::item::Job;
use crate::lister;
use crate::monitor::Monitor;
use crate::queue::{Finder, Queue};
use crate::record;
use crate::request::{Remembering, Run};
use crate::route::Route;
use crate::run_pointer::{Place, RunPointer};
use crate::runs::{Remembered, Runs, warn};
use crate::slots::Slots;
use crate::told::{Ended, Summary, Told};
use crate::trouble::Troubles;
use crate::work::{Context, work};

/// So many items wait for a worker at most.
const QUEUE: usize = 256;

/// So many requests are under way at a time, if nothing else is asked for.
const REQUESTS: NonZeroUsize = NonZeroUsize::new(16).unwrap();

/// So many items of many parts are under way at a time: each can use all requests.
const LARGE_AT_ONCE: usize = 2;

/// Copies all that `run` says, and tells of each item as it is done.
///
/// `tell` is called from several threads at a time; a slow one slows the run. Blocks the calling
/// thread until all threads of the run have ended. Listings and results pass through: what is held
/// does not grow with the number of items, but for 16 bytes for each that an earlier run has copied.
///
/// # Resumption
/// With a record, the same run begun again leaves out what is copied already, if its source is the
/// same and the destination is as it was left, and goes on with what was half copied. A run that
/// succeeds removes the record.
///
/// # Errors
/// In [`Ended::outcome`]: what ended the run early. That single items failed is in the summary.
/// # Cancellation
/// [`Monitor::cancel`].
pub fn run(client: &Client, run: Run, monitor: &Monitor, tell: &(dyn Fn(Told) + Sync)) -> Ended {
    remembered(client, run, monitor, tell, |context| {
        on_threads(context, |finder| {
            lister::list(context, finder)?;
            monitor.listing_done();
            Ok(())
        });
    })
}

/// Does `work` with what everybody in a run knows, its record open, and tells how it ended.
pub(crate) fn remembered(
    client: &Client,
    run: Run,
    monitor: &Monitor,
    tell: &(dyn Fn(Told) + Sync),
    work: impl FnOnce(&Context<'_>),
) -> Ended {
    let began = Instant::now();
    let run = Run {
        route: run.route.normal(),
        ..run
    };
    let (resumed, left, outcome) = match Prepared::of(client, &run) {
        Ok(prepared) => prepared.carry_out(client, &run, monitor, tell, work),
        Err(error) => (false, None, Err(error)),
    };
    let summary = Summary {
        resumed,
        resumable: left.is_some(),
        elapsed: began.elapsed(),
        ..monitor.summary()
    };
    Ended {
        summary,
        outcome,
        left,
    }
}

/// A run whose record is open.
struct Prepared {
    remembered: Option<Remembered>,
    /// What earlier runs have done, where there is no record but a look at one.
    done: Vec<u128>,
    root: Option<PathBuf>,
    before: Before,
    options: Options,
}

impl Prepared {
    fn of(client: &Client, run: &Run) -> Result<Self, Error> {
        run.route.forbid_into_itself()?;
        let durability = run.options.durability;
        let root = match &run.route {
            Route::Down { destination, .. } if run.dry_run => destination.canonicalize().ok(),
            Route::Down { destination, .. } => Some(beneath::root(destination, durability)?),
            _ => None,
        };
        let before = match &root {
            Some(root) if has_no_names(root) => Before::Nothing,
            _ => Before::Something,
        };
        let mode_of_new_files = match &root {
            // Where that cannot be told once, each transfer asks, and says why not.
            Some(root) if !run.dry_run => run.options.files.mode_of_new_files(root).ok(),
            _ => None,
        };
        let endpoint = client.endpoint().authority().to_owned();
        let mut prepared = Self {
            remembered: None,
            done: Vec::new(),
            root,
            before,
            options: Options {
                mode_of_new_files,
                ..shared(&run.options)
            },
        };
        let Some(remembering) = &run.remembering else {
            return Ok(prepared);
        };
        let pointer = pointer(remembering, endpoint, &run.route);
        if run.dry_run {
            prepared.done = record::look(&pointer.record);
            return Ok(prepared);
        }
        let checkpoints = record::checkpoints(&pointer.record);
        let runs = remembering.state_directory.as_deref().map(Runs::new);
        match Remembered::begin(runs, pointer, durability) {
            Ok(remembered) => {
                prepared.options.checkpoint = Some(checkpointing(&checkpoints, remembering, run));
                prepared.remembered = Some(remembered);
            }
            Err(error @ Error::InUse { .. }) => return Err(error),
            Err(error) => warn(&error, "if this run is interrupted, it begins anew"),
        }
        Ok(prepared)
    }

    fn carry_out(
        self,
        client: &Client,
        run: &Run,
        monitor: &Monitor,
        tell: &(dyn Fn(Told) + Sync),
        work: impl FnOnce(&Context<'_>),
    ) -> (bool, Option<Remembered>, Result<(), Error>) {
        let remembered = self.remembered;
        let record = remembered.as_ref().map(|remembered| &remembered.record);
        let done = record.map_or(&self.done[..], |record| record.before());
        let resumed = !done.is_empty();
        let context = Context {
            client,
            run,
            monitor,
            tell,
            halt: Halt::new(monitor),
            troubles: Troubles::default(),
            allowance: Allowance::new(run.max_transfer),
            large: Slots::new(LARGE_AT_ONCE),
            root: self.root,
            before: self.before,
            options: self.options,
            done,
            record,
        };
        work(&context);
        let Context { halt, troubles, .. } = context;
        let outcome = halt.outcome().and_then(|()| match troubles.only() {
            Some(error) => Err(error),
            None => Ok(()),
        });
        let is_over = outcome.is_ok() && monitor.summary().failed == 0;
        if !is_over {
            return (resumed, remembered, outcome);
        }
        if let Some(remembered) = remembered {
            remembered.remove();
        }
        (resumed, None, outcome)
    }
}

/// Runs all workers to their end, on what `find` finds.
pub(crate) fn on_threads(
    context: &Context<'_>,
    find: impl FnOnce(&Finder<'_, Job>) -> Result<(), Error> + Send,
) {
    let queue = Queue::new(QUEUE);
    let at_once = 1..=context.run.at_once.get();
    let takers: Vec<_> = at_once.map(|number| (number, queue.taker())).collect();
    thread::scope(|scope| {
        let mut threads = Vec::new();
        let finder = queue.finder();
        // It takes the finder along: workers end when it does.
        let list = move || {
            if let Err(error) = find(&{ finder }) {
                context.halt.stop(error);
            }
        };
        threads.push(
            thread::Builder::new()
                .name("ossum-lister".to_owned())
                .spawn_scoped(scope, list),
        );
        for (number, taker) in takers {
            // And when none of these is left, the lister ends.
            let work = move || work(context, &{ taker });
            let name = format!("ossum-item-{number}");
            threads.push(thread::Builder::new().name(name).spawn_scoped(scope, work));
        }
        for spawned in threads {
            match spawned.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(())) => {}
                Ok(Err(_)) => context.halt.stop(Error::Died),
                Err(error) => context.halt.stop(no_thread(error)),
            }
        }
    });
}

pub(crate) fn no_thread(source: io::Error) -> Error {
    Error::Local {
        action: "start a thread for",
        path: "ossum".into(),
        source,
    }
}

/// The options with a budget that all transfers share.
fn shared(options: &Options) -> Options {
    let requests = options.concurrency.unwrap_or(REQUESTS);
    Options {
        budget: Some(Budget::new(requests, options.memory_bytes)),
        checkpoint: None,
        ..options.clone()
    }
}

/// What leads to the run, as it begins now.
fn pointer(remembering: &Remembering, endpoint: String, route: &Route) -> RunPointer {
    let state = remembering.state_directory.as_deref();
    let Place { record, id } = Place::of(&endpoint, route, &remembering.directory, state);
    let now = SystemTime::now();
    RunPointer {
        id,
        direction: route.into(),
        endpoint,
        source: route.source_anywhere(),
        destination: route.destination_anywhere(),
        record,
        directory: remembering.working_directory.clone(),
        command: remembering.command.clone(),
        began: now,
        holder: Holder::this_process(now),
        end: None,
    }
}

/// Whether nothing is in `directory`, as far as that can be told.
fn has_no_names(directory: &Path) -> bool {
    match std::fs::read_dir(directory) {
        Ok(mut names) => names.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

/// Where the transfers are remembered: beside the record, and pointed to as others are.
fn checkpointing(directory: &Path, remembering: &Remembering, run: &Run) -> Checkpointing {
    let place = CheckpointPlace::Directory(directory.to_owned());
    let state = remembering.state_directory.clone();
    let durability = run.options.durability;
    let store = FileStore::new(Arc::new(RealFs), place, state.clone(), durability);
    let pointers = state.map(|state| Pointers::new(Arc::new(RealFs), state));
    Checkpointing {
        nothing_earlier: has_no_names(directory)
            && pointers.as_ref().is_none_or(Pointers::is_empty),
        pointers,
        command: remembering.command.as_slice().into(),
        directory: remembering.working_directory.clone(),
        ..Checkpointing::new(Arc::new(store))
    }
}
