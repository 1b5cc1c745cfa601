use std::sync::Arc;
use std::time::SystemTime;

use http::{HeaderMap, HeaderName};
use ossum_types::{Endpoint, Region, Scheme};

use crate::addressing::Addressing;
use crate::auth::{CredentialsProvider, SignatureVersion, Signer, SigningScope};
use crate::clock::{Clock, ClockSkew};
use crate::limiter::Limiter;
use crate::meter::Meter;
use crate::place::Place;
use crate::request_rate::RequestRate;
use crate::retry::RetryPolicy;
use crate::traffic_limit::TrafficLimit;
use crate::transport::Transport;

/// Whether signed requests may travel in the clear.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ClearText {
    /// Only to this machine itself.
    #[default]
    LoopbackOnly,
    /// To any host: whoever listens can repeat the requests and read the data.
    Allow,
}

/// What a client is told once.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the service is.
    pub endpoint: Endpoint,
    /// How a bucket stands in an address.
    pub addressing: Addressing,
    /// The region that V4 signatures name; where it is absent the endpoint tells.
    pub region: Option<Region>,
    /// How requests are signed.
    pub signature_version: SignatureVersion,
    /// Headers to sign beside those that always are.
    pub additional_headers: Vec<HeaderName>,
    /// Where credentials come from; `None` is anonymous.
    pub credentials: Option<Arc<dyn CredentialsProvider>>,
    /// Whether signed requests may travel in the clear.
    pub clear_text: ClearText,
    /// What is done about failures that may pass.
    pub retry: RetryPolicy,
    /// The time that requests are signed with.
    pub clock: Clock,
    /// Whether the account that asks pays for requests and traffic, not the bucket's owner.
    pub request_payer: bool,
    /// The most bits a second that OSS moves for one request that carries an object's bytes.
    pub traffic_limit: Option<TrafficLimit>,
}

impl Settings {
    /// Anonymous access to `endpoint`, everything else as usual.
    pub fn new(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            addressing: Addressing::default(),
            region: None,
            signature_version: SignatureVersion::default(),
            additional_headers: Vec::new(),
            credentials: None,
            clear_text: ClearText::default(),
            retry: RetryPolicy::default(),
            clock: Clock::default(),
            request_payer: false,
            traffic_limit: None,
        }
    }
}

/// Settings that contradict each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// V4 signatures name a region, and nothing tells which.
    #[error("V4 signatures need a region, and the endpoint {0} does not tell it")]
    NoRegion(Endpoint),
    /// Signed requests would travel in the clear.
    #[error("the endpoint {0} would send signed requests in the clear")]
    ClearText(Endpoint),
}

/// A client of one endpoint.
///
/// Cheap to clone; clones share connections, credentials, what was learnt of the clock, and the
/// meter. Its methods are the operations of OSS; they may be called from several tasks of one
/// runtime at once. A thread with a runtime of its own takes [`Client::for_worker`].
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) shared: Arc<Shared>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) meter: Arc<Meter>,
    /// `None` is as fast as it can.
    pub(crate) limiter: Option<Limiter>,
    /// `None` is as often as it can.
    pub(crate) rate: Option<RequestRate>,
    /// What every request carries besides.
    pub(crate) headers: Arc<HeaderMap>,
    /// `None` where nobody counts what is under way.
    pub(crate) place: Option<Arc<dyn Place>>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    /// `None` signs nothing.
    pub(crate) signer: Option<Signer>,
}

const LIMITED_READ_BUFFER_BYTES: usize = 64 << 10;

impl Client {
    /// A client with `settings` whose requests travel by `transport`.
    ///
    /// # Errors
    /// [`SettingsError`] if requests could not be signed, or not safely.
    pub fn new(settings: Settings, transport: Arc<dyn Transport>) -> Result<Self, SettingsError> {
        let signer = match &settings.credentials {
            None => None,
            Some(_) => Some(signer(&settings)?),
        };
        Ok(Self {
            shared: Arc::new(Shared { settings, signer }),
            transport,
            meter: Arc::default(),
            limiter: None,
            rate: None,
            headers: Arc::default(),
            place: None,
        })
    }

    /// The same client with connections of its own, for a thread with a runtime of its own.
    ///
    /// A connection's read buffer grows to `read_buffer_bytes`, and at least to 64 KiB.
    #[must_use]
    pub fn for_worker(&self, read_buffer_bytes: usize) -> Self {
        // What has arrived must wait for its time, so that it had better not be much.
        let most = self
            .limiter
            .as_ref()
            .map_or(usize::MAX, |_| LIMITED_READ_BUFFER_BYTES);
        Self {
            transport: self.transport.separate(read_buffer_bytes.min(most)),
            ..self.clone()
        }
    }

    /// The same client, its requests counted by `meter`.
    #[must_use]
    pub fn with_meter(&self, meter: Arc<Meter>) -> Self {
        Self {
            meter,
            ..self.clone()
        }
    }

    /// The same client, the bytes of its objects held to `limiter`.
    #[must_use]
    pub fn with_limiter(&self, limiter: Limiter) -> Self {
        Self {
            limiter: Some(limiter),
            ..self.clone()
        }
    }

    /// The same client, the number of its requests held to `rate`.
    #[must_use]
    pub fn with_request_rate(&self, rate: RequestRate) -> Self {
        Self {
            rate: Some(rate),
            ..self.clone()
        }
    }

    /// The same client, each of its requests with `headers` besides; what a request sets itself
    /// stays. They are signed like its own.
    #[must_use]
    pub fn with_headers(&self, headers: HeaderMap) -> Self {
        Self {
            headers: Arc::new(headers),
            ..self.clone()
        }
    }

    /// The same client, which has `place` for one request at a time: those that are refused for being
    /// too many give it up while they wait.
    #[must_use]
    pub fn with_place(&self, place: Arc<dyn Place>) -> Self {
        Self {
            place: Some(place),
            ..self.clone()
        }
    }

    /// What the requests of this client and its clones have cost so far.
    pub fn meter(&self) -> &Arc<Meter> {
        &self.meter
    }

    /// The endpoint.
    pub fn endpoint(&self) -> &Endpoint {
        &self.shared.settings.endpoint
    }

    /// The region that it is in, if that was given or the endpoint tells.
    pub fn region(&self) -> Option<Region> {
        let settings = &self.shared.settings;
        settings
            .region
            .clone()
            .or_else(|| settings.endpoint.region())
    }

    /// The time of the service, as far as it is known: this machine's, corrected by what the
    /// service said of it.
    pub fn now(&self) -> SystemTime {
        self.shared.settings.clock.now()
    }

    /// The time of the service as its last answer told it; `None` before the first one.
    pub fn service_time(&self) -> Option<SystemTime> {
        self.shared.settings.clock.service_time()
    }

    /// How far this machine's clock was from the service's at its last answer; `None` before the
    /// first one.
    pub fn clock_skew(&self) -> Option<ClockSkew> {
        self.shared.settings.clock.skew()
    }

    /// The way that its requests travel: to something else that speaks HTTP.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.transport)
    }

    /// Whether signed requests may travel in the clear.
    pub fn clear_text(&self) -> ClearText {
        self.shared.settings.clear_text
    }

    /// What is done about failures that may pass.
    pub fn retry_policy(&self) -> RetryPolicy {
        self.shared.settings.retry
    }
}

fn signer(settings: &Settings) -> Result<Signer, SettingsError> {
    let endpoint = &settings.endpoint;
    let in_the_clear = endpoint.scheme() == Scheme::Http && !endpoint.is_loopback();
    if in_the_clear && settings.clear_text != ClearText::Allow {
        return Err(SettingsError::ClearText(endpoint.clone()));
    }
    match settings.signature_version {
        SignatureVersion::V1 => Ok(Signer::V1),
        SignatureVersion::V4 => SigningScope::of(endpoint, settings.region.as_ref())
            .map(Signer::V4)
            .ok_or_else(|| SettingsError::NoRegion(endpoint.clone())),
    }
}
