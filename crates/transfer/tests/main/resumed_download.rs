//! Downloads that an earlier run has begun.

mod damaged;

use std::fs;

use http::Method;
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_devserver::Operation;
use ossum_devserver::faults::{Effect, Rule, Turn};
use ossum_transfer::{Download, ErrorKind, OnChange, Overwrite, Restarted, Safe, Verified};

use crate::bench::{Bench, MIB, data};
use ossum_testkit::Fault;

/// A download of a mebibyte that was cancelled with five parts of eleven here.
fn begun() -> (Bench, Download) {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let download = bench.kept_download("f");
    let error = bench.download_until_request(6, &download);
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
    assert_eq!(bench.names(), ["f.cp", "f.ossum-part"]);
    (bench, download)
}

#[test]
fn a_cancelled_download_is_continued_with_what_is_missing_and_leaves_nothing() {
    let (bench, download) = begun();
    assert_eq!(bench.pointers(), 1);
    let report = bench.download(&download).unwrap();
    assert!(fs::read(bench.path("f")).unwrap() == data(MIB));
    assert!(report.resumed);
    assert_eq!((report.parts_reused, report.bytes_reused), (5, 512_000));
    assert_eq!(report.bytes_sent, MIB as u64 - 512_000);
    // A look at the object, and the six parts that were missing.
    assert_eq!((report.requests, report.verified), (1 + 6, Verified::Crc64));
    assert_eq!((bench.names(), bench.pointers()), (vec!["f".to_owned()], 0));
}

#[test]
fn what_needs_to_look_for_nothing_remembers_what_it_begins_in_parts() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let download = bench.kept_download("f");
    let mut first = download.clone();
    if let Some(checkpoint) = &mut first.options.checkpoint {
        checkpoint.nothing_earlier = true;
    }
    let error = bench.download_until_request(6, &first);
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
    assert_eq!(bench.pointers(), 1);
    assert_eq!(bench.download(&download).unwrap().parts_reused, 5);

    first.options.part_size = "2M".parse().unwrap();
    bench.download(&first).unwrap();
    assert!(fs::read(bench.path("f")).unwrap() == data(MIB));
    assert_eq!((bench.names(), bench.pointers()), (vec!["f".to_owned()], 0));
}

/// Cases: 15.
#[test]
fn a_pointer_without_its_checkpoint_goes_with_a_download_in_one_request() {
    for is_cut_off in [false, true] {
        let (bench, mut download) = begun();
        fs::remove_file(bench.path("f.cp")).unwrap();
        if is_cut_off {
            let mut pointers = fs::read_dir(bench.state.path().join("transfers")).unwrap();
            fs::write(pointers.next().unwrap().unwrap().path(), "").unwrap();
        }
        download.options.part_size = "2M".parse().unwrap();
        bench.download(&download).unwrap();
        assert_eq!((bench.names(), bench.pointers()), (vec!["f".to_owned()], 0));
    }
}

/// Cases: 8.
#[test]
fn a_checkpoint_that_a_power_loss_brought_back_leaves_no_bytes_of_a_later_run() {
    let (bench, download) = begun();
    let checkpoint = fs::read(bench.path("f.cp")).unwrap();
    bench.download(&download).unwrap();
    fs::write(bench.path("f.cp"), checkpoint).unwrap();
    fs::write(bench.path("f.ossum-part"), "of a later run").unwrap();
    let report = bench.download(&download).unwrap();
    assert_eq!(
        (report.bytes_sent, bench.names()),
        (0, vec!["f".to_owned()])
    );
}

#[test]
fn partial_file_and_checkpoint_are_their_owners_alone_and_the_file_is_not() {
    use std::os::unix::fs::PermissionsExt;
    let (bench, download) = begun();
    let mode = |name: &str| {
        let found = fs::metadata(bench.path(name)).unwrap();
        found.permissions().mode() & 0o777
    };
    assert_eq!((mode("f.cp"), mode("f.ossum-part")), (0o600, 0o600));
    bench.download(&download).unwrap();
    let plain = bench.path("plain");
    fs::write(&plain, "").unwrap();
    assert_eq!(mode("f"), mode("plain"));
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode() {
    use std::os::unix::fs::PermissionsExt;
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let path = bench.file("f", 10);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o751)).unwrap();
    let download = bench.kept_download("f");
    bench.download_until_request(6, &download);
    assert_eq!(
        fs::read(&path).unwrap(),
        data(10),
        "the old file until the end"
    );
    bench.download(&download).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o751);
}

/// Cases: 61.
#[test]
fn an_object_that_was_replaced_between_runs_is_fetched_anew() {
    let (bench, download) = begun();
    let other = vec![7; MIB];
    bench.put("k", other.clone());
    let report = bench.download(&download).unwrap();
    assert!(fs::read(bench.path("f")).unwrap() == other);
    assert_eq!(report.restarted, Some(Restarted::ObjectChanged));
    assert_eq!((report.resumed, report.bytes_reused), (false, 0));
    assert_eq!(bench.names(), ["f"]);
}

/// Cases: 62.
#[test]
fn an_object_that_was_written_again_with_the_same_bytes_is_continued() {
    let (bench, download) = begun();
    bench.put("k", data(MIB));
    assert_eq!(bench.download(&download).unwrap().parts_reused, 5);
}

/// Cases: 61.
#[test]
fn an_object_that_is_replaced_during_the_run_is_an_error_that_a_later_run_gets_over() {
    let (bench, download) = begun();
    bench.oss().faults([Rule::on(Operation::GetObject)
        .nth(3)
        .then(Effect::ReplaceObject(Turn::Before))]);
    let error = bench.download(&download).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ObjectChanged);
    assert!(!bench.path("f").exists());
    bench.oss().faults([]);
    let report = bench.download(&download).unwrap();
    assert_eq!(report.restarted, Some(Restarted::ObjectChanged));
    assert!(fs::read(bench.path("f")).unwrap() == bench.object("k"));
}

/// Cases: 61.
#[test]
fn an_object_that_is_replaced_during_the_run_starts_over_where_that_is_asked_for() {
    let (bench, mut download) = begun();
    download.options.on_change = OnChange::StartOver;
    bench.oss().faults([Rule::on(Operation::GetObject)
        .nth(3)
        .then(Effect::ReplaceObject(Turn::Before))]);
    let report = bench.download(&download).unwrap();
    assert_eq!(report.restarted, Some(Restarted::ObjectChanged));
    assert!(fs::read(bench.path("f")).unwrap() == bench.object("k"));
}

/// Cases: 63.
#[test]
fn an_object_that_is_deleted_between_runs_is_not_found_and_nothing_is_lost() {
    let (bench, download) = begun();
    bench.oss().faults([Rule::on(Operation::HeadObject)
        .nth(1)
        .then(Effect::DeleteObject(Turn::Before))]);
    let error = bench.download(&download).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::NoSuchKey));
    assert!(error.is_resumable());
    bench.put("k", data(MIB));
    assert_eq!(bench.download(&download).unwrap().parts_reused, 5);
}

/// Cases: 39.
#[test]
fn a_reset_before_every_byte_ends_with_the_budget_and_keeps_what_is_here() {
    let (bench, download) = begun();
    bench.faults.always(Method::GET, "/k", Fault::BreakAfter(0));
    let error = bench.download(&download).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Network));
    assert_eq!(error.safe(), Some(Safe { parts: 5, of: 11 }));
}

#[test]
fn a_range_is_continued_too() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let mut download = bench.kept_download("f");
    download.range = ossum_types::ByteRange::new(1000, 900_000);
    bench.download_until_request(4, &download);
    let report = bench.download(&download).unwrap();
    assert_eq!(
        (report.parts_reused, report.verified),
        (3, Verified::Length)
    );
    assert!(fs::read(bench.path("f")).unwrap() == data(MIB)[1000..900_000]);
    assert_eq!(bench.names(), ["f"]);
}

/// Cases: 87.
#[test]
fn a_download_of_something_else_to_the_same_file_has_a_checkpoint_of_its_own() {
    let (bench, download) = begun();
    bench.put("other", vec![7; MIB]);
    let other = Download {
        source: crate::bench::url("other"),
        ..download.clone()
    };
    let report = bench.download(&other).unwrap();
    assert!(!report.resumed);
    assert!(fs::read(bench.path("f")).unwrap() == vec![7; MIB]);
    assert_eq!(bench.names(), ["f", "f.cp", "f.ossum-part"]);
    assert_eq!(bench.download(&download).unwrap().parts_reused, 5);
    assert!(fs::read(bench.path("f")).unwrap() == data(MIB));
}

/// Cases: 8.
#[test]
fn a_file_that_was_published_by_a_run_that_died_then_is_done_with_no_byte_fetched() {
    let (bench, mut download) = begun();
    let checkpoint = fs::read(bench.path("f.cp")).unwrap();
    bench.download(&download).unwrap();
    // It died before the checkpoint was removed.
    fs::write(bench.path("f.cp"), &checkpoint).unwrap();
    let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(bench.path("f.cp"), owner_only).unwrap();
    download.overwrite = Overwrite::Forbid;
    let report = bench.download(&download).unwrap();
    assert_eq!((report.bytes_sent, report.bytes_reused), (0, MIB as u64));
    assert_eq!((report.resumed, report.verified), (true, Verified::Crc64));
    assert_eq!(bench.names(), ["f"]);
}

#[test]
fn a_published_file_that_was_edited_since_is_fetched_anew() {
    use std::os::unix::fs::FileExt;
    let (bench, download) = begun();
    let checkpoint = fs::read(bench.path("f.cp")).unwrap();
    bench.download(&download).unwrap();
    fs::write(bench.path("f.cp"), &checkpoint).unwrap();
    let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(bench.path("f.cp"), owner_only).unwrap();
    let file = fs::File::options()
        .write(true)
        .open(bench.path("f"))
        .unwrap();
    file.write_all_at(b"edited", 5).unwrap();
    let report = bench.download(&download).unwrap();
    assert_eq!(report.bytes_sent, MIB as u64);
    assert!(fs::read(bench.path("f")).unwrap() == data(MIB));
}

/// Cases: 86.
#[test]
fn a_file_that_appears_meanwhile_and_must_stay_does_and_the_bytes_are_kept() {
    let (bench, mut download) = begun();
    download.overwrite = Overwrite::Forbid;
    bench.file("f", 10);
    let error = bench.download(&download).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    assert!(error.is_resumable());
    assert_eq!(fs::read(bench.path("f")).unwrap(), data(10));
    fs::remove_file(bench.path("f")).unwrap();
    assert_eq!(bench.download(&download).unwrap().parts_reused, 5);
}

/// Cases: 35.
#[test]
fn names_as_long_as_the_file_system_allows_are_continued() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let name = "n".repeat(255);
    let download = bench.kept_download(&name);
    bench.download_until_request(6, &download);
    assert_eq!(bench.download(&download).unwrap().parts_reused, 5);
    assert_eq!(bench.names(), [name]);
}

/// Cases: 93.
#[test]
fn a_link_as_the_target_is_followed_and_stays() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    std::os::unix::fs::symlink("real", bench.path("f")).unwrap();
    let download = bench.kept_download("f");
    bench.download_until_request(6, &download);
    assert_eq!(bench.download(&download).unwrap().parts_reused, 5);
    assert!(bench.path("f").is_symlink());
    assert_eq!(bench.names(), ["f", "real"]);
}
