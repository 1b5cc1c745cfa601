//! Addresses that carry their own signature, for whoever has no credentials.

use std::fmt;
use std::time::{Duration, SystemTime};

use http::header::HOST;
use http::{HeaderMap, HeaderName, Method};

use crate::auth::Credentials;
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::op::{DeleteObject, GetObject, HeadObject, PlainRequest, PutObject, UploadPart};
use crate::request::host;
use crate::retry::RetryBudget;

/// A request whose address can be signed: [`GetObject`], [`HeadObject`], [`PutObject`],
/// [`DeleteObject`] or [`UploadPart`], or one that its caller [words](PlainRequest). Their payload
/// plays no part.
#[derive(Debug, Clone)]
pub struct Presignable(Call);

macro_rules! presignable {
    ($($request:ty),*) => {
        $(impl From<&$request> for Presignable {
            fn from(request: &$request) -> Self {
                Self(request.call())
            }
        })*
    };
}

presignable!(
    GetObject,
    HeadObject,
    PutObject,
    DeleteObject,
    UploadPart,
    PlainRequest
);

impl Presignable {
    /// The same, answered with `value` in place of what the object has there. Only a request for an
    /// object's bytes is (official documentation of `GetObject`).
    #[must_use]
    pub fn answered_with(self, header: AnswerHeader, value: &str) -> Self {
        Self(self.0.query(header.parameter(), value))
    }
}

/// A header of an answer that a request may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AnswerHeader {
    /// `Content-Type`
    ContentType,
    /// `Content-Disposition`: whether a browser shows or saves it, and under which name.
    ContentDisposition,
    /// `Cache-Control`
    CacheControl,
}

impl AnswerHeader {
    fn parameter(self) -> &'static str {
        match self {
            Self::ContentType => "response-content-type",
            Self::ContentDisposition => "response-content-disposition",
            Self::CacheControl => "response-cache-control",
        }
    }
}

/// A request that anyone can make who has this. `Debug` shows no signature.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PresignedRequest {
    /// The method.
    pub method: Method,
    /// The whole address, encoded.
    pub url: String,
    /// What the request must carry besides, with these very values.
    pub headers: HeaderMap,
    /// When OSS begins to refuse it, by the time of OSS as far as the client has learnt it.
    pub expires_at: SystemTime,
    /// What else ends it.
    pub lifetime: Lifetime,
}

/// How long the credentials behind an address let it live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lifetime {
    /// As long as was asked for.
    AsAsked,
    /// Not longer than temporary credentials that are known to end before: `expires_at` is when.
    CutByCredentials,
    /// Perhaps shorter: the credentials are temporary, and nothing tells when they end.
    Uncertain,
}

impl Client {
    /// Signs the address of `request`, so that it can be made without credentials from now on and
    /// for `valid_for`.
    ///
    /// Nothing is sent. Headers of `request` are signed and have to be sent by whoever uses the
    /// address; the settings' payer and traffic limit become part of the address. With temporary
    /// credentials it ends when they do.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if there are none to be had, and
    /// [`ErrorKind::Settings`](crate::ErrorKind::Settings) for an anonymous client, for less than a
    /// second and, with V4 signatures, for more than 7 days.
    pub async fn presign(
        &self,
        request: impl Into<Presignable>,
        valid_for: Duration,
    ) -> Result<PresignedRequest, Error> {
        self.presign_by(request.into(), |_| valid_for).await
    }

    /// The same until a moment, which counts in whole seconds.
    ///
    /// # Errors
    /// As [`Client::presign`]; a moment that is past is less than a second.
    pub async fn presign_until(
        &self,
        request: impl Into<Presignable>,
        end: SystemTime,
    ) -> Result<PresignedRequest, Error> {
        self.presign_by(request.into(), |now| whole_seconds_between(now, end))
            .await
    }

    async fn presign_by(
        &self,
        Presignable(call): Presignable,
        valid_for: impl FnOnce(SystemTime) -> Duration,
    ) -> Result<PresignedRequest, Error> {
        let mut budget = RetryBudget::new(self.retry_policy());
        budget.begin();
        self.presigned(call.clone(), valid_for)
            .await
            .map_err(|fault| Error::new(&call, &budget, false, fault))
    }

    async fn presigned(
        &self,
        mut call: Call,
        valid_for: impl FnOnce(SystemTime) -> Duration,
    ) -> Result<PresignedRequest, Fault> {
        if let Some(invalid) = call.invalid {
            return Err(Fault::Invalid(invalid));
        }
        let settings = &self.shared.settings;
        let (Some(signer), Some(provider)) = (&self.shared.signer, &settings.credentials) else {
            return Err(Fault::Settings(
                "an anonymous client has nothing to sign with",
            ));
        };
        let credentials = provider.provide().await?;
        for (name, value) in self.standing_wishes(&call) {
            let value = value.to_str().unwrap_or_default();
            call.query.push((name.to_string(), value.to_owned()));
        }
        let mut headers = call.headers.clone();
        if let Some(host) = host(&self.address(&call)?) {
            headers.insert(HOST, host);
        }
        let now = settings.clock.now();
        let valid_for = valid_for(now);
        let to_sign = self.to_sign(&call, &headers);
        let signed = signer.presign(&to_sign, &credentials, now, valid_for)?;
        call.query.extend(signed);
        let asked = now.checked_add(valid_for).unwrap_or(now);
        let (expires_at, lifetime) = end(asked, &credentials);
        Ok(PresignedRequest {
            url: self.address(&call)?.to_string(),
            method: call.method,
            headers: call.headers,
            expires_at,
            lifetime,
        })
    }
}

/// From the second that `now` is in to the one that `end` is in: signatures tell no fractions.
fn whole_seconds_between(now: SystemTime, end: SystemTime) -> Duration {
    let seconds = |moment: SystemTime| {
        let since = moment.duration_since(SystemTime::UNIX_EPOCH);
        since.unwrap_or_default().as_secs()
    };
    Duration::from_secs(seconds(end).saturating_sub(seconds(now)))
}

/// When an address ends that was asked to end at `asked`, and why.
fn end(asked: SystemTime, credentials: &Credentials) -> (SystemTime, Lifetime) {
    let is_temporary = credentials.security_token().is_some();
    match credentials.expires_at() {
        Some(end) if end < asked => (end, Lifetime::CutByCredentials),
        None if is_temporary => (asked, Lifetime::Uncertain),
        _ => (asked, Lifetime::AsAsked),
    }
}

impl fmt::Debug for PresignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let address = self.url.split('?').next().unwrap_or_default();
        let names: Vec<&HeaderName> = self.headers.keys().collect();
        f.debug_struct("PresignedRequest")
            .field("method", &self.method)
            .field("address", &address)
            .field("headers", &names)
            .field("expires_at", &self.expires_at)
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}
