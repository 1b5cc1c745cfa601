use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, EXPECT};
use http::{Method, Response, StatusCode, request};
use jiff::Timestamp;
use ossum_types::BucketName;

use crate::body::Body;
use crate::op::{self, Context, Incoming};
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::request::{HostNames, Request, host_of};
use crate::settings::Settings;
use crate::store::{Bucket, Store};
use crate::{answer, auth, id};

/// A body of up to this many bytes is read to its end also when its request is refused.
const MAX_DRAINED_BYTES: u64 = 256 * 1024;

/// A whole OSS that answers one request at a time, as many at once as it is asked.
///
/// It needs no socket, but a tokio runtime with a timer. Clones share everything.
#[derive(Clone)]
pub struct Service(Arc<Inner>);

struct Inner {
    settings: Settings,
    host_names: HostNames,
    store: Store,
    answered: AtomicU64,
    counts: Mutex<BTreeMap<Operation, u64>>,
}

impl Service {
    /// Makes a service, with the buckets that the settings name.
    ///
    /// # Errors
    /// [`std::io::Error`] if the directory that keeps the objects cannot be used.
    pub fn new(settings: Settings) -> std::io::Result<Self> {
        let store = Store::open(&settings.storage)?;
        for name in &settings.buckets {
            let bucket = Bucket::new(settings.clock.now(), "Standard", "private");
            store
                .create_bucket(name, bucket)
                .map_err(|refusal| std::io::Error::other(refusal.message))?;
        }
        Ok(Self(Arc::new(Inner {
            host_names: HostNames::new(&settings.host_names, &settings.cnames),
            store,
            settings,
            answered: AtomicU64::new(0),
            counts: Mutex::default(),
        })))
    }

    /// Answers one request.
    ///
    /// Every request has an answer; whatever is wrong with it is an error of OSS.
    ///
    /// # Cancellation
    /// Dropping the future leaves no half object: the request either took effect or did not.
    pub async fn handle<B>(&self, request: http::Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        let started = Instant::now();
        let (head, body) = request.into_parts();
        if !self.0.settings.latency.is_zero() {
            tokio::time::sleep(self.0.settings.latency).await;
        }
        let now = self.0.settings.clock.now();
        let request_id = id::request_id(now);
        let (method, host) = (head.method.clone(), host_of(&head));
        let mut response = match self.answer(head, Incoming::new(body), now).await {
            Ok(response) => response,
            Err(refusal) => answer::refuse(&refusal, &method, &host, &request_id),
        };
        self.0.answered.fetch_add(1, Ordering::Relaxed);
        let took_ms = started.elapsed().as_millis();
        answer::stamp(&mut response, &request_id, now, took_ms);
        tracing::debug!(%method, %host, %request_id, status = %response.status(), "answered");
        response
    }

    /// How many requests were answered so far, refusals included.
    pub fn answered(&self) -> u64 {
        self.0.answered.load(Ordering::Relaxed)
    }

    /// The whole answer, head and body, to bytes that are no request; its connection ends with it.
    pub(crate) fn answer_malformed(&self, status: StatusCode) -> Bytes {
        let now = self.0.settings.clock.now();
        let request_id = id::request_id(now);
        let refusal = Refusal::new(status, "BadRequest", "The request is not valid HTTP.");
        let mut response = answer::refuse(&refusal, &Method::GET, "", &request_id);
        answer::stamp(&mut response, &request_id, now, 0);
        answer::to_wire(response)
    }

    /// The names of the buckets there are now.
    pub(crate) fn buckets(&self) -> Vec<BucketName> {
        let names = |buckets: &BTreeMap<BucketName, _>| buckets.keys().cloned().collect();
        self.0.store.with_buckets(names)
    }

    /// The host names that clients reach it by, besides `localhost` and addresses.
    pub(crate) fn host_names(&self) -> &[String] {
        &self.0.settings.host_names
    }

    /// How often clients that were let in asked for `operation` so far, whatever the answer.
    pub fn count(&self, operation: Operation) -> u64 {
        self.counts().get(&operation).copied().unwrap_or(0)
    }

    fn counts(&self) -> MutexGuard<'_, BTreeMap<Operation, u64>> {
        let counts = self.0.counts.lock();
        counts.unwrap_or_else(PoisonError::into_inner) // a count is never half done
    }

    async fn answer(
        &self,
        head: request::Parts,
        mut body: Incoming,
        now: Timestamp,
    ) -> Result<Response<Body>, Refusal> {
        let worth_draining = is_worth_draining(&head);
        let answer = self.dispatch(head, &mut body, now).await;
        if answer.is_err() && worth_draining {
            drain(&mut body).await;
        }
        answer
    }

    async fn dispatch(
        &self,
        head: request::Parts,
        body: &mut Incoming,
        now: Timestamp,
    ) -> Result<Response<Body>, Refusal> {
        let Inner {
            settings,
            host_names,
            store,
            ..
        } = &*self.0;
        let request = Request::parse(head, host_names)?;
        auth::verify(&request, &settings.access, &settings.region, now)?;
        let operation = Operation::of(&request)?;
        *self.counts().entry(operation).or_default() += 1;
        let context = Context {
            settings,
            store,
            request: &request,
            now,
        };
        op::run(operation, &context, body).await
    }
}

/// Without what it stores.
impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service")
            .field("settings", &self.0.settings)
            .field("answered", &self.answered())
            .finish_non_exhaustive()
    }
}

/// Whether to read the rest of a refused request, so that its connection can go on.
///
/// Closing a connection while its client still sends loses the answer on the way. A long body is
/// not waited for, and neither is one that waits for us.
fn is_worth_draining(head: &request::Parts) -> bool {
    let len = head.headers.get(CONTENT_LENGTH);
    let len = len.and_then(|len| len.to_str().ok()?.parse::<u64>().ok());
    len.is_some_and(|len| len <= MAX_DRAINED_BYTES) && !head.headers.contains_key(EXPECT)
}

async fn drain(body: &mut Incoming) {
    while let Some(Ok(_)) = body.next().await {}
}
