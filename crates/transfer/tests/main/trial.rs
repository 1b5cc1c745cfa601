//! A transfer under faults, in any direction and with any number of workers, judged by the oracle.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Mutex};

use futures_util::TryStreamExt;
use ossum_client::op::{ListMultipartUploads, ListParts, ObjectInfo};
use ossum_devserver::Operation;
use ossum_devserver::faults::Rule;
use ossum_testkit::oracle::{Content, End, Expected, Seen};
use ossum_transfer::{
    Copy, EarlierUpload, Error, Monitor, ObjectSource, Options, Relay, Report, Uploads,
};

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
    Relayed,
}

pub(crate) const DIRECTIONS: [Direction; 4] = [
    Direction::Up,
    Direction::Down,
    Direction::Across,
    Direction::Relayed,
];

/// One alone, and several that get into each other's way.
pub(crate) const WORKERS: [usize; 2] = [1, 3];

impl Direction {
    /// What moves a part.
    pub(crate) fn moving(self) -> Operation {
        match self {
            Self::Up | Self::Relayed => Operation::UploadPart,
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
            Self::Relayed => &[
                Operation::HeadObject,
                Operation::InitiateMultipartUpload,
                Operation::GetObject,
                Operation::UploadPart,
                Operation::CompleteMultipartUpload,
            ],
        }
    }

    /// Whether this is asked of a source that need not be the destination's service.
    pub(crate) fn is_of_source(self, operation: Operation) -> bool {
        let reading = [Operation::HeadObject, Operation::GetObject];
        self == Self::Relayed && reading.contains(&operation)
    }

    /// Whether it asks for this once for each part.
    fn is_for_each_part(self, operation: Operation) -> bool {
        let reads = self == Self::Relayed && operation == Operation::GetObject;
        operation == self.moving() || reads
    }
}

/// A transfer of four parts to where something else is, remembered.
pub(crate) struct Trial {
    pub(crate) bench: Bench,
    direction: Direction,
    workers: usize,
    /// The upload that a relay began last, as somebody remembers it.
    begun: Arc<Mutex<Option<EarlierUpload>>>,
    /// What is relayed, as somebody found it before.
    listed: Option<ObjectInfo>,
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
            Direction::Across | Direction::Relayed => {
                bench.put("k", BYTES.clone());
                bench.put("copy", OLD.to_vec());
            }
        }
        let is_relayed = direction == Direction::Relayed;
        Self {
            listed: is_relayed.then(|| bench.head("k").unwrap()),
            bench,
            direction,
            workers,
            begun: Arc::default(),
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
            Direction::Relayed => self.relay(key),
        }
    }

    fn relay(&self, key: &str) -> Result<Report, Error> {
        let bench = &self.bench;
        let listed = self.listed.clone().filter(|_| key == "k");
        let info = listed.unwrap_or_else(|| bench.head(key).unwrap());
        let source = ObjectSource::new(bench.client.clone(), url(key), None, info.etag, info.size);
        let began = bench.client.now();
        let begun = Arc::clone(&self.begun);
        let relay = Relay {
            continues: self.begun.lock().unwrap().clone(),
            uploads: Uploads::Told(Arc::new(move |upload_id| {
                let upload_id = upload_id.clone();
                *begun.lock().unwrap() = Some(EarlierUpload { upload_id, began });
                Box::pin(async { Ok(()) })
            })),
            options: Options {
                checkpoint: None,
                ..self.options()
            },
            ..Relay::new(Arc::new(source), url("copy"))
        };
        let monitor = Monitor::new();
        let relayed = ossum_transfer::relay(&bench.client, &relay, &monitor);
        bench.oss().run(relayed)
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
            Direction::Across | Direction::Relayed => Some(Content::of(self.bench.object("copy"))),
        };
        let has_file = matches!(self.direction, Direction::Up | Direction::Down);
        let expected_name = |name: &String| name == "f" && has_file;
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
            let times = if self.direction.is_for_each_part(*operation) {
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
