//! A transfer under faults, in any direction and with any number of workers, judged by the oracle.

use std::num::NonZeroUsize;
use std::sync::LazyLock;

use futures_util::TryStreamExt;
use ossum_client::op::{ListMultipartUploads, ListParts};
use ossum_devserver::Operation;
use ossum_devserver::faults::Rule;
use ossum_testkit::oracle::{Content, End, Expected, Seen};
use ossum_transfer::{Copy, Error, Monitor, Options, Report};

use crate::bench::{Bench, KIB, data, download_to, parts_of, upload_of, url};

/// Four parts, the last a short one.
pub(crate) const LEN: usize = 350 * KIB;
pub(crate) const PARTS: u64 = 4;

/// What is moved: made once, as hundreds of trials need it.
static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| data(LEN));
static CONTENT: LazyLock<Content> = LazyLock::new(|| Content::of(&*BYTES));

/// How often the bench's client tries a request.
pub(crate) const ATTEMPTS: u64 = 1 + 3;

const OLD: &[u8] = b"what was there before";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Up,
    Down,
    Across,
}

pub(crate) const DIRECTIONS: [Direction; 3] = [Direction::Up, Direction::Down, Direction::Across];

/// One alone, and several that get into each other's way.
pub(crate) const WORKERS: [usize; 2] = [1, 3];

impl Direction {
    /// What moves a part.
    pub(crate) fn moving(self) -> Operation {
        match self {
            Self::Up => Operation::UploadPart,
            Self::Down => Operation::GetObject,
            Self::Across => Operation::UploadPartCopy,
        }
    }

    /// Everything that a transfer in parts asks for when nothing goes wrong.
    pub(crate) fn operations(self) -> &'static [Operation] {
        match self {
            Self::Up => &[
                Operation::InitiateMultipartUpload,
                Operation::UploadPart,
                Operation::CompleteMultipartUpload,
            ],
            Self::Down => &[Operation::GetObject],
            Self::Across => &[
                Operation::HeadObject,
                Operation::InitiateMultipartUpload,
                Operation::UploadPartCopy,
                Operation::ListParts,
                Operation::CompleteMultipartUpload,
            ],
        }
    }
}

/// A transfer of four parts to where something else is, remembered.
pub(crate) struct Trial {
    pub(crate) bench: Bench,
    direction: Direction,
    workers: usize,
}

impl Trial {
    pub(crate) fn new(direction: Direction, workers: usize) -> Self {
        let bench = Bench::new();
        match direction {
            Direction::Up => {
                std::fs::write(bench.path("f"), &*BYTES).unwrap();
                bench.put("k", OLD.to_vec());
            }
            Direction::Down => {
                bench.put("k", BYTES.clone());
                std::fs::write(bench.path("f"), OLD).unwrap();
            }
            Direction::Across => {
                bench.put("k", BYTES.clone());
                bench.put("copy", OLD.to_vec());
            }
        }
        Self {
            bench,
            direction,
            workers,
        }
    }

    fn options(&self) -> Options {
        Options {
            concurrency: NonZeroUsize::new(self.workers),
            checkpoint: Some(self.bench.checkpointing()),
            ..parts_of("100K")
        }
    }

    /// The same command each time.
    pub(crate) fn run(&self) -> Result<Report, Error> {
        self.from("k")
    }

    /// The same, where it reads an object from this one.
    pub(crate) fn from(&self, key: &str) -> Result<Report, Error> {
        let bench = &self.bench;
        let options = self.options();
        match self.direction {
            Direction::Up => {
                let mut upload = upload_of(bench.path("f"), "100K");
                upload.options = options;
                bench.upload_watched(&upload, &Monitor::new())
            }
            Direction::Down => {
                let mut download = download_to(bench.path("f"), "100K");
                download.source = url(key);
                download.options = options;
                bench.download_watched(&download, &Monitor::new())
            }
            Direction::Across => {
                let mut copy = Copy::new(url(key), url("copy"));
                copy.options = options;
                bench.copy(&copy)
            }
        }
    }

    pub(crate) fn expected() -> Expected {
        Expected::new(*CONTENT).replacing(Content::of(OLD))
    }

    /// What is seen of a run that ended so. Nothing goes wrong any more from here on.
    pub(crate) fn seen(&self, outcome: Result<&Report, &Error>) -> Seen {
        let service = self.bench.oss().service();
        let fired = service.fired().iter().sum();
        let requests = service.answered();
        self.bench.oss().faults([]);
        let visible = match self.direction {
            Direction::Up => Some(Content::of(self.bench.object("k"))),
            Direction::Down => Content::of_file(self.bench.path("f")),
            Direction::Across => Some(Content::of(self.bench.object("copy"))),
        };
        let expected_name = |name: &String| name == "f" && self.direction != Direction::Across;
        let mut left = self.bench.names();
        left.retain(|name| !expected_name(name));
        left.extend((0..self.bench.pointers()).map(|number| format!("pointer {number}")));
        Seen {
            visible,
            open_uploads: self.uploads_with_parts(),
            left,
            fired,
            requests,
            ..Seen::at(match outcome {
                Ok(_) => End::Success,
                Err(_) => End::Failure,
            })
        }
    }

    /// Runs it with these faults, and then, when they are over, until it is done.
    ///
    /// The first run is to be as `expected`, the second to succeed; both keep to the budget.
    #[track_caller]
    pub(crate) fn meets(
        &self,
        rules: impl IntoIterator<Item = Rule>,
        expected: &Expected,
        case: &str,
    ) -> Result<Report, Error> {
        let case = format!("{case}, {:?} with {} workers", self.direction, self.workers);
        self.bench.oss().faults(rules);
        let outcome = self.run();
        self.keeps_to_the_budget(&case);
        let seen = self.seen(outcome.as_ref());
        let verdict = expected.judge(&seen);
        let told = outcome.as_ref().map(|_| "success");
        verdict.expect_none_of(format!("{case}: {told:?}"));
        let again = self.run();
        let seen = self.seen(again.as_ref());
        let verdict = Self::expected().must_succeed().judge(&seen);
        verdict.expect_none_of(format!("{case}, run again: {:?}", again.err()));
        outcome
    }

    /// No operation was asked for more often than its parts and the retries of each allow.
    #[track_caller]
    pub(crate) fn keeps_to_the_budget(&self, case: &str) {
        for operation in self.direction.operations() {
            let times = if *operation == self.direction.moving() {
                PARTS
            } else {
                1
            };
            let asked = self.bench.oss().requests(*operation);
            let most = times * ATTEMPTS;
            assert!(asked <= most, "{case}: {operation:?} {asked} times");
        }
    }

    /// Uploads that hold parts, which are billed.
    fn uploads_with_parts(&self) -> usize {
        let (client, bucket) = (self.bench.oss().client(), url("k").bucket);
        self.bench.oss().run(async {
            let uploads = client.list_multipart_uploads(ListMultipartUploads::new(bucket.clone()));
            let uploads: Vec<_> = uploads.try_collect().await.unwrap();
            let mut with_parts = 0;
            for upload in uploads {
                let list = ListParts::new(bucket.clone(), upload.key.unwrap(), upload.upload_id);
                let parts: Vec<_> = client.list_parts(list).try_collect().await.unwrap();
                with_parts += usize::from(!parts.is_empty());
            }
            with_parts
        })
    }
}
