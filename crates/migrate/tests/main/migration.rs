//! A migration from one OSS to another, planned and ready to be carried out.

use std::num::NonZeroUsize;
use std::sync::Mutex;
use std::time::UNIX_EPOCH;

use ossum_client::RetryPolicy;
use ossum_devserver::Operation;
use ossum_migrate::ledger::{Became, Line, read};
use ossum_migrate::{
    Destination, Error, FinishEnd, Job, Monitor, Mover, Options, Place, Plan, Progress, Reader,
    RunShard, ShardEnd, Source, finish, names, plan, run_shard,
};
use ossum_plan::PartSizeWish;
use ossum_testkit::{InProcessOss, Server};
use tempfile::TempDir;

pub(crate) const KIB: usize = 1 << 10;

/// Keys that are awkward somewhere.
pub(crate) const KEYS: [&str; 7] = ["a", "a/", "a//b", "a\n", "ä", "b,\"c\"", "dir/x?y#z%20"];

pub(crate) struct Migration {
    pub(crate) old: InProcessOss,
    pub(crate) new: InProcessOss,
    pub(crate) place: Place,
    pub(crate) job: Job,
    pub(crate) reader: Reader,
    _dir: TempDir,
}

fn server() -> InProcessOss {
    let server = Server::new().with_client(|settings| {
        settings.retry = RetryPolicy {
            retries: 3,
            ..settings.retry
        };
    });
    server.in_process()
}

/// Bytes that differ from key to key.
pub(crate) fn bytes_of(key: &str, len: usize) -> Vec<u8> {
    let seed = key.bytes().map(usize::from).sum::<usize>();
    (0..len)
        .map(|at| u8::try_from((at * 31 + at / 251 + seed) % 256).unwrap())
        .collect()
}

impl Migration {
    /// Of objects of these sizes, in parts of 100 KiB; those above 300 KiB in ranges of 200 KiB.
    pub(crate) fn of(objects: &[(&str, usize)]) -> Self {
        let old = server();
        for (key, len) in objects {
            old.put(&format!("from/{key}"), bytes_of(key, *len));
        }
        let source = Source::Oss {
            url: "oss://bkt/from/".parse().unwrap(),
            endpoint: None,
            region: None,
            profile: None,
        };
        let reader = Reader::Objects(old.client().clone(), "oss://bkt/from/".parse().unwrap());
        Self::planned(old, source, reader)
    }

    pub(crate) fn planned(old: InProcessOss, source: Source, reader: Reader) -> Self {
        let new = server();
        let destination = Destination {
            url: "oss://bkt/to/".parse().unwrap(),
            endpoint: "http://localhost".to_owned(),
        };
        let what = Plan {
            options: Options {
                shard_objects: 100,
                shard_bytes: 1 << 30,
                split_bytes: 300 << 10,
            },
            part_size: PartSizeWish::Asked("100K".parse().unwrap()),
            source_client: Some(old.client().clone()),
            ..Plan::new(source, destination)
        };
        let dir = tempfile::tempdir().unwrap();
        let place = Place::directory(dir.path());
        let mut job = plan(new.client(), &place, &what, &Monitor::new(), &|_, _| {}).unwrap();
        // The clock of this OSS is another one than that of the machine.
        job.time = UNIX_EPOCH;
        Self {
            old,
            new,
            place,
            job,
            reader,
            _dir: dir,
        }
    }

    pub(crate) fn way(&self) -> RunShard {
        RunShard {
            reader: self.reader.clone(),
            mover: Mover::Here,
            at_once: NonZeroUsize::new(3).unwrap(),
            options: ossum_transfer::Options {
                part_size: PartSizeWish::Asked("100K".parse().unwrap()),
                ..ossum_transfer::Options::default()
            },
            worker: "here".to_owned(),
        }
    }

    pub(crate) fn run(&self, shard: u32) -> ShardEnd {
        self.run_by(shard, &self.way(), &Progress::new(), &|_| {})
            .unwrap()
    }

    pub(crate) fn run_by(
        &self,
        shard: u32,
        way: &RunShard,
        progress: &Progress,
        tell: &(dyn Fn(&Line) + Sync),
    ) -> Result<ShardEnd, Error> {
        let client = self.new.client();
        run_shard(client, &self.place, &self.job, shard, way, progress, tell)
    }

    /// One row at a time, until so many rows are done.
    pub(crate) fn run_until(&self, rows: u64) -> ShardEnd {
        let progress = Progress::new();
        let way = RunShard {
            at_once: NonZeroUsize::MIN,
            ..self.way()
        };
        let done = Mutex::new(0);
        let tell = |_: &Line| {
            let mut done = done.lock().unwrap();
            *done += 1;
            if *done == rows {
                progress.cancel();
            }
        };
        self.run_by(0, &way, &progress, &tell).unwrap()
    }

    pub(crate) fn finish(&self) -> Result<FinishEnd, Error> {
        let client = self.new.client();
        let (reader, progress) = (&self.reader, Progress::new());
        finish(
            client,
            &self.place,
            &self.job,
            reader,
            "here",
            &progress,
            &|_| {},
        )
    }

    /// The lines of a shard's ledger.
    pub(crate) fn ledger(&self, shard: u32) -> Vec<Line> {
        let mut lines = Vec::new();
        let take = |line: Result<Line, _>| {
            lines.push(line.unwrap());
            Ok(())
        };
        read(&self.place, &names::ledger(shard), take).unwrap();
        lines
    }

    /// The kinds of causes in it.
    pub(crate) fn causes(&self, shard: u32) -> Vec<String> {
        let of = |line: Line| match line.became {
            Became::Failed(cause) => Some(cause.kind),
            _ => None,
        };
        self.ledger(shard).into_iter().filter_map(of).collect()
    }

    pub(crate) fn read_requests(&self) -> u64 {
        self.old.requests(Operation::GetObject)
    }

    #[track_caller]
    pub(crate) fn has(&self, objects: &[(&str, usize)]) {
        for (key, len) in objects {
            self.new.holds(&format!("to/{key}"), bytes_of(key, *len));
        }
        self.new.no_open_uploads();
    }
}
