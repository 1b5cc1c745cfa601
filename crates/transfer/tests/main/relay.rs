//! From anywhere to an object, and ranges of it into an upload that others complete.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::stream;
use http::Method;
use ossum_client::op::{
    CompleteMultipartUpload, CompletedPart, InitiateMultipartUpload, ListParts,
};
use ossum_devserver::Operation;
use ossum_testkit::Fault;
use ossum_transfer::{
    EarlierUpload, Error, ErrorKind, Hand, KeptWith, Monitor, RangeReport, RangeSource, Relay,
    RelayRange, Report, SourceBytes, SourceError, SourceFuture, SourceTrouble, Uploads, Worker,
};
use ossum_types::{ByteRange, Crc64, PartSize, UploadId};

use crate::bench::{Bench, KIB, crc64, data, parts_of, url};

/// Bytes in memory that count how often they are read.
#[derive(Debug, Clone)]
struct Given {
    bytes: Bytes,
    kept: KeptWith,
    /// From this byte on reading fails so.
    broken_from: Option<(u64, SourceTrouble)>,
    read: Arc<AtomicU64>,
}

impl Given {
    fn new(bytes: Vec<u8>) -> Self {
        Self {
            bytes: bytes.into(),
            kept: KeptWith::default(),
            broken_from: None,
            read: Arc::default(),
        }
    }

    /// The same where the source tells this CRC-64.
    fn telling(bytes: Vec<u8>, crc64: Crc64) -> Self {
        let mut given = Self::new(bytes);
        given.kept.crc64 = Some(crc64);
        given
    }

    fn broken_from(self, from: u64, how: SourceTrouble) -> Self {
        let broken_from = Some((from, how));
        Self {
            broken_from,
            ..self
        }
    }

    fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

impl RangeSource for Given {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn open(&self, range: ByteRange) -> SourceBytes {
        let at = |offset: u64| usize::try_from(offset).unwrap();
        let bytes = self.bytes.slice(at(range.start())..at(range.end()));
        let given = self.clone();
        let state = (given, range.start(), bytes);
        Box::pin(stream::try_unfold(
            state,
            |(given, at, mut bytes)| async move {
                tokio::task::yield_now().await;
                if let Some((from, how)) = given.broken_from
                    && at >= from
                {
                    return Err(SourceError::new(how, "it is broken").into());
                }
                if bytes.is_empty() {
                    return Ok(None);
                }
                let chunk = bytes.split_to(bytes.len().min(10 * KIB));
                given.read.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                let next = at + chunk.len() as u64;
                Ok(Some((chunk, (given, next, bytes))))
            },
        ))
    }

    fn kept_with(&self) -> SourceFuture<'_, KeptWith> {
        let kept = self.kept.clone();
        Box::pin(async { Ok(kept) })
    }

    fn check_unchanged(&self) -> SourceFuture<'_, ()> {
        Box::pin(async { Ok(()) })
    }

    fn for_worker(&self) -> Arc<dyn RangeSource> {
        Arc::new(self.clone())
    }
}

fn relay_of(given: &Given) -> Relay {
    Relay {
        options: parts_of("100K"),
        ..Relay::new(Arc::new(given.clone()), url("k"))
    }
}

fn relay(bench: &Bench, request: &Relay) -> Result<Report, Error> {
    relay_watched(bench, request, &Monitor::new())
}

fn relay_watched(bench: &Bench, request: &Relay, monitor: &Monitor) -> Result<Report, Error> {
    let client = &bench.client;
    bench
        .oss()
        .run(ossum_transfer::relay(client, request, monitor))
}

/// Remembers the last upload.
#[derive(Default, Clone)]
struct Memory(Arc<Mutex<Vec<UploadId>>>);

impl Memory {
    fn uploads(&self) -> Uploads {
        let told = Arc::clone(&self.0);
        Uploads::Told(Arc::new(move |upload_id| {
            told.lock().unwrap().push(upload_id.clone());
            Box::pin(async { Ok(()) })
        }))
    }

    fn last(&self, bench: &Bench) -> Option<EarlierUpload> {
        let upload_id = self.0.lock().unwrap().last().cloned()?;
        let began = bench.client.now();
        Some(EarlierUpload { upload_id, began })
    }
}

/// Relays until the third part is about to be sent, one part at a time.
fn interrupted(bench: &Bench, given: &Given, memory: &Memory) -> Relay {
    let mut request = relay_of(given);
    request.options.concurrency = std::num::NonZeroUsize::new(1);
    request.uploads = memory.uploads();
    let monitor = bench.cancelling_at(3, Method::PUT, "partNumber=");
    let error = relay_watched(bench, &request, &monitor).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    request.continues = memory.last(bench);
    request
}

#[test]
fn a_small_object_goes_in_one_request_and_a_large_one_in_parts() {
    for (len, puts, parts) in [(0, 1, 0), (1, 1, 0), (99 * KIB, 1, 0), (350 * KIB, 0, 4)] {
        let bench = Bench::new();
        let given = Given::new(data(len));
        let report = relay(&bench, &relay_of(&given)).unwrap();
        assert_eq!(bench.object("k"), data(len));
        assert_eq!(report.crc64, Some(crc64(&data(len))));
        let requests = |operation| bench.oss().requests(operation);
        assert_eq!(requests(Operation::PutObject), puts, "{len}");
        assert_eq!(requests(Operation::UploadPart), parts, "{len}");
        assert_eq!(given.bytes_read(), len as u64, "once");
    }
}

#[test]
fn what_is_kept_with_the_source_is_kept_with_the_object() {
    for len in [KIB, 350 * KIB] {
        let bench = Bench::new();
        let mut given = Given::new(data(len));
        given.kept.headers.content_type = Some("text/plain".to_owned());
        given.kept.headers.metadata = vec![("a".to_owned(), "b".to_owned())];
        relay(&bench, &relay_of(&given)).unwrap();
        let info = bench.head("k").unwrap();
        assert_eq!(info.content_type(), Some("text/plain"));
        assert_eq!(info.metadata(), given.kept.headers.metadata);
    }
}

/// A source that has rotted, or gives another object's bytes.
#[test]
fn bytes_that_are_not_those_the_source_says_it_has_become_no_object() {
    for len in [KIB, 350 * KIB] {
        let bench = Bench::new();
        let given = Given::telling(data(len), crc64(b"other bytes"));
        let mut request = relay_of(&given);
        request.uploads = Memory::default().uploads();
        let error = relay(&bench, &request).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity);
        assert!(bench.head("k").is_none());
        assert_eq!(bench.open_uploads(), 0, "its parts are of no use");
    }
}

#[test]
fn a_source_that_breaks_tells_how_and_leaves_what_is_remembered() {
    let bench = Bench::new();
    let memory = Memory::default();
    let broken = Given::new(data(350 * KIB)).broken_from(250 << 10, SourceTrouble::Unavailable);
    let mut request = relay_of(&broken);
    request.uploads = memory.uploads();
    request.options.concurrency = std::num::NonZeroUsize::new(1);
    let error = relay(&bench, &request).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SourceUnavailable);
    assert!(bench.head("k").is_none());
    assert_eq!((bench.open_uploads(), error.is_resumable()), (1, true));
    request.uploads = Uploads::Forgotten;
    relay(&bench, &request).unwrap_err();
    assert_eq!(bench.open_uploads(), 1, "the other one is aborted");
}

#[test]
fn an_upload_that_is_continued_sends_what_is_missing_only() {
    let bytes = data(350 * KIB);
    let known = Given::telling(bytes.clone(), crc64(&bytes));
    for (given, reread) in [(known, 0), (Given::new(bytes.clone()), 200 << 10)] {
        let bench = Bench::new();
        let memory = Memory::default();
        let request = interrupted(&bench, &given, &memory);
        let (sent, read) = (
            bench.oss().requests(Operation::UploadPart),
            given.bytes_read(),
        );
        let report = relay(&bench, &request).unwrap();
        assert_eq!(bench.object("k"), bytes);
        assert_eq!((report.parts_reused, report.resumed), (2, true));
        assert_eq!(bench.oss().requests(Operation::UploadPart) - sent, 2);
        assert_eq!(given.bytes_read() - read, (150 << 10) + reread);
        assert_eq!(bench.open_uploads(), 0);
    }
}

/// Somebody with an older object of the same name, say.
#[test]
fn parts_of_other_bytes_are_found_out_whatever_the_source_tells() {
    let bytes = data(350 * KIB);
    let known = Given::telling(bytes.clone(), crc64(&bytes));
    for given in [known, Given::new(bytes.clone())] {
        let bench = Bench::new();
        let memory = Memory::default();
        let mut other = bytes.clone();
        other[0] ^= 1;
        interrupted(&bench, &Given::new(other), &memory);
        let request = Relay {
            continues: memory.last(&bench),
            uploads: memory.uploads(),
            ..relay_of(&given)
        };
        let report = relay(&bench, &request).unwrap();
        assert_eq!((bench.object("k"), report.parts_reused), (bytes.clone(), 1));
    }
}

#[test]
fn an_upload_that_cannot_be_remembered_is_aborted_before_its_first_part() {
    let bench = Bench::new();
    let mut request = relay_of(&Given::new(data(350 * KIB)));
    request.uploads = Uploads::Told(Arc::new(|_| {
        Box::pin(async { Err("the ledger is full".into()) })
    }));
    let error = relay(&bench, &request).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotRemembered);
    assert_eq!(bench.oss().requests(Operation::UploadPart), 0);
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn what_another_attempt_completed_meanwhile_is_not_sent_again() {
    let bytes = data(350 * KIB);
    for given in [
        Given::telling(bytes.clone(), crc64(&bytes)),
        Given::new(bytes.clone()),
    ] {
        let bench = Bench::new();
        let memory = Memory::default();
        let request = interrupted(&bench, &given, &memory);
        // The other one takes the upload over while this one is about to send.
        let other = request.clone();
        let client = bench.oss().client().clone();
        let overtake = move || {
            let worker = || {
                let worker = Worker::new(&client).unwrap();
                let monitor = Monitor::new();
                let relay = async |hand: Hand| hand.relay(&other, &monitor).await;
                worker.together(1, relay).remove(0).unwrap();
            };
            std::thread::scope(|scope| scope.spawn(worker).join().unwrap());
        };
        bench
            .faults
            .nth(1, Method::PUT, "partNumber=", Fault::first(overtake));
        let report = relay(&bench, &request).unwrap();
        assert_eq!((bench.object("k"), report.resumed), (bytes.clone(), true));
        assert_eq!(bench.open_uploads(), 0);
        assert_eq!(memory.0.lock().unwrap().len(), 1, "none began again");
    }
}

#[test]
fn hands_of_one_thread_work_at_the_same_time() {
    let bench = Bench::new();
    let bytes = data(100 * KIB);
    let worker = Worker::new(bench.oss().client()).unwrap();
    let (meeting, numbers) = (tokio::sync::Barrier::new(3), AtomicUsize::new(0));
    let relayed = worker.together(3, async |hand| {
        // None gets here alone.
        meeting.wait().await;
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let source = Arc::new(Given::new(bytes.clone()));
        let relay = Relay::new(source, url(&format!("k{number}")));
        hand.relay(&relay, &Monitor::new()).await.map(|_| number)
    });
    for number in relayed {
        assert_eq!(bench.object(&format!("k{}", number.unwrap())), bytes);
    }
    assert_eq!(numbers.into_inner(), 3);
}

/// An upload of 350 KiB in four parts.
fn open_upload(bench: &Bench) -> UploadId {
    let destination = url("k");
    let initiate = InitiateMultipartUpload::new(destination.bucket, destination.key);
    let client = bench.oss().client();
    let initiated = bench.oss().run(client.initiate_multipart_upload(&initiate));
    initiated.unwrap()
}

fn relay_range(
    bench: &Bench,
    given: &Given,
    upload_id: &UploadId,
    range: std::ops::Range<u64>,
) -> Result<RangeReport, Error> {
    let request = RelayRange {
        source: Arc::new(given.clone()),
        destination: url("k"),
        upload_id: upload_id.clone(),
        part_size: PartSize::new(100 << 10).unwrap(),
        range: ByteRange::new(range.start, range.end).unwrap(),
        copied_from: None,
        options: parts_of("1M"),
    };
    let worker = Worker::new(&bench.client).unwrap();
    let monitor = Monitor::new();
    let relay = async |hand: Hand| hand.relay_range(&request, &monitor).await;
    worker.together(1, relay).remove(0)
}

fn complete(bench: &Bench, upload_id: &UploadId) {
    let destination = url("k");
    let (bucket, key) = (destination.bucket, destination.key);
    let client = bench.oss().client();
    bench.oss().run(async {
        let list = ListParts::new(bucket.clone(), key.clone(), upload_id.clone());
        let listed: Vec<_> = futures_util::TryStreamExt::try_collect(client.list_parts(list))
            .await
            .unwrap();
        let parts = listed.into_iter().map(|part| CompletedPart {
            number: part.number,
            etag: part.etag,
        });
        let complete =
            CompleteMultipartUpload::new(bucket, key, upload_id.clone(), parts.collect());
        client.complete_multipart_upload(&complete).await.unwrap();
    });
}

#[test]
fn ranges_of_an_object_make_it_together_and_each_is_sent_once() {
    let bytes = data(350 * KIB);
    let bench = Bench::new();
    let upload_id = open_upload(&bench);
    let given = Given::new(bytes.clone());
    let second = relay_range(&bench, &given, &upload_id, 200 << 10..350 << 10).unwrap();
    let first = relay_range(&bench, &given, &upload_id, 0..200 << 10).unwrap();
    let together = first.crc64.combine(second.crc64, 150 << 10);
    assert_eq!(together, crc64(&bytes));
    assert_eq!((first.parts, second.parts), (2, 2));
    let sent = bench.oss().requests(Operation::UploadPart);
    let again = relay_range(&bench, &given, &upload_id, 0..200 << 10).unwrap();
    assert_eq!((again.crc64, again.bytes_reused), (first.crc64, 200 << 10));
    assert_eq!((sent, bench.oss().requests(Operation::UploadPart)), (4, 4));
    complete(&bench, &upload_id);
    assert_eq!(bench.object("k"), bytes);
}

#[test]
fn a_range_of_a_broken_source_leaves_the_upload_to_be_gone_on_with() {
    let bytes = data(350 * KIB);
    let bench = Bench::new();
    let upload_id = open_upload(&bench);
    let broken = Given::new(bytes.clone()).broken_from(150 << 10, SourceTrouble::Changed);
    let error = relay_range(&bench, &broken, &upload_id, 0..200 << 10).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SourceChanged);
    assert_eq!(bench.open_uploads(), 1);
    relay_range(&bench, &Given::new(bytes), &upload_id, 0..200 << 10).unwrap();
}

#[test]
fn a_range_that_is_not_whole_parts_is_refused() {
    let bench = Bench::new();
    let upload_id = open_upload(&bench);
    let given = Given::new(data(350 * KIB));
    let error = relay_range(&bench, &given, &upload_id, 1..200 << 10).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layout);
}
