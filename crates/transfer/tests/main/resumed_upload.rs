//! Uploads that an earlier run has begun.

mod completing;
mod found;
mod listed;

use http::{Method, StatusCode};
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, Rule};
use ossum_transfer::{ErrorKind, Modified, OnChange, Restarted, Safe, Upload};

use crate::bench::{Bench, MIB, data};
use ossum_testkit::Fault;

#[test]
fn a_cancelled_upload_is_continued_with_what_is_missing_and_leaves_nothing() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    let error = bench.upload_until_part(6, &upload);
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
    assert_eq!(bench.names(), ["f", "f.cp"]);
    assert_eq!((bench.open_uploads(), bench.pointers()), (1, 1));

    let report = bench.upload(&upload).unwrap();
    assert_eq!(bench.object("k"), data(MIB));
    assert!(report.resumed);
    assert_eq!((report.parts_reused, report.bytes_reused), (5, 512_000));
    assert_eq!(report.bytes_sent, MIB as u64 - 512_000);
    // A listing, the six parts that were missing, and the completion.
    assert_eq!(report.requests, 1 + 6 + 1);
    assert_eq!(bench.names(), ["f"]);
    assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
}

/// Cases: 82.
#[test]
fn what_was_changed_between_runs_is_sent_again_and_nothing_else() {
    let bench = Bench::new();
    let path = bench.file("f", MIB);
    let upload = bench.kept_upload(path.clone());
    bench.upload_until_part(11, &upload);
    let mut bytes = data(MIB);
    bytes[250_000] ^= 1;
    let times = std::fs::FileTimes::new()
        .set_modified(std::fs::metadata(&path).unwrap().modified().unwrap());
    std::fs::write(&path, &bytes).unwrap();
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_times(times).unwrap();

    let report = bench.upload(&upload).unwrap();
    assert!(bench.object("k") == bytes, "the present bytes");
    assert_eq!(report.parts_reused, 9);
    assert_eq!(report.restarted, Some(Restarted::SourceChanged));
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn a_file_that_grew_or_shrank_between_runs_keeps_the_parts_that_are_still_its() {
    for len in [MIB + 200_000, MIB - 200_000] {
        let bench = Bench::new();
        let path = bench.file("f", MIB);
        let upload = bench.kept_upload(path.clone());
        bench.upload_until_part(8, &upload);
        std::fs::write(&path, data(len)).unwrap();
        let report = bench.upload(&upload).unwrap();
        assert!(bench.object("k") == data(len), "{len}");
        assert_eq!(report.parts_reused, 7, "{len}");
        assert_eq!(report.restarted, Some(Restarted::SourceChanged));
        assert_eq!(bench.open_uploads(), 0);
    }
}

#[test]
fn a_file_that_became_small_is_sent_whole_and_its_upload_aborted() {
    let bench = Bench::new();
    let path = bench.file("f", MIB);
    let upload = bench.kept_upload(path.clone());
    bench.upload_until_part(8, &upload);
    std::fs::write(&path, data(1000)).unwrap();
    bench.upload(&upload).unwrap();
    assert_eq!(bench.object("k"), data(1000));
    assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
    assert_eq!(bench.names(), ["f"]);
}

/// Cases: 83.
#[test]
fn a_change_during_the_run_is_an_error_that_keeps_what_was_sent() {
    let bench = Bench::new();
    let path = bench.file("f", MIB);
    let upload = bench.kept_upload(path.clone());
    let edited = path.clone();
    let edit = Fault::first(move || std::fs::write(&edited, vec![7; MIB]).unwrap());
    bench.faults.nth(6, Method::PUT, "partNumber=", edit);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SourceChanged);
    assert!(error.is_resumable());
    assert!(bench.head("k").is_none());

    let report = bench.upload(&upload).unwrap();
    assert!(bench.object("k") == vec![7; MIB], "the present bytes");
    assert_eq!(report.parts_reused, 6, "those sent after the change");
}

/// Cases: 84.
#[test]
fn a_file_that_is_removed_during_the_run_is_told_as_that() {
    let bench = Bench::new();
    let path = bench.file("f", MIB);
    let upload = bench.kept_upload(path.clone());
    let remove = Fault::first(move || std::fs::remove_file(&path).unwrap());
    bench.faults.nth(6, Method::PUT, "partNumber=", remove);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SourceMissing);
    assert!(error.is_resumable());
    bench.file("f", MIB);
    assert_eq!(bench.upload(&upload).unwrap().parts_reused, 11);
}

/// Cases: 83.
#[test]
fn a_change_during_the_run_starts_over_where_that_is_asked_for() {
    let bench = Bench::new();
    let path = bench.file("f", MIB);
    let mut upload = bench.kept_upload(path.clone());
    upload.options.on_change = OnChange::StartOver;
    let edit = Fault::first(move || std::fs::write(&path, vec![7; MIB]).unwrap());
    bench.faults.nth(6, Method::PUT, "partNumber=", edit);
    let report = bench.upload(&upload).unwrap();
    assert!(bench.object("k") == vec![7; MIB], "the present bytes");
    assert_eq!(report.restarted, Some(Restarted::SourceChanged));
}

/// Cases: 83.
#[test]
fn a_source_that_never_stops_changing_ends_after_two_restarts() {
    let bench = Bench::new();
    let path = bench.file("f", MIB);
    let mut upload = bench.kept_upload(path.clone());
    upload.options.on_change = OnChange::StartOver;
    let count = std::sync::atomic::AtomicU8::new(1);
    let edit = Fault::first(move || {
        let round = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        std::fs::write(&path, vec![round; MIB]).unwrap();
    });
    bench.faults.always(Method::PUT, "partNumber=", edit);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SourceChanged);
    assert!(bench.head("k").is_none());
}

#[test]
fn other_metadata_needs_another_upload_and_the_first_is_aborted() {
    let bench = Bench::new();
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    upload.headers.metadata = vec![("owner".to_owned(), "me".to_owned())];
    upload.modified = Modified::Leave;
    let report = bench.upload(&upload).unwrap();
    assert_eq!(report.restarted, Some(Restarted::MetadataChanged));
    assert_eq!((report.resumed, report.parts_reused), (false, 0));
    assert_eq!(bench.head("k").unwrap().metadata(), upload.headers.metadata);
    assert_eq!(bench.open_uploads(), 0);
}

/// Cases: 87.
#[test]
fn a_part_size_that_is_asked_for_later_gives_way_to_the_one_that_was_begun_with() {
    let bench = Bench::new();
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    upload.options.part_size = "200K".parse().unwrap();
    let report = bench.upload(&upload).unwrap();
    assert_eq!((report.parts_total, report.parts_reused), (11, 5));
}

#[test]
fn what_began_in_parts_goes_on_in_them_where_one_request_would_do() {
    let bench = Bench::new();
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    upload.options.part_size = "auto".parse().unwrap();
    let report = bench.upload(&upload).unwrap();
    assert_eq!((report.parts_total, report.parts_reused), (11, 5));
    assert_eq!(bench.object("k"), data(MIB));
}

/// Cases: 90.
#[test]
fn a_second_upload_of_the_same_file_to_the_same_key_is_refused_while_the_first_runs() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    let (client, again) = (bench.client.clone(), upload.clone());
    let outcome = std::sync::Arc::new(std::sync::Mutex::new(None));
    let told = std::sync::Arc::clone(&outcome);
    let second = Fault::first(move || {
        let (client, again) = (client.clone(), again.clone());
        let second = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            let monitor = ossum_transfer::Monitor::new();
            runtime.block_on(ossum_transfer::upload(&client, &again, &monitor))
        });
        *told.lock().unwrap() = Some(second.join().unwrap());
    });
    bench.faults.nth(3, Method::PUT, "partNumber=", second);
    bench.upload(&upload).unwrap();
    let error = outcome.lock().unwrap().take().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InUse);
    let holder = format!("process {} on host ", std::process::id());
    assert!(error.to_string().contains(&holder), "{error}");
    assert_eq!(bench.object("k"), data(MIB));
}

/// Cases: 87.
#[test]
fn two_uploads_of_one_file_have_a_checkpoint_each() {
    let bench = Bench::new();
    let path = bench.file("f", MIB);
    let first = bench.kept_upload(path.clone());
    let second = Upload {
        destination: crate::bench::url("other"),
        ..bench.kept_upload(path)
    };
    bench.upload_until_part(6, &first);
    bench.upload_until_part(3, &second);
    assert_eq!((bench.names().len(), bench.pointers()), (3, 2));
    assert_eq!(bench.upload(&second).unwrap().parts_reused, 2);
    assert_eq!(bench.upload(&first).unwrap().parts_reused, 5);
    assert_eq!(bench.object("k"), bench.object("other"));
    assert_eq!(bench.names(), ["f"]);
}

/// Cases: 76.
#[test]
fn a_refusal_half_way_keeps_what_was_sent() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    let denied = Answer::new(StatusCode::FORBIDDEN).code("AccessDenied");
    let deny = Rule::on(Operation::UploadPart).from(6);
    bench.oss().faults([deny.then(Effect::Answer(denied))]);
    let error = bench.upload(&upload).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Denied));
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
    bench.oss().faults([]);
    assert_eq!(bench.upload(&upload).unwrap().parts_reused, 5);
}

#[test]
fn an_upload_without_a_checkpoint_aborts_what_it_began() {
    let bench = Bench::new();
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    upload.options.checkpoint = None;
    let error = bench.upload_until_part(6, &upload);
    assert!(!error.is_resumable());
    assert_eq!((bench.open_uploads(), bench.names().len()), (0, 1));
}

/// Cases: 81.
#[test]
fn small_and_empty_files_have_no_checkpoint() {
    let bench = Bench::new();
    for len in [0, 1, 100 * 1024] {
        let upload = bench.kept_upload(bench.file("f", len));
        let report = bench.upload(&upload).unwrap();
        assert_eq!((report.requests, report.parts_total), (1, 1));
        assert_eq!(bench.object("k"), data(len));
        assert_eq!((bench.names(), bench.pointers()), (vec!["f".to_owned()], 0));
    }
}
