//! A workbench: a local OSS, a client of it, a directory.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ossum_client::auth::{Credentials, StaticCredentials};
use ossum_client::op::{GetObject, HeadObject, ListMultipartUploads, ObjectInfo, PutObject};
use ossum_client::transport::{HttpTransport, Proxies, TlsSettings};
use ossum_client::{Client, RetryPolicy, Settings};
use ossum_devserver::{Access, AccessKey, Listening, RunningServer, Server, Service};
use ossum_transfer::{
    Download, Durability, Error, Monitor, Options, Overwrite, Report, Unverified, Upload,
};
use ossum_types::{Crc64, ObjectUrl};

use crate::faulty::{Faults, FaultyTransport};

pub(crate) const KIB: usize = 1024;
pub(crate) const MIB: usize = 1024 * KIB;

/// Everything one test needs; gone at its end.
pub(crate) struct Bench {
    _server: RunningServer,
    runtime: tokio::runtime::Runtime,
    pub(crate) client: Client,
    pub(crate) faults: Faults,
    pub(crate) dir: tempfile::TempDir,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let key = AccessKey {
            id: "test-id".to_owned(),
            secret: "test-secret".to_owned(),
            token: None,
        };
        let service = Service::new(ossum_devserver::Settings {
            access: Access::Keys(vec![key]),
            buckets: vec!["bucket".parse().unwrap()],
            ..ossum_devserver::Settings::default()
        });
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::bind(address, service.unwrap(), &Listening::default()).unwrap();
        let server = server.start().unwrap();
        let faults = Faults::default();
        Self {
            client: client(server.endpoint(), &faults),
            _server: server,
            runtime: tokio::runtime::Runtime::new().unwrap(),
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
        self.runtime
            .block_on(ossum_transfer::upload(&self.client, request, monitor))
    }

    pub(crate) fn download(&self, request: &Download) -> Result<Report, Error> {
        self.download_watched(request, &Monitor::new())
    }

    pub(crate) fn download_watched(
        &self,
        request: &Download,
        monitor: &Monitor,
    ) -> Result<Report, Error> {
        self.runtime
            .block_on(ossum_transfer::download(&self.client, request, monitor))
    }

    /// Begins a download, and drops it when `until` is over.
    pub(crate) fn dropping(&self, request: &Download, until: impl Future) {
        let monitor = Monitor::new();
        self.runtime.block_on(async {
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
        let put = PutObject::new(
            "bucket".parse().unwrap(),
            key.parse().unwrap(),
            bytes::Bytes::from(bytes),
        );
        self.runtime.block_on(self.client.put_object(&put)).unwrap();
    }

    /// Puts an object from inside a transfer, whatever thread that is on.
    pub(crate) fn putter(
        &self,
        key: &'static str,
        bytes: Vec<u8>,
    ) -> impl Fn() + Send + Sync + 'static {
        let (client, runtime) = (self.client.for_worker(0), self.runtime.handle().clone());
        move || {
            let put = PutObject::new(
                "bucket".parse().unwrap(),
                key.parse().unwrap(),
                bytes::Bytes::from(bytes.clone()),
            );
            let (client, runtime) = (client.clone(), runtime.clone());
            let put =
                std::thread::spawn(move || runtime.block_on(client.put_object(&put)).unwrap());
            put.join().unwrap();
        }
    }

    pub(crate) fn head(&self, key: &str) -> Option<ObjectInfo> {
        let head = HeadObject::new("bucket".parse().unwrap(), key.parse().unwrap());
        self.runtime.block_on(self.client.head_object(&head)).ok()
    }

    /// The object's bytes.
    pub(crate) fn object(&self, key: &str) -> Vec<u8> {
        let get = GetObject::new("bucket".parse().unwrap(), key.parse().unwrap());
        self.runtime.block_on(async {
            let mut reader = self.client.read_object(get).await.unwrap();
            let mut bytes = Vec::new();
            while let Some(chunk) = reader.chunk().await.unwrap() {
                bytes.extend_from_slice(&chunk);
            }
            bytes
        })
    }

    /// How many uploads are neither completed nor aborted.
    pub(crate) fn open_uploads(&self) -> usize {
        let list = ListMultipartUploads::new("bucket".parse().unwrap());
        let page = self
            .runtime
            .block_on(self.client.list_multipart_uploads_page(&list));
        page.unwrap().uploads.len()
    }
}

pub(crate) fn client(endpoint: &str, faults: &Faults) -> Client {
    let credentials = Credentials::new("test-id", "test-secret").unwrap();
    let settings = Settings {
        region: Some("cn-hangzhou".parse().unwrap()),
        credentials: Some(Arc::new(StaticCredentials::new(credentials))),
        retry: RetryPolicy {
            retries: 3,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(2),
        },
        ..Settings::new(endpoint.parse().unwrap())
    };
    let timeout = Duration::from_secs(30);
    let transport = HttpTransport::new(Proxies::none(), TlsSettings::default(), timeout);
    Client::new(
        settings,
        Arc::new(FaultyTransport::new(transport, faults.clone())),
    )
    .unwrap()
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
    format!("oss://bucket/{key}").parse().unwrap()
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
        source,
        destination: url("k"),
        headers: ossum_client::op::ObjectHeaders::default(),
        overwrite: ossum_client::op::Overwrite::Allow,
        options: parts_of(part_size),
    }
}

pub(crate) fn download_to(destination: PathBuf, part_size: &str) -> Download {
    Download {
        source: url("k"),
        version_id: None,
        range: None,
        destination,
        overwrite: Overwrite::Allow,
        unverified: Unverified::Refuse,
        options: parts_of(part_size),
    }
}

pub(crate) fn crc64(bytes: &[u8]) -> Crc64 {
    Crc64::of(bytes)
}
