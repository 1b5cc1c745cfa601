//! However many ask at a time, and whenever a fetch ends, fails or is given up.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

use futures_util::FutureExt;
use ossum_threads::{block_on, explore, pause, scope};

use super::*;
use crate::auth::CredentialsErrorKind;

const LIFE: Duration = Duration::from_hours(1);

/// Gives a new key each time, one at a time; or fails.
#[derive(Debug, Default)]
struct Source {
    seconds: AtomicU64,
    asked: AtomicU64,
    under_way: AtomicBool,
    fails: AtomicBool,
}

/// That somebody asks, until it is dropped.
struct UnderWay<'a>(&'a Source);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.store(false, Ordering::Relaxed);
    }
}

impl Source {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.seconds.load(Ordering::Relaxed))
    }

    async fn give(&self) -> Result<Arc<Credentials>, CredentialsError> {
        let others = self.under_way.swap(true, Ordering::Relaxed);
        assert!(!others, "two fetch at a time");
        let _under_way = UnderWay(self);
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        pause().await;
        if self.fails.load(Ordering::Relaxed) {
            let kind = CredentialsErrorKind::Unavailable;
            return Err(CredentialsError::new(kind, "not now".to_owned()));
        }
        let credentials = Credentials::new(format!("key-{number}"), "secret").unwrap();
        Ok(Arc::new(credentials.with_expiry(self.now() + LIFE)))
    }
}

impl CredentialsProvider for Source {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(self.give())
    }
}

struct Scene {
    source: Arc<Source>,
    cached: CachedCredentials,
}

impl Scene {
    fn new() -> Self {
        let source = Arc::new(Source::default());
        let told = Arc::clone(&source);
        let clock = Clock::over(move || told.now());
        let cached = CachedCredentials::new(Arc::clone(&source) as Arc<_>, clock);
        Self { source, cached }
    }

    fn pass(&self, time: Duration) {
        self.source
            .seconds
            .fetch_add(time.as_secs(), Ordering::Relaxed);
    }

    fn ask(&self) -> Result<Arc<Credentials>, CredentialsError> {
        block_on(self.cached.provide())
    }

    fn asked(&self) -> u64 {
        self.source.asked.load(Ordering::Relaxed)
    }

    /// Begins to ask, and gives it up when it has to wait.
    fn ask_and_give_up(&self) {
        let _ = self.cached.provide().now_or_never();
    }
}

#[test]
fn interleavings_of_those_who_ask_first_fetch_once() {
    explore("credentials, first", || {
        let scene = Scene::new();
        scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| assert_eq!(scene.ask().unwrap().access_key_id(), "key-1"));
            }
        });
        assert_eq!(scene.asked(), 1);
    });
}

#[test]
fn interleavings_fetch_again_where_who_fetched_gave_up() {
    explore("credentials, given up", || {
        let scene = Scene::new();
        scope(|scope| {
            scope.spawn(|| scene.ask_and_give_up());
            for _ in 0..2 {
                scope.spawn(|| scene.ask().unwrap());
            }
        });
        // Once by who gave up, where they came first.
        assert!(scene.asked() <= 2);
    });
}

#[test]
fn interleavings_go_on_with_what_is_valid_while_its_renewal_fails() {
    explore("credentials, a renewal fails", || {
        let scene = Scene::new();
        scene.ask().unwrap();
        scene.pass(LIFE * 5 / 6);
        scene.source.fails.store(true, Ordering::Relaxed);
        scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| assert_eq!(scene.ask().unwrap().access_key_id(), "key-1"));
            }
        });
        assert_eq!(scene.asked(), 2, "one tried, and once");
    });
}

#[test]
fn interleavings_share_a_failure_where_nothing_is_valid() {
    explore("credentials, all fails", || {
        let scene = Scene::new();
        scene.source.fails.store(true, Ordering::Relaxed);
        scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| scene.ask().unwrap_err());
            }
        });
        // Who asks after a failure tries again.
        assert!((1..=3).contains(&scene.asked()));
        scene.source.fails.store(false, Ordering::Relaxed);
        scene.ask().unwrap();
    });
}

#[test]
fn interleavings_never_give_what_was_rejected_to_who_asks_later() {
    explore("credentials, rejected", || {
        let scene = Scene::new();
        let first = scene.ask().unwrap();
        scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    scene.cached.forget(&first);
                    assert_eq!(scene.ask().unwrap().access_key_id(), "key-2");
                });
            }
            scope.spawn(|| scene.ask().unwrap());
        });
        assert_eq!(scene.asked(), 2, "rejected twice, fetched once");
    });
}

#[test]
fn interleavings_fetch_again_where_what_was_waited_for_is_rejected() {
    explore("credentials, rejected at once", || {
        let scene = Scene::new();
        scope(|scope| {
            scope.spawn(|| scene.cached.forget(&scene.ask().unwrap()));
            for _ in 0..2 {
                scope.spawn(|| scene.ask().unwrap());
            }
        });
        assert!(scene.asked() <= 2);
    });
}
