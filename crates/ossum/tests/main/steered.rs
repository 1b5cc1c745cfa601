use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use ossum::auth::{
    BoxFuture, Credentials, CredentialsError, CredentialsProvider, StaticCredentials,
};
use ossum::{ErrorKind, Event, Ossum, Request, request::Upload};
use ossum_testkit::LocalOss;
use tokio::sync::Semaphore;

use crate::bench::{Bench, MIB, OBJECT};

/// Gives credentials once its gate is open: until then no request is sent.
#[derive(Debug)]
struct Gated(StaticCredentials, Semaphore);

impl CredentialsProvider for Gated {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(async {
            drop(self.1.acquire().await);
            self.0.provide().await
        })
    }
}

/// An upload of eleven parts that does not begin before the gate is opened.
fn gated(bench: &Bench) -> (Request<Upload>, Arc<Gated>) {
    bench.place.write_seeded("f", 1, MIB);
    let key = Credentials::new(LocalOss::ACCESS_KEY_ID, LocalOss::ACCESS_KEY_SECRET);
    let provider = StaticCredentials::new(key.unwrap());
    let gate = Arc::new(Gated(provider, Semaphore::new(0)));
    let provider = Arc::clone(&gate) as Arc<dyn CredentialsProvider>;
    let builder = bench.builder(Ossum::builder());
    let ossum = builder.credentials_provider(provider).build().unwrap();
    let upload = ossum.upload(bench.place.path("f"), OBJECT);
    (upload.part_size("100K"), gate)
}

impl Gated {
    fn open(&self) {
        self.1.add_permits(Semaphore::MAX_PERMITS);
    }
}

#[tokio::test]
async fn a_paused_transfer_moves_no_part_and_a_resumed_one_all() {
    let bench = Bench::new();
    let (upload, gate) = gated(&bench);
    let transfer = upload.start();
    transfer.pause();
    gate.open();
    // The upload begins, and that is all.
    while bench.oss.answered() == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(transfer.progress().parts_done, 0);
    assert_eq!(transfer.progress().bytes_moved, 0);
    transfer.resume();
    let report = transfer.await.unwrap();
    assert_eq!(report.parts_total, 11);
}

#[tokio::test]
async fn a_paused_transfer_can_be_cancelled() {
    let bench = Bench::new();
    let (upload, gate) = gated(&bench);
    let transfer = upload.start();
    transfer.pause();
    gate.open();
    while bench.oss.answered() == 0 {
        tokio::task::yield_now().await;
    }
    transfer.cancel();
    let error = transfer.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
}

#[tokio::test]
async fn every_part_is_told_to_the_callback_and_to_the_stream() {
    let bench = Bench::new();
    bench.place.write_seeded("f", 1, MIB);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hearing = Arc::clone(&heard);
    let mut transfer = bench
        .ossum()
        .upload(bench.place.path("f"), OBJECT)
        .part_size("100K")
        .on_event(move |event| hearing.lock().unwrap().push(event.clone()))
        .start();
    let events = transfer.events();
    let told: Vec<Event> = events.collect().await;
    assert_eq!(told.len(), 11);
    assert_eq!(transfer.events().count().await, 0, "a second stream");
    let progress = transfer.progress();
    assert_eq!((progress.parts_done, progress.parts_total), (11, 11));
    transfer.await.unwrap();
    assert_eq!(*heard.lock().unwrap(), told);
}

#[tokio::test]
async fn a_callback_that_panics_fails_the_transfer() {
    let bench = Bench::new();
    bench.place.write_seeded("f", 1, MIB);
    let upload = bench.ossum().upload(bench.place.path("f"), OBJECT);
    let sent = upload
        .part_size("100K")
        .on_event(|_| panic!("as a test wants it"));
    let error = sent.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
}

#[test]
fn everything_goes_where_threads_and_tasks_need_it() {
    fn shared<T: Send + Sync + 'static>() {}
    fn sent<T: Send + 'static>(_: T) {}
    shared::<(Ossum, ossum::Transfer, ossum::Events, ossum::Error)>();
    shared::<ossum::blocking::Ossum>();
    sent(Bench::new().ossum().upload("f", OBJECT).send());
    sent(Bench::new().blocking().upload("f", OBJECT).start());
}

#[test]
fn any_runtime_will_do() {
    let bench = Bench::new();
    bench.place.write_seeded("f", 1, MIB);
    let upload = bench.ossum().upload(bench.place.path("f"), OBJECT);
    let waiting = upload.send();
    // One that is not tokio's: it polls, and knows no more.
    let waker = futures_util::task::noop_waker();
    let mut context = std::task::Context::from_waker(&waker);
    let mut waiting = std::pin::pin!(waiting);
    loop {
        if let std::task::Poll::Ready(done) = waiting.as_mut().poll(&mut context) {
            assert_eq!(done.unwrap().bytes_total, MIB as u64);
            return;
        }
        std::thread::yield_now();
    }
}
