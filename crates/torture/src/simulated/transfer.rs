//! The transfer of a scenario, begun once.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ossum_checkpoint::{CheckpointPlace, FileStore, Pointers};
use ossum_client::Client;
use ossum_client::op::Overwrite as ObjectOverwrite;
use ossum_durable::{Durability, Overwrite, SimFs};
use ossum_testkit::{Fault, Faults, FaultyTransport};
use ossum_transfer::{
    Adopt, Checkpointing, Copy, Download, Error, Files, Monitor, OnChange, Options, Report, Upload,
    VerifyKept,
};
use ossum_types::{ByteRange, PartSize};
use tokio::sync::Notify;

use super::edit::Edit;
use super::scenario::{Ending, Run, Settings, Way};
use super::world::{CHECKPOINTS, FILE, STATE, World, made_url, source_url};

/// How a transfer ended, by itself or not.
pub(super) struct Ended {
    /// `None` if its future was dropped.
    pub(super) outcome: Option<Result<Report, Error>>,
    pub(super) monitor: Monitor,
    /// How many times what the test does to it was done: kills, cancels, changes of the source.
    pub(super) acts: u64,
    /// Whether it was killed, and so has nothing more to say.
    pub(super) is_killed: bool,
    pub(super) took: Duration,
}

/// Begins the transfer, and waits for its end.
pub(super) fn run(world: &World, run: &Run) -> Ended {
    let began = Instant::now();
    let (faults, monitor) = (Faults::default(), Monitor::new());
    let dropping = Arc::new(Notify::new());
    plan(world, run, &faults, &monitor, &dropping);
    let transport = FaultyTransport::new(world.oss.transport().clone(), faults.clone());
    let client = world.oss.client_over(transport);
    let outcome = world.oss.run(async {
        tokio::select! {
            biased;
            () = dropping.notified() => None,
            outcome = carry_out(world, &client, &monitor) => Some(outcome),
        }
    });
    drop(client);
    while faults.are_in_use() {
        // The thread of a future that was dropped: it ends soon, and nobody tells.
        std::thread::yield_now();
    }
    let has_crashed = world.fs.has_crashed();
    let acts = faults.fired() as u64 + u64::from(has_crashed);
    let is_killed = match run.end {
        Ending::Itself | Ending::CancelledAtRequest(_) => false,
        Ending::KilledAtStep(_) | Ending::KilledAtRequest(_) | Ending::KilledAfterRequest(_) => {
            has_crashed
        }
        Ending::DroppedAtRequest(_) => outcome.is_none(),
    };
    Ended {
        outcome,
        monitor,
        acts,
        is_killed,
        took: began.elapsed(),
    }
}

/// Arranges what the test does to the transfer on its way.
fn plan(world: &World, run: &Run, faults: &Faults, monitor: &Monitor, dropping: &Arc<Notify>) {
    let kill = {
        let (fs, end) = (world.fs.clone(), faults.end());
        move || {
            end();
            let _ = fs.kill();
        }
    };
    match run.end {
        Ending::Itself => {}
        Ending::KilledAtStep(step) => world.fs.crash_at(step),
        Ending::KilledAtRequest(nth) => faults.nth_of_all(nth, Fault::first(kill)),
        Ending::KilledAfterRequest(nth) => faults.nth_of_all(nth, Fault::last(kill)),
        Ending::CancelledAtRequest(nth) => {
            let monitor = monitor.clone();
            faults.nth_of_all(nth, Fault::first(move || monitor.cancel()));
        }
        Ending::DroppedAtRequest(nth) => {
            let dropping = Arc::clone(dropping);
            faults.nth_of_all(nth, Fault::first(move || dropping.notify_one()));
        }
    }
    if let Some((nth, edit)) = run.source_changes {
        faults.nth_of_all(nth, Fault::first(change_source(world, edit)));
    }
}

/// Something that changes the source from within a transfer.
fn change_source(world: &World, edit: Edit) -> impl Fn() + Send + Sync + 'static {
    let bytes = edit.of_bytes(&world.source);
    let (oss, fs, way) = (Arc::clone(&world.oss), world.fs.clone(), world.settings.way);
    move || match way {
        Way::Up => fs.write(FILE, &bytes),
        Way::Down | Way::Copy => {
            let source = source_url();
            // The calling thread has a runtime already.
            std::thread::scope(|scope| {
                scope.spawn(|| oss.put(source.key.as_str(), bytes.clone()).clock().now());
            });
        }
    }
}

async fn carry_out(world: &World, client: &Client, monitor: &Monitor) -> Result<Report, Error> {
    let settings = &world.settings;
    let options = options(&world.fs, settings);
    match settings.way {
        Way::Up => {
            let upload = upload(settings, options);
            ossum_transfer::upload(client, &upload, monitor).await
        }
        Way::Down => {
            let download = download(settings, options);
            ossum_transfer::download(client, &download, monitor).await
        }
        Way::Copy => {
            let copy = Copy {
                overwrite: object_overwrite(settings),
                options,
                ..Copy::new(source_url(), made_url())
            };
            ossum_transfer::copy(client, &copy, monitor).await
        }
    }
}

fn upload(settings: &Settings, options: Options) -> Upload {
    Upload {
        overwrite: object_overwrite(settings),
        verify_kept: if settings.believes_unchanged {
            VerifyKept::Changed
        } else {
            VerifyKept::Always
        },
        adopt: if settings.adopts {
            Adopt::Yes
        } else {
            Adopt::No
        },
        options,
        ..Upload::new(FILE, made_url())
    }
}

fn download(settings: &Settings, options: Options) -> Download {
    Download {
        overwrite: if settings.replaces {
            Overwrite::Allow
        } else {
            Overwrite::Forbid
        },
        range: settings
            .range
            .and_then(|(from, len)| ByteRange::from_len(from, len)),
        options,
        ..Download::new(source_url(), FILE)
    }
}

fn object_overwrite(settings: &Settings) -> ObjectOverwrite {
    if settings.replaces {
        ObjectOverwrite::Allow
    } else {
        ObjectOverwrite::Forbid
    }
}

fn options(fs: &SimFs, settings: &Settings) -> Options {
    let part_size = PartSize::new(settings.part_bytes).expect("a size that is not 0");
    Options {
        part_size: ossum_transfer::PartSizeWish::Asked(part_size),
        concurrency: NonZeroUsize::new(settings.workers),
        durability: durability(settings),
        checkpoint: settings.is_remembered.then(|| remembering(fs, settings)),
        on_change: if settings.starts_over {
            OnChange::StartOver
        } else {
            OnChange::Fail
        },
        files: Files::new(fs.clone()),
        ..Options::default()
    }
}

fn remembering(fs: &SimFs, settings: &Settings) -> Checkpointing {
    let arc = || Arc::new(fs.clone());
    let place = if settings.in_directory {
        CheckpointPlace::Directory(CHECKPOINTS.into())
    } else {
        CheckpointPlace::Beside
    };
    let store = FileStore::new(arc(), place, Some(STATE.into()), durability(settings));
    Checkpointing {
        pointers: Some(Pointers::new(arc(), STATE.into())),
        ..Checkpointing::new(Arc::new(store))
    }
}

fn durability(settings: &Settings) -> Durability {
    if settings.is_durable {
        Durability::Full
    } else {
        Durability::None
    }
}
