mod exchange;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http::{Method, Response, StatusCode};
use ossum_types::BucketName;

use crate::body::Body;
use crate::fakes::Desk;
use crate::faults::{Faults, Rules};
use crate::ledger::Ledger;
use crate::operation::Operation;
use crate::refusal::Refusal;
use crate::request::HostNames;
use crate::settings::Settings;
use crate::store::{Bucket, Store};
use crate::{answer, id};

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
    faults: Faults,
    desk: Option<Desk>,
    ledger: Arc<Ledger>,
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
            faults: Faults::new(settings.faults.clone()),
            desk: Desk::new(&settings),
            settings,
            answered: AtomicU64::new(0),
            ledger: Arc::default(),
        })))
    }

    /// Answers one request.
    ///
    /// Every request has an answer; whatever is wrong with it is an error of OSS. Where a fault
    /// rule leaves it without one it is a 502 with the [`NoAnswer`](crate::NoAnswer) in its
    /// extensions; [`try_handle`](Self::try_handle) tells the two apart.
    ///
    /// # Cancellation
    /// Dropping the future leaves no half object: the request either took effect or did not.
    pub async fn handle<B>(&self, request: http::Request<B>) -> Response<Body>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn Error + Send + Sync>>,
    {
        self.try_handle(request).await.unwrap_or_else(|how| {
            let mut response = answer::empty(StatusCode::BAD_GATEWAY);
            response.extensions_mut().insert(how);
            response
        })
    }

    /// Puts `rules` in force in place of those that were; they count from 0.
    pub fn set_faults(&self, rules: Rules) {
        self.0.faults.replace(rules);
    }

    /// How often each fault rule took effect so far, in their order.
    pub fn fired(&self) -> Vec<u64> {
        let rules = self.0.faults.report();
        rules.into_iter().map(|rule| rule.fired).collect()
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
    pub(crate) fn host_names(&self) -> Vec<String> {
        let settings = &self.0.settings;
        let own = settings.host_names.iter();
        own.chain(settings.cnames.keys()).cloned().collect()
    }

    /// How often clients asked for `operation` so far, whatever the answer.
    pub fn count(&self, operation: Operation) -> u64 {
        self.0.ledger.count(operation)
    }

    /// Where credentials are handed out, if they are.
    pub(crate) fn desk(&self) -> Option<&Desk> {
        self.0.desk.as_ref()
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.0.faults
    }

    pub(crate) fn ledger(&self) -> &Arc<Ledger> {
        &self.0.ledger
    }
}

impl Inner {
    /// Counts an answer.
    fn answered(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
    }

    /// Refuses a request that is one of too many, being the `in_flight`th at once.
    fn refuse_crowd(&self, in_flight: usize) -> Result<(), Refusal> {
        let limit = self.settings.requests_in_flight;
        if limit.is_none_or(|limit| in_flight <= limit.get()) {
            return Ok(());
        }
        let message = "Please reduce your request rate.";
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Err(Refusal::new(status, "ServiceUnavailable", message))
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
