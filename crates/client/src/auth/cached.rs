use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ossum_threads::{Mutex, MutexGuard, PoisonError};
use tokio::sync::{Mutex as Flight, MutexGuard as FlightGuard};

use super::{BoxFuture, Credentials, CredentialsError, CredentialsProvider};
use crate::clock::Clock;

/// Credentials that are fetched once and kept until shortly before they end.
///
/// However many ask at a time, one fetches. While what is kept is valid the others go on with it,
/// also when a fetch fails; without anything valid they wait for the one, and share its failure.
/// A fetch is renewed in the last fifth of the credentials' life and at least five minutes before
/// its end, or half-way where they do not live for ten minutes.
///
/// # Cancellation
/// Whoever fetches does so inside its own future. If that is dropped, with or without the runtime
/// it ran on, the next one who asks fetches.
pub struct CachedCredentials {
    source: Arc<dyn CredentialsProvider>,
    clock: Clock,
    /// Held by the one who fetches.
    flight: Flight<()>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    current: Option<Current>,
    /// How many fetches have ended.
    fetches: u64,
    /// Why the latest one failed, if it did.
    failure: Option<CredentialsError>,
}

struct Current {
    credentials: Arc<Credentials>,
    /// When to fetch anew, while these are still valid; never where no end is known.
    renew_at: Option<SystemTime>,
}

/// Credentials are not asked for more often than this while there are some.
const SHORTEST_PAUSE: Duration = Duration::from_secs(1);
/// So long before their end credentials are renewed at the latest, if they live long enough.
const EARLY: Duration = Duration::from_mins(5);
/// After a renewal that failed the next one waits at most this long.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

impl CachedCredentials {
    /// Keeps what `source` gives, whose [`provide`](CredentialsProvider::provide) fetches anew each
    /// time. `clock` tells what has ended.
    pub fn new(source: Arc<dyn CredentialsProvider>, clock: Clock) -> Self {
        Self {
            source,
            clock,
            flight: Flight::new(()),
            kept: Mutex::default(),
        }
    }

    async fn get(&self) -> Result<Arc<Credentials>, CredentialsError> {
        let (valid, seen) = self.look();
        let Some(valid) = valid else {
            let flight = self.flight.lock().await;
            return self.fetch_unless_done(flight, seen).await;
        };
        if !valid.is_due {
            return Ok(valid.credentials);
        }
        // Somebody else may be at it; what is there is good enough meanwhile.
        let Ok(flight) = self.flight.try_lock() else {
            return Ok(valid.credentials);
        };
        match self.fetch_unless_done(flight, seen).await {
            Ok(renewed) => Ok(renewed),
            Err(error) => {
                tracing::debug!(%error, "credentials could not be renewed early");
                Ok(valid.credentials)
            }
        }
    }

    /// What is valid now, and how many fetches there were.
    fn look(&self) -> (Option<Valid>, u64) {
        let now = self.clock.now();
        let kept = self.kept();
        let valid = kept.current.as_ref().and_then(|current| current.at(now));
        (valid, kept.fetches)
    }

    /// Fetches, unless somebody has done so since `seen` fetches were counted.
    async fn fetch_unless_done(
        &self,
        _flight: FlightGuard<'_, ()>,
        seen: u64,
    ) -> Result<Arc<Credentials>, CredentialsError> {
        if let Some(outcome) = self.outcome_since(seen) {
            return outcome;
        }
        let fetched = self.source.provide().await;
        self.keep(fetched)
    }

    fn outcome_since(&self, seen: u64) -> Option<Result<Arc<Credentials>, CredentialsError>> {
        let kept = self.kept();
        if kept.fetches == seen {
            return None;
        }
        match (&kept.failure, &kept.current) {
            (Some(failure), _) => Some(Err(failure.clone())),
            (None, Some(current)) => Some(Ok(Arc::clone(&current.credentials))),
            // They were fetched, and rejected since.
            (None, None) => None,
        }
    }

    fn keep(
        &self,
        fetched: Result<Arc<Credentials>, CredentialsError>,
    ) -> Result<Arc<Credentials>, CredentialsError> {
        let now = self.clock.now();
        let mut kept = self.kept();
        kept.fetches += 1;
        kept.failure = fetched.as_ref().err().cloned();
        match &fetched {
            Ok(credentials) => {
                kept.current = Some(Current {
                    renew_at: renew_at(now, credentials.expires_at()),
                    credentials: Arc::clone(credentials),
                });
            }
            Err(_) => {
                if let Some(current) = &mut kept.current {
                    let end = current.credentials.expires_at();
                    // What has ended stays due: nobody is to get it while the next try waits.
                    if end.is_none_or(|end| now < end) {
                        current.renew_at = Some(now + pause(now, end));
                    }
                }
            }
        }
        fetched
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Between any two statements it is whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Valid {
    credentials: Arc<Credentials>,
    is_due: bool,
}

impl Current {
    fn at(&self, now: SystemTime) -> Option<Valid> {
        let ended = self.credentials.expires_at().is_some_and(|end| end <= now);
        let is_due = self.renew_at.is_some_and(|at| at <= now);
        // What seems to have ended when it came comes from a machine with another clock.
        (!ended || !is_due).then(|| Valid {
            credentials: Arc::clone(&self.credentials),
            is_due,
        })
    }
}

/// When credentials that were fetched at `now` and end at `end` are to be renewed.
fn renew_at(now: SystemTime, end: Option<SystemTime>) -> Option<SystemTime> {
    let life = end?.duration_since(now).unwrap_or_default();
    let early = (life / 5).max(EARLY.min(life / 2));
    Some(now + life.saturating_sub(early).max(SHORTEST_PAUSE))
}

/// How long to wait after a renewal that failed at `now`.
fn pause(now: SystemTime, end: Option<SystemTime>) -> Duration {
    let left = end.and_then(|end| end.duration_since(now).ok());
    let quarter = left.map_or(LONGEST_PAUSE, |left| left / 4);
    quarter.clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
}

impl CredentialsProvider for CachedCredentials {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(self.get())
    }

    fn forget(&self, rejected: &Credentials) {
        let is_current = |current: &Current| *current.credentials == *rejected;
        let mut kept = self.kept();
        if kept.current.as_ref().is_some_and(is_current) {
            kept.current = None;
            drop(kept);
            self.source.forget(rejected);
        }
    }
}

impl fmt::Debug for CachedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CachedCredentials")
            .field(&self.source)
            .finish()
    }
}

#[cfg(test)]
#[cfg(feature = "interleavings")]
mod interleavings;
#[cfg(test)]
mod tests;
