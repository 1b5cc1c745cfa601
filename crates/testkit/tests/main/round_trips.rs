use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use ossum_client::op::{GetObject, PutObject};
use ossum_client::{Chunks, ErrorKind, Payload, PayloadSource};
use ossum_devserver::Operation;
use ossum_testkit::{InProcessOss, Server, seeded};

const CHUNK: usize = 64 * 1024;

/// A source of so many chunks that counts how many were taken; one of them may be unreadable.
#[derive(Clone)]
struct Counting {
    chunks: usize,
    unreadable: Option<usize>,
    taken: Arc<AtomicUsize>,
}

impl Counting {
    fn new(chunks: usize) -> Self {
        Self {
            chunks,
            unreadable: None,
            taken: Arc::default(),
        }
    }

    fn put_in(&self, oss: &InProcessOss, bucket: &str) -> Result<(), ErrorKind> {
        let payload = Payload::Source(Arc::new(self.clone()));
        let put = PutObject::new(bucket.parse().unwrap(), "k".parse().unwrap(), payload);
        let put = oss.run(oss.client().put_object(&put));
        put.map(|_| ()).map_err(|error| error.kind())
    }
}

impl PayloadSource for Counting {
    fn len(&self) -> u64 {
        (self.chunks * CHUNK) as u64
    }

    fn open(&self, _: u64) -> io::Result<Chunks> {
        let Self {
            chunks,
            unreadable,
            taken,
        } = self.clone();
        Ok(Box::new((0..chunks).map(move |chunk| {
            taken.fetch_add(1, Ordering::Relaxed);
            match unreadable {
                Some(bad) if bad == chunk => Err(io::Error::other("a bad sector")),
                _ => Ok(Bytes::from(vec![7; CHUNK])),
            }
        })))
    }
}

#[test]
fn an_object_comes_back_as_it_was() {
    let oss = Server::new().in_process();
    for len in [0, 1, 100_000, 3_000_000] {
        let bytes = seeded(1, len);
        oss.put("k", bytes.clone()).holds("k", &bytes);
        assert_eq!(oss.info("k").unwrap().size, len as u64);
    }
    oss.has_no("other").no_open_uploads();
}

#[test]
fn what_a_test_arranges_is_not_counted() {
    let oss = Server::new().in_process();
    oss.put("k", "bytes").holds("k", "bytes").has_no("other");
    assert_eq!(oss.requests(Operation::PutObject), 0);
    assert_eq!(oss.requests(Operation::GetObject), 0);
    Counting::new(1).put_in(&oss, "bkt").unwrap();
    assert_eq!(oss.requests(Operation::PutObject), 1);
}

#[test]
fn of_a_refused_request_no_body_is_read() {
    let oss = Server::new().in_process();
    let source = Counting::new(100);
    assert_eq!(source.put_in(&oss, "nowhere"), Err(ErrorKind::NoSuchBucket));
    assert_eq!(source.taken.load(Ordering::Relaxed), 0);
}

#[test]
fn a_source_that_cannot_be_read_ends_the_request_and_stores_nothing() {
    let oss = Server::new().in_process();
    let source = Counting {
        unreadable: Some(3),
        ..Counting::new(10)
    };
    assert_eq!(source.put_in(&oss, "bkt"), Err(ErrorKind::Source));
    assert_eq!(source.taken.load(Ordering::Relaxed), 4);
    oss.has_no("k");
}

#[test]
fn an_answer_comes_in_chunks_no_larger_than_the_read_buffer() {
    let oss = Server::new().in_process();
    let bytes = seeded(1, 1_000_000);
    oss.put("k", bytes.clone());
    let client = oss.client().for_worker(CHUNK);
    let got = oss.run(async {
        let get = GetObject::new("bkt".parse().unwrap(), "k".parse().unwrap());
        let mut body = client.get_object(&get).await.unwrap().body;
        let mut got = Vec::new();
        while let Some(chunk) = body.chunk().await.unwrap() {
            assert!(chunk.len() <= CHUNK, "{}", chunk.len());
            got.extend_from_slice(&chunk);
        }
        got
    });
    assert!(got == bytes);
}
