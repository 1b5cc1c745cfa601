//! Uploads of sources that can be read once.

use std::io::{self, Cursor, Read};

use http::Method;
use ossum_transfer::{Error, ErrorKind, Feed, Monitor, Report, Verified, write_from};

use crate::bench::{Bench, KIB, MIB, crc64, data, parts_of, url};
use ossum_testkit::Fault;

fn feed(part_size: &str) -> Feed {
    Feed {
        options: parts_of(part_size),
        ..Feed::new(url("k"))
    }
}

impl Bench {
    fn feed(&self, request: &Feed, source: impl Read + Send + 'static) -> Result<Report, Error> {
        let monitor = Monitor::new();
        self.oss()
            .run(write_from(&self.client, request, source, &monitor))
    }
}

/// Gives bytes a few at a time, and then fails.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = buffer.len().min(1000);
        match self.0.read(&mut buffer[..len])? {
            0 => Err(io::Error::other("the tape tore")),
            read => Ok(read),
        }
    }
}

#[test]
fn every_size_around_the_part_size_arrives_whole() {
    let bench = Bench::new();
    let part = 100 * KIB;
    for len in [0, 1, part - 1, part, part + 1, 2 * part, 10 * part + 7] {
        let report = bench.feed(&feed("100K"), Cursor::new(data(len))).unwrap();
        assert_eq!(bench.object("k"), data(len), "{len}");
        assert_eq!(
            (report.bytes_total, report.bytes_sent),
            (len as u64, len as u64)
        );
        let parts = len.div_ceil(part).max(1);
        assert_eq!(report.parts_total as usize, parts, "{len}");
        assert_eq!(
            (report.crc64, report.verified),
            (Some(crc64(&data(len))), Verified::Crc64)
        );
    }
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn a_part_that_was_damaged_or_refused_is_sent_again_from_what_is_held() {
    let bench = Bench::new();
    let faults = &bench.faults;
    faults.nth(1, Method::PUT, "partNumber=2", Fault::Refuse);
    faults.nth(1, Method::PUT, "partNumber=3", Fault::LoseAnswer);
    for spool in [None, Some(bench.dir.path().to_owned())] {
        let request = Feed {
            spool,
            ..feed("100K")
        };
        bench.feed(&request, Cursor::new(data(MIB))).unwrap();
        assert_eq!(bench.object("k"), data(MIB));
        assert_eq!(bench.names(), [""; 0]);
    }
    assert_eq!(bench.faults.fired(), 2);
}

#[test]
fn a_source_that_fails_half_way_publishes_nothing_and_leaves_nothing() {
    let bench = Bench::new();
    for len in [0, 1, 100 * KIB, MIB] {
        let source = Failing(Cursor::new(data(len)));
        let error = bench.feed(&feed("100K"), source).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Disk, "{error}");
        assert!(bench.head("k").is_none());
        assert_eq!((bench.open_uploads(), error.left_upload()), (0, None));
    }
}

#[test]
fn more_than_can_be_taken_is_a_limit_and_leaves_nothing() {
    let bench = Bench::new();
    for most in [1, 100 * KIB, 500 * KIB, 500 * KIB + 1] {
        let request = Feed {
            most_bytes: Some(most as u64),
            ..feed("100K")
        };
        let error = bench
            .feed(&request, Cursor::new(data(most + 1)))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        assert!(bench.head("k").is_none());
        assert_eq!(bench.open_uploads(), 0);
        bench.feed(&request, Cursor::new(data(most))).unwrap();
        assert_eq!(bench.object("k"), data(most));
        bench.oss().run(async {
            let url = url("k");
            let delete = ossum_client::op::DeleteObject::new(url.bucket, url.key);
            bench.client.delete_object(&delete).await.unwrap();
        });
    }
}

#[test]
fn a_lost_complete_answer_is_success() {
    let bench = Bench::new();
    bench
        .faults
        .nth(1, Method::POST, "uploadId=", Fault::LoseAnswer);
    bench.feed(&feed("100K"), Cursor::new(data(MIB))).unwrap();
    assert_eq!(bench.object("k"), data(MIB));
    assert_eq!(bench.faults.fired(), 1);
}

#[test]
fn a_source_that_panics_is_no_end_of_it() {
    struct Panicking;
    impl Read for Panicking {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("a fault of the source")
        }
    }
    let bench = Bench::new();
    let source = Cursor::new(data(MIB)).chain(Panicking);
    let error = bench.feed(&feed("100K"), source).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal, "{error}");
    assert!(bench.head("k").is_none());
    assert_eq!(bench.open_uploads(), 0);
}
