//! What most tests begin with.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use ossum_client::auth::{Credentials, StaticCredentials};
use ossum_client::op::{GetObject, HeadObject, PutObject};
use ossum_client::transport::{HttpTransport, Proxies, TlsSettings};
use ossum_client::{
    Arriving, Chunks, Client, Payload, PayloadSource, PayloadStream, RetryPolicy, Settings,
};
use ossum_types::{BucketName, ObjectKey};

pub(crate) const ACCESS_KEY_ID: &str = "LTAI5tTestKeyIdABCDE";
pub(crate) const SECRET: &str = "TheSecretHalfOfIt";
pub(crate) const TOKEN: &str = "TheSecurityToken";

pub(crate) fn bucket() -> BucketName {
    "bucket".parse().unwrap()
}

pub(crate) fn key(text: &str) -> ObjectKey {
    text.parse().unwrap()
}

pub(crate) fn head() -> HeadObject {
    HeadObject::new(bucket(), key("key"))
}

pub(crate) fn get() -> GetObject {
    GetObject::new(bucket(), key("key"))
}

pub(crate) fn put(payload: impl Into<Payload>) -> PutObject {
    PutObject::new(bucket(), key("key"), payload)
}

pub(crate) fn credentials() -> Credentials {
    Credentials::new(ACCESS_KEY_ID, SECRET).unwrap()
}

/// A few retries, as quick as they may be.
pub(crate) const QUICK: RetryPolicy = RetryPolicy {
    retries: 2,
    first_wait: Duration::from_millis(1),
    longest_wait: Duration::from_millis(1),
};

/// Signed requests to `endpoint`.
pub(crate) fn settings(endpoint: &str) -> Settings {
    Settings {
        region: Some("cn-hangzhou".parse().unwrap()),
        credentials: Some(Arc::new(StaticCredentials::new(credentials()))),
        retry: QUICK,
        ..Settings::new(endpoint.parse().unwrap())
    }
}

/// A client that speaks to `endpoint` over the network.
pub(crate) fn networked(endpoint: &str) -> Client {
    let transport = transport(Proxies::none(), Duration::from_secs(10));
    Client::new(settings(endpoint), Arc::new(transport)).unwrap()
}

pub(crate) fn transport(proxies: Proxies, timeout: Duration) -> HttpTransport {
    HttpTransport::new(proxies, TlsSettings::default(), timeout)
}

/// A payload that announces one length and may have another.
#[derive(Clone)]
pub(crate) struct Source {
    pub(crate) announced: u64,
    pub(crate) chunks: Vec<&'static [u8]>,
    pub(crate) fails: bool,
}

impl Source {
    pub(crate) fn new(chunks: &[&'static [u8]]) -> Self {
        Self {
            announced: chunks.iter().map(|chunk| chunk.len() as u64).sum(),
            chunks: chunks.to_vec(),
            fails: false,
        }
    }

    pub(crate) fn payload(self) -> Payload {
        Payload::Source(Arc::new(self))
    }

    /// The same payload in each form: read here, and arriving from elsewhere.
    pub(crate) fn payloads(self) -> [Payload; 2] {
        let arriving = Payload::Stream(Arc::new(Elsewhere(self.clone())));
        [self.payload(), arriving]
    }
}

/// Chunks that are never there at once.
struct Elsewhere(Source);

impl PayloadStream for Elsewhere {
    fn len(&self) -> u64 {
        self.0.announced
    }

    fn open(&self) -> Arriving {
        let chunks: Vec<_> = self.0.open(0).unwrap().collect();
        let later = |chunk| async {
            tokio::task::yield_now().await;
            chunk
        };
        Box::pin(stream::iter(chunks).then(later))
    }
}

/// More than the buffers between two ends of a connection hold.
pub(crate) fn large() -> Payload {
    static CHUNK: [u8; 1 << 20] = [7; 1 << 20];
    Source::new(&[&CHUNK[..]; 64]).payload()
}

impl PayloadSource for Source {
    fn len(&self) -> u64 {
        self.announced
    }

    fn open(&self, offset: u64) -> io::Result<Chunks> {
        assert_eq!(offset, 0, "the client sends payloads whole");
        let chunks: Vec<_> = self
            .chunks
            .iter()
            .map(|chunk| Ok(Bytes::from_static(chunk)))
            .collect();
        let failure = self
            .fails
            .then(|| Err(io::Error::other("the disk is gone")));
        Ok(Box::new(chunks.into_iter().chain(failure)))
    }
}

/// The causes of an error, as a person reads them.
pub(crate) fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str("\n  caused by: ");
        text.push_str(&cause.to_string());
        next = cause.source();
    }
    text
}
