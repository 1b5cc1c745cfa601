//! A workbench: a local OSS, a client of it, a directory.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::Method;
use ossum_checkpoint::{CheckpointPlace, FileStore, Pointers};
use ossum_client::op::ObjectInfo;
use ossum_client::{Client, RetryPolicy};
use ossum_durable::RealFs;
use ossum_testkit::{Fault, Faults, FaultyTransport, InProcessOss, Server};
use ossum_transfer::{
    Checkpointing, Copy, Download, Durability, Error, Monitor, Options, Report, Upload,
};
use ossum_types::{Crc64, ObjectUrl};

pub(crate) const KIB: usize = 1024;
pub(crate) const MIB: usize = 1024 * KIB;

/// Everything one test needs; gone at its end.
pub(crate) struct Bench {
    oss: Arc<InProcessOss>,
    /// Its requests meet the faults; those that arrange things or look at them do not.
    pub(crate) client: Client,
    pub(crate) faults: Faults,
    pub(crate) dir: tempfile::TempDir,
    /// Where unfinished transfers are pointed to.
    pub(crate) state: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let server = Server::new().with_client(|settings| {
            settings.retry = RetryPolicy {
                retries: 3,
                // A wait costs time where no request of the thread has got through before.
                first_wait: Duration::from_millis(1),
                longest_wait: Duration::from_millis(2),
            };
        });
        let oss = server.in_process();
        let faults = Faults::default();
        let transport = FaultyTransport::new(oss.transport().clone(), faults.clone());
        Self {
            client: oss.client_over(transport),
            oss: Arc::new(oss),
            faults,
            dir: tempfile::tempdir().unwrap(),
            state: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn oss(&self) -> &InProcessOss {
        &self.oss
    }

    /// A checkpoint beside the file, and a pointer to it, as the command line has them.
    pub(crate) fn checkpointing(&self) -> Checkpointing {
        self.checkpointing_at(CheckpointPlace::Beside)
    }

    pub(crate) fn checkpointing_at(&self, place: CheckpointPlace) -> Checkpointing {
        let state = self.state.path().to_owned();
        let fs = || Arc::new(RealFs);
        let store = FileStore::new(fs(), place, Some(state.clone()), Durability::None);
        Checkpointing {
            pointers: Some(Pointers::new(fs(), state)),
            ..Checkpointing::new(Arc::new(store))
        }
    }

    /// The same upload, remembered, one part at a time.
    pub(crate) fn kept_upload(&self, source: PathBuf) -> Upload {
        let mut upload = upload_of(source, "100K");
        upload.options = self.one_by_one();
        upload
    }

    /// The same download, remembered, one part at a time.
    pub(crate) fn kept_download(&self, name: &str) -> Download {
        let mut download = download_to(self.path(name), "100K");
        download.options = self.one_by_one();
        download
    }

    fn one_by_one(&self) -> Options {
        Options {
            concurrency: std::num::NonZeroUsize::new(1),
            checkpoint: Some(self.checkpointing()),
            ..parts_of("100K")
        }
    }

    /// Uploads until the `nth` part is about to be sent, and is cancelled then.
    pub(crate) fn upload_until_part(&self, nth: usize, request: &Upload) -> Error {
        let monitor = self.cancelling_at(nth, Method::PUT, "partNumber=");
        self.upload_watched(request, &monitor).unwrap_err()
    }

    /// Downloads until the `nth` request for bytes is about to be made, and is cancelled then.
    pub(crate) fn download_until_request(&self, nth: usize, request: &Download) -> Error {
        let monitor = self.cancelling_at(nth, Method::GET, "/k");
        self.download_watched(request, &monitor).unwrap_err()
    }

    pub(crate) fn cancelling_at(
        &self,
        nth: usize,
        method: Method,
        uri_has: &'static str,
    ) -> Monitor {
        let monitor = Monitor::new();
        let cancel = monitor.clone();
        let fault = Fault::hold(move || cancel.cancel());
        self.faults.nth(nth, method, uri_has, fault);
        monitor
    }

    pub(crate) fn copy(&self, request: &Copy) -> Result<Report, Error> {
        self.copy_watched(request, &Monitor::new())
    }

    pub(crate) fn copy_watched(&self, request: &Copy, monitor: &Monitor) -> Result<Report, Error> {
        self.oss
            .run(ossum_transfer::copy(&self.client, request, monitor))
    }

    /// How many pointers to unfinished transfers there are.
    pub(crate) fn pointers(&self) -> usize {
        std::fs::read_dir(self.state.path().join("transfers")).map_or(0, Iterator::count)
    }

    /// A file with bytes that differ from block to block.
    pub(crate) fn file(&self, name: &str, len: usize) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, data(len)).unwrap();
        path
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The names in the directory, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    pub(crate) fn upload(&self, request: &Upload) -> Result<Report, Error> {
        self.upload_watched(request, &Monitor::new())
    }

    pub(crate) fn upload_watched(
        &self,
        request: &Upload,
        monitor: &Monitor,
    ) -> Result<Report, Error> {
        self.oss
            .run(ossum_transfer::upload(&self.client, request, monitor))
    }

    pub(crate) fn download(&self, request: &Download) -> Result<Report, Error> {
        self.download_watched(request, &Monitor::new())
    }

    pub(crate) fn download_watched(
        &self,
        request: &Download,
        monitor: &Monitor,
    ) -> Result<Report, Error> {
        self.oss
            .run(ossum_transfer::download(&self.client, request, monitor))
    }

    /// Begins a download, and drops it when `until` is over.
    pub(crate) fn dropping(&self, request: &Download, until: impl Future) {
        let monitor = Monitor::new();
        self.oss.run(async {
            tokio::select! {
                biased;
                _ = until => {}
                outcome = ossum_transfer::download(&self.client, request, &monitor) => {
                    panic!("it was to be dropped before: {outcome:?}");
                }
            }
        });
    }

    pub(crate) fn put(&self, key: &str, bytes: Vec<u8>) {
        self.oss.put(key, bytes);
    }

    /// Puts an object from inside a transfer, whatever thread that is on.
    pub(crate) fn putter(
        &self,
        key: &'static str,
        bytes: Vec<u8>,
    ) -> impl Fn() + Send + Sync + 'static {
        let oss = Arc::clone(&self.oss);
        // That thread has a runtime already.
        let put = move |oss: &InProcessOss| {
            oss.put(key, bytes.clone());
        };
        move || std::thread::scope(|scope| scope.spawn(|| put(&oss)).join().unwrap())
    }

    pub(crate) fn head(&self, key: &str) -> Option<ObjectInfo> {
        self.oss.info(key)
    }

    /// The object's bytes.
    pub(crate) fn object(&self, key: &str) -> Vec<u8> {
        self.oss.object(key)
    }

    /// How many uploads are neither completed nor aborted.
    pub(crate) fn open_uploads(&self) -> usize {
        self.oss.open_uploads()
    }
}

pub(crate) fn data(len: usize) -> Vec<u8> {
    // A block's number is in it, so that blocks in the wrong place show.
    let block = |number: usize| {
        (number as u64)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .to_le_bytes()
    };
    let mut bytes: Vec<u8> = (0..len.div_ceil(8)).flat_map(block).collect();
    bytes.truncate(len);
    bytes
}

pub(crate) fn url(key: &str) -> ObjectUrl {
    format!("oss://bkt/{key}").parse().unwrap()
}

pub(crate) fn parts_of(part_size: &str) -> Options {
    Options {
        part_size: part_size.parse().unwrap(),
        concurrency: std::num::NonZeroUsize::new(3),
        durability: Durability::None,
        ..Options::default()
    }
}

pub(crate) fn upload_of(source: PathBuf, part_size: &str) -> Upload {
    Upload {
        options: parts_of(part_size),
        ..Upload::new(source, url("k"))
    }
}

pub(crate) fn download_to(destination: PathBuf, part_size: &str) -> Download {
    Download {
        options: parts_of(part_size),
        ..Download::new(url("k"), destination)
    }
}

pub(crate) fn crc64(bytes: &[u8]) -> Crc64 {
    Crc64::of(bytes)
}
