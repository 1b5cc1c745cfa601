//! A workbench: a local OSS, a client of it, a directory.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ossum_client::op::ObjectInfo;
use ossum_client::{Client, RetryPolicy};
use ossum_testkit::{InProcessOss, Server};
use ossum_transfer::{Download, Durability, Error, Monitor, Options, Report, Upload};
use ossum_types::{Crc64, ObjectUrl};

use crate::faulty::{Faults, FaultyTransport};

pub(crate) const KIB: usize = 1024;
pub(crate) const MIB: usize = 1024 * KIB;

/// Everything one test needs; gone at its end.
pub(crate) struct Bench {
    oss: Arc<InProcessOss>,
    /// Its requests meet the faults; those that arrange things or look at them do not.
    pub(crate) client: Client,
    pub(crate) faults: Faults,
    pub(crate) dir: tempfile::TempDir,
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
        }
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
