use http::Method;
use ossum_transfer::{ErrorKind, Event, Monitor};

use crate::bench::{Bench, MIB, data, download_to, upload_of};
use crate::faulty::Fault;

#[test]
fn an_upload_cancelled_half_way_leaves_nothing() {
    let bench = Bench::new();
    let monitor = Monitor::new();
    let cancel = monitor.clone();
    bench.faults.nth(
        4,
        Method::PUT,
        "partNumber=",
        Fault::first(move || cancel.cancel()),
    );
    let upload = upload_of(bench.file("f", MIB), "100K");
    let error = bench.upload_watched(&upload, &monitor).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(bench.head("k").is_none());
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn a_cancelled_upload_leaves_nothing() {
    let bench = Bench::new();
    let monitor = Monitor::new();
    monitor.cancel();
    for part_size in ["auto", "100K"] {
        let upload = upload_of(bench.file("f", MIB), part_size);
        let error = bench.upload_watched(&upload, &monitor).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Cancelled);
    }
    assert!(bench.head("k").is_none());
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn a_cancelled_download_leaves_the_old_file() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let path = bench.file("f", 10);
    let monitor = Monitor::new();
    monitor.cancel();
    let error = bench
        .download_watched(&download_to(path.clone(), "100K"), &monitor)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(std::fs::read(&path).unwrap(), data(10));
    assert_eq!(bench.names(), ["f"]);
}

#[test]
fn the_monitor_ends_where_the_report_does() {
    let bench = Bench::new();
    bench
        .faults
        .nth(2, Method::PUT, "partNumber=", Fault::LoseAnswer);
    let monitor = Monitor::new();
    let report = bench
        .upload_watched(&upload_of(bench.file("f", MIB), "100K"), &monitor)
        .unwrap();
    let last = monitor.snapshot();
    assert_eq!(last.bytes_total, Some(MIB as u64));
    assert_eq!((last.parts_done, last.parts_total), (11, 11));
    assert_eq!(
        (last.requests, last.retries),
        (report.requests, report.retries)
    );
    assert_eq!(last.bytes_moved, report.bytes_sent);
}

#[test]
fn a_recording_monitor_tells_every_part_and_retry_once() {
    let bench = Bench::new();
    bench
        .faults
        .nth(2, Method::PUT, "partNumber=", Fault::LoseAnswer);
    let monitor = Monitor::recording();
    let upload = upload_of(bench.file("f", MIB), "100K");
    bench.upload_watched(&upload, &monitor).unwrap();
    let (mut parts, mut retries) = (Vec::new(), 0);
    for event in monitor.take_events() {
        match event {
            Event::Part { number, bytes } => parts.push((number.get(), bytes)),
            Event::Retry(retry) => retries += retry.attempt,
            _ => unreachable!("there are no other events"),
        }
    }
    parts.sort_unstable();
    assert_eq!((parts.len(), retries), (11, 1));
    assert_eq!((parts[0], parts[10]), ((1, 102_400), (11, 24_576)));
    assert!(monitor.take_events().is_empty());
}
