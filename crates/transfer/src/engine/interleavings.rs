//! The whole engine, its threads in whatever order: parts that are moved, refused, and cancelled.

use std::collections::BTreeSet;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ossum_client::transport::{BoxFuture, Transport, TransportError};
use ossum_client::{RequestBody, ResponseBody, Settings};
use ossum_threads::{block_on, explore, go_on, go_on_for_up_to, pause};
use tokio::sync::mpsc::unbounded_channel;

use super::*;
use crate::error::ErrorKind;
use crate::options::Options;

/// Moves numbers, and fails to move some.
struct Numbers {
    refused: &'static [u32],
    moved: Arc<Moved>,
}

/// What has been moved, whether anybody took note of it or not.
#[derive(Default)]
struct Moved {
    count: AtomicUsize,
    over: AtomicBool,
}

impl Mover for Numbers {
    type Job = u32;
    type Done = u32;

    fn number(job: &u32) -> Option<PartNumber> {
        PartNumber::new(*job).ok()
    }

    async fn move_part(&self, _: &Client, job: u32) -> Result<u32, Error> {
        assert!(!self.moved.over.load(Ordering::Relaxed), "somebody goes on");
        pause().await;
        if self.refused.contains(&job) {
            return Err(Error::new(ErrorKind::Disk, job.to_string()));
        }
        self.moved.count.fetch_add(1, Ordering::Relaxed);
        Ok(job)
    }
}

#[derive(Default)]
struct Ledger(BTreeSet<u32>);

impl Account for Ledger {
    type Done = u32;

    fn note(&mut self, done: u32) -> Result<Option<Noted>, Error> {
        go_on();
        assert!(self.0.insert(done), "{done} is noted twice");
        Ok(None)
    }

    fn commit(&mut self) -> Result<(), Error> {
        go_on();
        Ok(())
    }
}

/// Nobody is asked for anything here.
#[derive(Debug, Clone, Copy)]
struct Nowhere;

impl Transport for Nowhere {
    fn send(
        &self,
        _: http::Request<RequestBody>,
        _: Option<Duration>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>> {
        unreachable!("numbers are moved without requests")
    }

    fn separate(&self, _: usize) -> Arc<dyn Transport> {
        Arc::new(*self)
    }
}

/// What came of a transfer.
struct Ran {
    noted: BTreeSet<u32>,
    moved: usize,
    outcome: Result<(), Error>,
}

/// Three workers, two of whom may work at a time, on five parts, one of which is only looked at.
fn five() -> Work<u32> {
    Work {
        crew: Crew::of(3),
        budget: Crew::of(2).budget_of(&Options::default()),
        grain_bytes: BODY_GRAIN_BYTES,
        first: Some(1),
        moving: vec![2, 3, 4],
        checking: vec![5],
        coming: None,
    }
}

fn run_numbers(work: Work<u32>, refused: &'static [u32], monitor: &Monitor) -> Ran {
    let endpoint = "https://oss-cn-hangzhou.aliyuncs.com".parse().unwrap();
    let client = Client::new(Settings::new(endpoint), Arc::new(Nowhere)).unwrap();
    let moved = Arc::new(Moved::default());
    let mover = Numbers {
        refused,
        moved: Arc::clone(&moved),
    };
    let running = run(&client, mover, work, Ledger::default(), monitor);
    let (ledger, outcome) = block_on(running);
    moved.over.store(true, Ordering::Relaxed);
    Ran {
        noted: ledger.0,
        moved: moved.count.load(Ordering::Relaxed),
        outcome,
    }
}

/// Explores `scene` on a clock that stands still: who looks on now and then does so once.
fn explore_engine(name: &str, scene: impl Fn() + Send + Sync + Clone + 'static) {
    let mut clock = tokio::runtime::Builder::new_current_thread();
    // Never dropped: it would wake who waits, and after a failure nobody is there to be woken.
    let clock = ManuallyDrop::new(clock.enable_time().build().unwrap());
    let _entered = clock.enter();
    explore(name, scene);
}

/// About so many does it take to move five parts.
const TURNS: usize = 200;

fn begin(work: impl FnOnce() + Send + 'static) -> JoinHandle<()> {
    thread::spawn(String::new(), work).unwrap()
}

#[test]
fn interleavings_move_all_parts_and_end() {
    explore_engine("engine", || {
        let ran = run_numbers(five(), &[], &Monitor::new());
        ran.outcome.unwrap();
        assert_eq!(ran.noted, (1..=5).collect());
    });
}

#[test]
fn interleavings_move_all_that_still_comes_and_end() {
    explore_engine("engine, of a stream", || {
        let (sender, coming) = unbounded_channel();
        let work = Work {
            coming: Some(coming),
            ..five()
        };
        let source = begin(move || {
            for part in 6..=7 {
                go_on();
                let _ = sender.send(part);
            }
        });
        let ran = run_numbers(work, &[], &Monitor::new());
        source.join().unwrap();
        ran.outcome.unwrap();
        assert_eq!(ran.noted, (1..=7).collect());
    });
}

#[test]
fn interleavings_keep_all_that_was_moved_when_it_is_cancelled() {
    explore_engine("engine, cancelled", || {
        let monitor = Monitor::new();
        let cancelling = monitor.clone();
        let canceller = begin(move || {
            go_on_for_up_to(TURNS);
            cancelling.cancel();
        });
        let ran = run_numbers(five(), &[], &monitor);
        canceller.join().unwrap();
        assert_eq!(ran.noted.len(), ran.moved, "nothing is moved for nothing");
        match ran.outcome {
            Ok(()) => assert_eq!(ran.moved, 5),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Cancelled),
        }
    });
}

#[test]
fn interleavings_let_a_paused_transfer_be_cancelled() {
    explore_engine("engine, paused and cancelled", || {
        let monitor = Monitor::new();
        monitor.pause();
        let cancelling = monitor.clone();
        let canceller = begin(move || {
            go_on_for_up_to(TURNS);
            cancelling.cancel();
        });
        let ran = run_numbers(five(), &[], &monitor);
        canceller.join().unwrap();
        assert_eq!((ran.noted.len(), ran.moved), (0, 0));
        assert_eq!(ran.outcome.unwrap_err().kind(), ErrorKind::Cancelled);
    });
}

#[test]
fn interleavings_tell_a_part_that_failed_and_keep_the_others() {
    explore_engine("engine, a part fails", || {
        let ran = run_numbers(five(), &[2, 5], &Monitor::new());
        assert_eq!(ran.noted.len(), ran.moved, "nothing is moved for nothing");
        assert_eq!(ran.outcome.unwrap_err().kind(), ErrorKind::Disk);
    });
}
