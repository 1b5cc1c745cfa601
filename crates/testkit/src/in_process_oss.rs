use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use ossum_client::auth::{Credentials, StaticCredentials};
use ossum_client::op::{GetObject, HeadObject, ListMultipartUploads, ObjectInfo, PutObject};
use ossum_client::transport::Transport;
use ossum_client::{Addressing, Client, ErrorKind, Settings};
use ossum_devserver::faults::{Rule, Rules};
use ossum_devserver::{Operation, Service};
use ossum_types::UploadId;
use tokio::runtime::Builder;

use crate::{InProcess, LocalOss, MovableClock};

/// A local OSS without sockets, and a client of it.
///
/// What a test arranges and looks at through this goes the same way as any request, so
/// [`faults`](Self::faults) meet it as well; but it is not counted by [`requests`](Self::requests).
pub struct InProcessOss {
    service: Service,
    transport: InProcess,
    clock: MovableClock,
    settings: Settings,
    client: Client,
    own: Mutex<BTreeMap<Operation, u64>>,
}

impl InProcessOss {
    pub(crate) fn new(
        service: Service,
        transport: InProcess,
        clock: MovableClock,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = settings(&clock);
        change(&mut settings);
        Self {
            client: client(settings.clone(), Arc::new(transport.clone())),
            service,
            transport,
            clock,
            settings,
            own: Mutex::default(),
        }
    }

    /// The server.
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// A client that the server lets in.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The way to the server.
    pub fn transport(&self) -> &InProcess {
        &self.transport
    }

    /// The clock of the server and of the client, which stands still until it is moved.
    pub fn clock(&self) -> &MovableClock {
        &self.clock
    }

    /// A client with the same settings that gets to the server by `transport`, or not.
    pub fn client_over(&self, transport: impl Transport) -> Client {
        client(self.settings.clone(), Arc::new(transport))
    }

    /// Another client, with settings changed.
    pub fn client_with(&self, change: impl FnOnce(&mut Settings)) -> Client {
        let mut settings = self.settings.clone();
        change(&mut settings);
        client(settings, Arc::new(self.transport.clone()))
    }

    /// Lets these things go wrong from now on, and no others.
    #[track_caller]
    pub fn faults(&self, rules: impl IntoIterator<Item = Rule>) -> &Self {
        let rules = Rules::from_iter(rules);
        rules.check().expect("rules that can do something");
        self.service.set_faults(rules);
        self
    }

    /// Runs `future` to its end, on a runtime of its own. Not from within another.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let runtime = Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime for a test").block_on(future)
    }

    /// Puts an object.
    #[track_caller]
    pub fn put(&self, key: &str, bytes: impl Into<Bytes>) -> &Self {
        let put = PutObject::new(bucket(), key.parse().expect("a key"), bytes.into());
        let done = self.look(Operation::PutObject, self.client.put_object(&put));
        done.unwrap_or_else(|error| panic!("put {key}: {error:?}"));
        self
    }

    /// What is known of an object; `None` if there is none.
    #[track_caller]
    pub fn info(&self, key: &str) -> Option<ObjectInfo> {
        let head = HeadObject::new(bucket(), key.parse().expect("a key"));
        match self.look(Operation::HeadObject, self.client.head_object(&head)) {
            Ok(info) => Some(info),
            Err(error) if error.kind() == ErrorKind::NoSuchKey => None,
            Err(error) => panic!("look at {key}: {error:?}"),
        }
    }

    /// The bytes of an object.
    #[track_caller]
    pub fn object(&self, key: &str) -> Vec<u8> {
        let get = GetObject::new(bucket(), key.parse().expect("a key"));
        let read = self.look(Operation::GetObject, async {
            let mut reader = self.client.read_object(get).await?;
            let mut bytes = Vec::new();
            while let Some(chunk) = reader.chunk().await? {
                bytes.extend_from_slice(&chunk);
            }
            Ok::<_, ossum_client::Error>(bytes)
        });
        read.unwrap_or_else(|error| panic!("get {key}: {error:?}"))
    }

    /// How many uploads are neither completed nor aborted; of more than 1,000 so many.
    #[track_caller]
    pub fn open_uploads(&self) -> usize {
        self.open_upload_ids().len()
    }

    /// Their IDs, by key.
    pub fn open_upload_ids(&self) -> Vec<UploadId> {
        let list = ListMultipartUploads::new(bucket());
        let page = self.client.list_multipart_uploads_page(&list);
        let page = self.look(Operation::ListMultipartUploads, page);
        let page = page.unwrap_or_else(|error| panic!("list uploads: {error:?}"));
        let ids = page.uploads.into_iter().map(|upload| upload.upload_id);
        ids.collect()
    }

    /// How many requests for `operation` there were, without those that arranged or looked at things
    /// through this.
    pub fn requests(&self, operation: Operation) -> u64 {
        let own = self.own().get(&operation).copied().unwrap_or(0);
        self.service.count(operation) - own
    }

    /// Claims that an object has exactly these bytes.
    #[track_caller]
    pub fn holds(&self, key: &str, bytes: impl AsRef<[u8]>) -> &Self {
        // Not assert_eq, which would print a mebibyte.
        let found = self.object(key);
        let (found_len, len) = (found.len(), bytes.as_ref().len());
        let as_claimed = found == bytes.as_ref();
        assert!(as_claimed, "{key} has other bytes: {found_len}, not {len}");
        self
    }

    /// Claims that there is no such object.
    #[track_caller]
    pub fn has_no(&self, key: &str) -> &Self {
        assert_eq!(self.info(key), None, "{key}");
        self
    }

    /// Claims that every upload was completed or aborted.
    #[track_caller]
    pub fn no_open_uploads(&self) -> &Self {
        assert_eq!(self.open_uploads(), 0, "open uploads");
        self
    }

    /// Does what is not counted.
    fn look<T>(&self, operation: Operation, look: impl Future<Output = T>) -> T {
        let before = self.service.count(operation);
        let result = self.run(look);
        let asked = self.service.count(operation) - before;
        *self.own().entry(operation).or_default() += asked;
        result
    }

    fn own(&self) -> MutexGuard<'_, BTreeMap<Operation, u64>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner) // a count is never half done
    }
}

impl fmt::Debug for InProcessOss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcessOss")
            .field("service", &self.service)
            .finish_non_exhaustive()
    }
}

fn bucket() -> ossum_types::BucketName {
    LocalOss::BUCKET.parse().expect("a bucket's name")
}

/// Virtual-host addresses, as public endpoints demand them: there is nothing to resolve.
fn settings(clock: &MovableClock) -> Settings {
    let credentials = Credentials::new(LocalOss::ACCESS_KEY_ID, LocalOss::ACCESS_KEY_SECRET);
    let credentials = StaticCredentials::new(credentials.expect("an access key"));
    Settings {
        addressing: Addressing::VirtualHost,
        region: Some(LocalOss::REGION.parse().expect("a region")),
        credentials: Some(Arc::new(credentials)),
        clock: clock.for_client(),
        ..Settings::new("http://localhost".parse().expect("an endpoint"))
    }
}

fn client(settings: Settings, transport: Arc<dyn Transport>) -> Client {
    Client::new(settings, transport).expect("settings that fit together")
}
