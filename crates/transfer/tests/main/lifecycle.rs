use http::Method;
use ossum_devserver::faults::{Effect, Rule, Rules};
use ossum_transfer::{Error, ErrorKind, Event, Monitor, Report, Verified};

use crate::bench::{Bench, MIB, data, download_to, upload_of};
use ossum_testkit::Fault;

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
            Event::Part { number, bytes, .. } => parts.push((number.get(), bytes)),
            Event::Retry(retry) => retries += retry.attempt,
            _ => unreachable!("there are no other events"),
        }
    }
    parts.sort_unstable();
    assert_eq!((parts.len(), retries), (11, 1));
    assert_eq!((parts[0], parts[10]), ((1, 102_400), (11, 24_576)));
    assert!(monitor.take_events().is_empty());
}

#[tokio::test]
async fn a_transfer_can_be_spawned() {
    let (client, upload, download) = (
        Bench::new().client,
        upload_of("/nowhere".into(), "auto"),
        download_to("/nowhere/at/all".into(), "auto"),
    );
    let both = tokio::spawn(async move {
        let monitor = Monitor::new();
        let up = ossum_transfer::upload(&client, &upload, &monitor).await;
        let down = ossum_transfer::download(&client, &download, &Monitor::new()).await;
        (up.is_err(), down.is_err())
    });
    assert_eq!(both.await.unwrap(), (true, true));
}

#[test]
fn a_dropped_download_leaves_nothing() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let (begun, has_begun) = tokio::sync::oneshot::channel::<()>();
    let begun = std::sync::Mutex::new(Some(begun));
    bench.faults.nth(
        3,
        Method::GET,
        "/k",
        Fault::swallow(move || drop(begun.lock().unwrap().take())),
    );
    let download = download_to(bench.path("f"), "100K");
    bench.dropping(&download, has_begun);
    // Its threads end by themselves; nobody can wait for them but by looking.
    let began = std::time::Instant::now();
    while !bench.names().is_empty() {
        assert!(began.elapsed().as_secs() < 30, "{:?}", bench.names());
        std::thread::yield_now();
    }
}

/// Cases: 38.
#[test]
fn a_name_that_is_still_being_looked_up_holds_up_nobody() {
    let bench = Bench::new();
    let monitor = Monitor::new();
    let cancel = monitor.clone();
    // What a resolver without answers does to the runtime of a transfer.
    let (release, released) = std::sync::mpsc::channel::<()>();
    let released = std::sync::Arc::new(std::sync::Mutex::new(released));
    bench.faults.nth(
        2,
        Method::PUT,
        "partNumber=",
        Fault::first(move || {
            let released = std::sync::Arc::clone(&released);
            tokio::task::spawn_blocking(move || released.lock().unwrap().recv());
            cancel.cancel();
        }),
    );
    let upload = upload_of(bench.file("f", MIB), "100K");
    let error = bench.upload_watched(&upload, &monitor).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    drop(release);
}

#[test]
fn a_panic_in_a_worker_ends_the_transfer() {
    let bench = Bench::new();
    bench.faults.nth(
        4,
        Method::PUT,
        "partNumber=",
        Fault::first(|| panic!("a fault of ossum, as this test has it")),
    );
    let upload = upload_of(bench.file("f", MIB), "100K");
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal);
    assert!(bench.head("k").is_none());
}

/// Cases: 7.
#[test]
fn what_was_moved_before_a_panic_is_there_for_the_next_run() {
    for down in [false, true] {
        let bench = Bench::new();
        bench.put("source", data(MIB));
        let upload = bench.kept_upload(bench.file("f", MIB));
        let mut download = bench.kept_download("again");
        download.source = crate::bench::url("source");
        let (method, uri_has) = if down {
            (Method::GET, "/source")
        } else {
            (Method::PUT, "partNumber=")
        };
        let fault = Fault::first(|| panic!("a fault of ossum, as this test has it"));
        bench.faults.nth(4, method, uri_has, fault);
        let run = || {
            if down {
                bench.download(&download)
            } else {
                bench.upload(&upload)
            }
        };
        assert_eq!(run().unwrap_err().kind(), ErrorKind::Internal);
        assert_eq!(bench.faults.fired(), 1);
        assert_eq!(run().unwrap().parts_reused, 3, "down: {down}");
        assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
    }
}

/// Cases: 5.
#[test]
fn who_was_stopped_for_long_goes_on_over_new_connections_with_new_credentials() {
    for down in [false, true] {
        let bench = Bench::new();
        bench.put("source", data(MIB));
        let mut upload = upload_of(bench.file("f", MIB), "100K");
        upload.options.checkpoint = Some(bench.checkpointing());
        let mut download = download_to(bench.path("again"), "100K");
        download.source = crate::bench::url("source");
        // In the middle of it every connection dies, and hours later the token has expired.
        let (transport, service) = (
            bench.oss().transport().clone(),
            bench.oss().service().clone(),
        );
        let clock = bench.oss().clock().clone();
        let stopped = Fault::first(move || {
            transport.cut();
            clock.advance(std::time::Duration::from_hours(3));
            let expired = Rule::any().count(1).then(Effect::ExpireToken);
            service.set_faults(Rules::from_iter([expired]));
        });
        let (method, uri_has) = if down {
            (Method::GET, "/source")
        } else {
            (Method::PUT, "partNumber=")
        };
        bench.faults.nth(5, method, uri_has, stopped);
        let report = if down {
            bench.download(&download)
        } else {
            bench.upload(&upload)
        };
        let report = report.unwrap();
        assert_eq!(bench.faults.fired(), 1);
        assert_eq!(bench.oss().service().fired(), [1]);
        assert!(report.retries >= 1);
        if down {
            assert!(std::fs::read(bench.path("again")).unwrap() == data(MIB));
        } else {
            assert_eq!(bench.object("k"), data(MIB));
        }
    }
}

/// Cancels the upload once the answer to a POST of this kind does not come.
fn cancelled_without_an_answer(bench: &Bench, uri_has: &'static str) -> Result<Report, Error> {
    let monitor = Monitor::new();
    let cancel = monitor.clone();
    bench.faults.nth(
        1,
        Method::POST,
        uri_has,
        Fault::swallow(move || cancel.cancel()),
    );
    let upload = upload_of(bench.file("f", MIB), "100K");
    bench.upload_watched(&upload, &monitor)
}

#[test]
fn an_upload_cancelled_while_it_is_begun_ends_in_seconds() {
    let bench = Bench::new();
    let error = cancelled_without_an_answer(&bench, "uploads").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(bench.head("k").is_none());
}

#[test]
fn an_upload_cancelled_while_it_is_completed_tells_how_it_ended() {
    let bench = Bench::new();
    let report = cancelled_without_an_answer(&bench, "uploadId=").unwrap();
    assert_eq!(report.verified, Verified::Crc64);
    assert_eq!(bench.object("k"), data(MIB));
}
