use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Waker};
use std::time::UNIX_EPOCH;

use futures_util::future::join_all;
use tokio::sync::Semaphore;

use super::*;
use crate::auth::CredentialsErrorKind;

const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// Gives a new key each time it is let to, which lives for `life`.
struct Source {
    now: Arc<AtomicU64>,
    life: Option<Duration>,
    asked: AtomicU64,
    fails: AtomicU64,
    gate: Semaphore,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

impl Source {
    fn asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    fn fail(&self, times: u64) {
        self.fails.store(times, Ordering::Relaxed);
    }
}

impl CredentialsProvider for Source {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(async {
            let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
            let _open = self.gate.acquire().await.unwrap();
            let fails = |left: u64| left.checked_sub(1);
            if self
                .fails
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, fails)
                .is_ok()
            {
                let kind = CredentialsErrorKind::Unavailable;
                return Err(CredentialsError::new(kind, format!("failure {number}")));
            }
            let credentials = Credentials::new(format!("key-{number}"), "secret").unwrap();
            let end = self.life.map(|life| at(&self.now) + life);
            Ok(Arc::new(match end {
                Some(end) => credentials.with_expiry(end),
                None => credentials,
            }))
        })
    }
}

fn at(now: &AtomicU64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(now.load(Ordering::Relaxed))
}

/// Polls it once; whether it has to wait.
fn waits<T>(future: &mut Pin<Box<impl Future<Output = T>>>) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    future.as_mut().poll(&mut context).is_pending()
}

struct Scene {
    now: Arc<AtomicU64>,
    source: Arc<Source>,
    cached: CachedCredentials,
}

impl Scene {
    fn new(life: impl Into<Option<Duration>>) -> Self {
        let now = Arc::new(AtomicU64::new(1_000_000));
        let source = Arc::new(Source {
            now: Arc::clone(&now),
            life: life.into(),
            asked: AtomicU64::new(0),
            fails: AtomicU64::new(0),
            gate: Semaphore::new(1000),
        });
        let read = Arc::clone(&now);
        let clock = Clock::over(move || at(&read));
        let cached = CachedCredentials::new(Arc::clone(&source) as Arc<_>, clock);
        Self {
            now,
            source,
            cached,
        }
    }

    fn advance(&self, by: Duration) {
        self.now.fetch_add(by.as_secs(), Ordering::Relaxed);
    }

    /// Lets no fetch end from now on.
    fn close(&self) {
        self.source.gate.forget_permits(1000);
    }

    fn open(&self) {
        self.source.gate.add_permits(1000);
    }

    async fn key(&self) -> String {
        self.cached
            .provide()
            .await
            .unwrap()
            .access_key_id()
            .to_owned()
    }
}

#[tokio::test]
async fn what_was_fetched_is_kept_until_the_last_fifth_of_its_life() {
    let scene = Scene::new(HOUR);
    assert_eq!(scene.key().await, "key-1");
    scene.advance(47 * MINUTE);
    assert_eq!(scene.key().await, "key-1");
    scene.advance(MINUTE);
    assert_eq!(scene.key().await, "key-2");
    assert_eq!(scene.source.asked(), 2);
}

#[tokio::test]
async fn a_short_life_is_renewed_five_minutes_before_its_end() {
    let scene = Scene::new(15 * MINUTE);
    assert_eq!(scene.key().await, "key-1");
    scene.advance(9 * MINUTE);
    assert_eq!(scene.key().await, "key-1");
    scene.advance(MINUTE);
    assert_eq!(scene.key().await, "key-2");
}

#[tokio::test]
async fn a_very_short_life_is_renewed_half_way_and_not_at_every_request() {
    let scene = Scene::new(Duration::from_secs(30));
    assert_eq!(scene.key().await, "key-1");
    scene.advance(Duration::from_secs(14));
    assert_eq!(scene.key().await, "key-1");
    scene.advance(Duration::from_secs(1));
    assert_eq!(scene.key().await, "key-2");
}

#[tokio::test]
async fn without_an_end_they_stay() {
    let scene = Scene::new(None);
    scene.key().await;
    scene.advance(1000 * HOUR);
    assert_eq!(scene.key().await, "key-1");
}

#[tokio::test]
async fn many_at_once_make_one_fetch() {
    let scene = Scene::new(HOUR);
    scene.close();
    let keys = join_all((0..50).map(|_| scene.key()));
    let opened = async { scene.open() };
    let (keys, ()) = futures_util::future::join(keys, opened).await;
    assert!(keys.iter().all(|key| key == "key-1"), "{keys:?}");
    assert_eq!(scene.source.asked(), 1);
}

#[tokio::test]
async fn many_at_once_share_one_failure_and_the_next_one_tries_again() {
    let scene = Scene::new(HOUR);
    scene.source.fail(1);
    scene.close();
    let asked = join_all((0..50).map(|_| scene.cached.provide()));
    let opened = async { scene.open() };
    let (outcomes, ()) = futures_util::future::join(asked, opened).await;
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().to_string(), "failure 1");
    }
    assert_eq!(scene.source.asked(), 1);
    assert_eq!(scene.key().await, "key-2");
}

#[tokio::test]
async fn while_one_renews_the_others_go_on_with_what_is_valid() {
    let scene = Scene::new(HOUR);
    scene.key().await;
    scene.advance(50 * MINUTE);
    scene.close();
    let mut renewing = Box::pin(scene.key());
    assert!(waits(&mut renewing));
    assert_eq!(scene.key().await, "key-1");
    scene.open();
    assert_eq!(renewing.await, "key-2");
}

#[tokio::test]
async fn what_is_valid_survives_a_renewal_that_fails_and_is_not_renewed_at_once() {
    let scene = Scene::new(HOUR);
    scene.key().await;
    scene.source.fail(2);
    scene.advance(50 * MINUTE);
    assert_eq!(scene.key().await, "key-1");
    assert_eq!(scene.key().await, "key-1");
    assert_eq!(scene.source.asked(), 2);
    scene.advance(MINUTE);
    assert_eq!(scene.key().await, "key-1");
    assert_eq!(scene.source.asked(), 3);
    scene.advance(MINUTE);
    assert_eq!(scene.key().await, "key-4");
}

#[tokio::test]
async fn what_has_ended_is_not_given_when_the_fetch_fails() {
    let scene = Scene::new(HOUR);
    scene.key().await;
    scene.source.fail(2);
    scene.advance(HOUR);
    for failure in ["failure 2", "failure 3"] {
        let error = scene.cached.provide().await.unwrap_err();
        assert_eq!(error.to_string(), failure);
    }
    assert_eq!(scene.key().await, "key-4");
}

#[tokio::test]
async fn what_is_rejected_is_fetched_anew_unless_that_has_happened_already() {
    let scene = Scene::new(HOUR);
    let first = scene.cached.provide().await.unwrap();
    scene.cached.forget(&first);
    assert_eq!(scene.key().await, "key-2");
    scene.cached.forget(&first);
    assert_eq!(scene.key().await, "key-2");
    assert_eq!(scene.source.asked(), 2);
}

#[tokio::test]
async fn a_fetch_that_is_dropped_lets_the_next_one_fetch() {
    let scene = Scene::new(HOUR);
    scene.close();
    let mut dropped = Box::pin(scene.cached.provide());
    assert!(waits(&mut dropped));
    let mut waiting = Box::pin(scene.key());
    assert!(waits(&mut waiting));
    drop(dropped);
    scene.open();
    assert_eq!(waiting.await, "key-2");
}

#[test]
fn a_runtime_that_ends_in_the_middle_of_a_fetch_holds_up_nobody() {
    let scene = Scene::new(HOUR);
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
    };
    scene.close();
    runtime().block_on(async {
        let mut fetch = Box::pin(scene.cached.provide());
        assert!(waits(&mut fetch));
    });
    scene.open();
    assert_eq!(runtime().block_on(scene.key()), "key-2");
}

#[tokio::test]
async fn what_seems_to_have_ended_when_it_came_is_used_and_not_fetched_at_every_request() {
    let scene = Scene::new(Duration::ZERO);
    assert_eq!(scene.key().await, "key-1");
    assert_eq!(scene.key().await, "key-1");
    scene.advance(SHORTEST_PAUSE);
    assert_eq!(scene.key().await, "key-2");
}

#[tokio::test]
async fn debug_shows_no_secret() {
    let scene = Scene::new(HOUR);
    scene.key().await;
    assert_eq!(format!("{:?}", scene.cached), "CachedCredentials(Source)");
}
