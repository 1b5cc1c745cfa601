use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use http::Method;
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_transfer::{Download, ErrorKind, Overwrite, Seen, Unverified, Verified};

use crate::bench::{Bench, KIB, MIB, crc64, data, download_to};
use ossum_testkit::Fault;

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

/// Cases: 81.
#[test]
fn every_size_around_the_part_size_arrives_whole() {
    let bench = Bench::new();
    let part = 100 * KIB;
    for len in [0, 1, part - 1, part, part + 1, 2 * part, 10 * part + 7] {
        bench.put("k", data(len));
        let report = bench
            .download(&download_to(bench.path("f"), "100K"))
            .unwrap();
        assert_eq!(read(&bench.path("f")), data(len), "{len}");
        assert_eq!(
            (report.bytes_total, report.bytes_sent),
            (len as u64, len as u64)
        );
        assert_eq!(report.parts_total as usize, len.div_ceil(part), "{len}");
        assert_eq!(
            (report.crc64, report.verified),
            (Some(crc64(&data(len))), Verified::Crc64)
        );
        assert_eq!(bench.names(), ["f"]);
    }
}

#[test]
fn a_small_object_is_one_request_and_no_byte_of_a_large_one_is_asked_for_twice() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    assert_eq!(
        bench
            .download(&download_to(bench.path("f"), "auto"))
            .unwrap()
            .requests,
        1
    );
    assert_eq!(
        bench
            .download(&download_to(bench.path("f"), "100K"))
            .unwrap()
            .requests,
        11
    );
}

/// Cases: 39.
#[test]
fn a_body_that_breaks_goes_on_at_that_byte() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    bench
        .faults
        .nth(1, Method::GET, "/k", Fault::BreakAfter(1000));
    bench
        .faults
        .nth(5, Method::GET, "/k", Fault::BreakAfter(70_000));
    let report = bench
        .download(&download_to(bench.path("f"), "100K"))
        .unwrap();
    assert_eq!(read(&bench.path("f")), data(MIB));
    assert_eq!((report.retries, bench.faults.fired()), (2, 2));
    // What arrived before a break is not fetched again, save what was on its way.
    assert!(
        report.bytes_sent < (MIB + 2 * 300 * KIB) as u64,
        "{}",
        report.bytes_sent
    );
}

/// Cases: 39, 118.
#[test]
fn a_body_that_always_breaks_at_once_ends_within_the_budget() {
    let bench = Bench::new();
    bench.put("k", data(KIB));
    bench.faults.always(Method::GET, "/k", Fault::BreakAfter(0));
    let error = bench
        .download(&download_to(bench.path("f"), "100K"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Network));
    assert_eq!(bench.faults.fired(), 1 + 3);
    assert_eq!(bench.names().len(), 0);
}

/// Cases: 48.
#[test]
fn a_corrupted_byte_is_found_and_everything_is_fetched_once_more() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    bench.faults.nth(4, Method::GET, "/k", Fault::CorruptAt(10));
    let report = bench
        .download(&download_to(bench.path("f"), "100K"))
        .unwrap();
    assert_eq!(bench.faults.fired(), 1);
    assert_eq!(read(&bench.path("f")), data(MIB));
    assert_eq!((report.requests, report.bytes_sent), (22, 2 * MIB as u64));
}

/// Cases: 48.
#[test]
fn bytes_that_are_wrong_twice_are_never_published_and_nothing_of_them_is_kept() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let old = bench.path("f");
    std::fs::write(&old, "old").unwrap();
    bench.faults.always(Method::GET, "/k", Fault::CorruptAt(10));
    let error = bench
        .download(&download_to(old.clone(), "100K"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    assert_eq!(bench.faults.fired(), 22);
    assert_eq!(read(&old), b"old");
    assert_eq!(bench.names(), ["f"]);
}

/// Cases: 49.
#[test]
fn an_answer_without_an_etag_is_asked_for_again() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    bench
        .faults
        .nth(3, Method::GET, "/k", Fault::DropHeader("etag"));
    let report = bench
        .download(&download_to(bench.path("f"), "100K"))
        .unwrap();
    assert_eq!((report.retries, bench.faults.fired()), (1, 1));
    assert_eq!(read(&bench.path("f")), data(MIB));
}

/// Cases: 61.
#[test]
fn an_object_that_changes_during_the_download_is_never_published() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    let replace = bench.putter("k", b"another object".to_vec());
    bench
        .faults
        .nth(4, Method::GET, "/k", Fault::first(replace));
    let error = bench
        .download(&download_to(bench.path("f"), "100K"))
        .unwrap_err();
    assert_eq!(
        (error.kind(), bench.faults.fired()),
        (ErrorKind::ObjectChanged, 1)
    );
    assert_eq!(
        error.to_string(),
        "oss://bkt/k changed while it was downloaded"
    );
    assert!(bench.names().is_empty());
}

/// Cases: 111.
#[test]
fn a_hostile_key_stays_on_one_line() {
    let bench = Bench::new();
    bench.put("k\u{1b}[2J\n", data(MIB));
    let mut request = download_to(bench.path("f"), "100K");
    request.source = crate::bench::url("k\u{1b}[2J\n");
    bench.faults.always(Method::GET, "/k", Fault::CorruptAt(10));
    let message = bench.download(&request).unwrap_err().to_string();
    assert!(
        message.contains("of oss://bkt/k\\u{1b}[2J\\n is "),
        "{message}"
    );
}

/// Cases: 49.
#[test]
fn an_object_without_a_crc_is_verified_by_its_md5() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    bench
        .faults
        .always(Method::GET, "/k", Fault::DropHeader("x-oss-hash-crc64ecma"));
    let report = bench
        .download(&download_to(bench.path("f"), "100K"))
        .unwrap();
    assert_eq!(report.verified, Verified::Md5);
    assert_eq!(read(&bench.path("f")), data(MIB));
}

/// Cases: 49.
#[test]
fn an_object_that_nothing_tells_a_checksum_of_is_taken_only_if_allowed() {
    let bench = Bench::new();
    let upload = crate::bench::upload_of(bench.file("source", MIB), "100K");
    bench.upload(&upload).unwrap(); // in parts: its ETag is no MD5
    bench
        .faults
        .always(Method::GET, "/k", Fault::DropHeader("x-oss-hash-crc64ecma"));
    let download = download_to(bench.path("f"), "100K");
    let error = bench.download(&download).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unverifiable);
    assert_eq!(bench.names(), ["source"]);

    let allowed = Download {
        unverified: Unverified::Allow,
        ..download
    };
    assert_eq!(bench.download(&allowed).unwrap().verified, Verified::Length);
}

#[test]
fn a_range_is_exactly_those_bytes() {
    let bench = Bench::new();
    bench.put("k", data(MIB));
    for (first, last) in [(0, 0), (5, 99_999), (100 * KIB, 900 * KIB), (1, 10 * MIB)] {
        let download = Download {
            range: Some(format!("{first}-{last}").parse().unwrap()),
            ..download_to(bench.path("f"), "100K")
        };
        let report = bench.download(&download).unwrap();
        let end = (last + 1).min(MIB);
        assert_eq!(read(&bench.path("f")), data(MIB)[first..end]);
        assert_eq!(
            (report.verified, report.bytes_total),
            (Verified::Length, (end - first) as u64)
        );
    }
}

#[test]
fn a_range_beyond_the_end_is_an_error() {
    let bench = Bench::new();
    bench.put("k", data(KIB));
    let download = Download {
        range: Some("1024-2000".parse().unwrap()),
        ..download_to(bench.path("f"), "auto")
    };
    let error = bench.download(&download).unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Service(ClientErrorKind::InvalidRange)
    );
}

#[test]
fn a_replaced_file_keeps_its_mode_and_takes_the_objects_time() {
    let bench = Bench::new();
    bench.put("k", data(KIB));
    let path = bench.file("f", 10);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    bench.download(&download_to(path.clone(), "auto")).unwrap();
    let found = std::fs::metadata(&path).unwrap();
    assert_eq!(found.permissions().mode() & 0o7777, 0o640);
    assert_eq!(
        found.modified().unwrap(),
        bench.head("k").unwrap().last_modified.unwrap()
    );
}

#[test]
fn what_must_not_be_replaced_is_left_before_anything_is_asked() {
    let bench = Bench::new();
    let path = bench.file("f", 10);
    let download = Download {
        overwrite: Overwrite::Forbid,
        ..download_to(path.clone(), "auto")
    };
    assert_eq!(
        bench.download(&download).unwrap_err().kind(),
        ErrorKind::AlreadyExists
    );
    assert_eq!(read(&path), data(10));
}

/// Cases: 86.
#[test]
fn a_name_that_was_free_when_it_was_seen_is_looked_at_again() {
    let sizes = [(20, "a small object"), (2 * MIB, "a large one")];
    for ((len, size), seen) in sizes
        .into_iter()
        .flat_map(|size| [Seen::Free, Seen::Untouched].map(|seen| (size, seen)))
    {
        let bytes = data(len);
        let bench = Bench::new();
        bench.put("k", bytes.clone());
        let path = bench.file("f", 10);
        let mut download = Download {
            seen,
            overwrite: Overwrite::Forbid,
            ..download_to(path.clone(), "auto")
        };
        let refused = bench.download(&download).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::AlreadyExists, "{size}, {seen:?}");
        assert_eq!(read(&path), data(10));
        download.overwrite = Overwrite::Allow;
        bench.download(&download).unwrap();
        assert_eq!(read(&path), bytes);
        assert_eq!(bench.names(), ["f"]);
    }
}

/// Cases: 93.
#[test]
fn a_directory_is_no_target() {
    let bench = Bench::new();
    bench.put("k", data(10));
    let error = bench
        .download(&download_to(bench.dir.path().to_owned(), "auto"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TargetNotAFile);
}

#[test]
fn a_missing_object_leaves_nothing() {
    let bench = Bench::new();
    let error = bench
        .download(&download_to(bench.path("f"), "auto"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::NoSuchKey));
    assert!(bench.names().is_empty());
}

#[test]
fn a_body_that_goes_on_arriving_is_not_given_up() {
    let bench = Bench::new();
    let len = 50 * MIB;
    bench.put("k", data(len));
    bench
        .faults
        .always(Method::GET, "/k", Fault::BreakAfter(9 * MIB));
    let report = bench.download(&download_to(bench.path("f"), "5G")).unwrap();
    assert!(read(&bench.path("f")) == data(len));
    // Each of the requests brought nine mebibytes: more breaks than a budget has retries.
    assert_eq!((report.requests, report.retries), (6, 5));
}
