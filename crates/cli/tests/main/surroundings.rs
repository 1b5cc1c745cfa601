//! What changes around a transfer between two runs of it, and what one takes of the machine.

use std::fs;

use ossum_devserver::Operation;
use ossum_testkit::Running;

use crate::desk::Desk;
use crate::held::{HELD_AT, OPTIONS, SIZE, desk};

/// Both directions, and what is held.
const TRANSFERS: [(&str, &str); 2] = [
    ("UploadPart", "cp file oss://bkt/k"),
    ("GetObject", "cp oss://bkt/source again"),
];

/// Cases: 94.
#[test]
fn another_time_zone_and_language_make_no_difference() {
    for (held, words) in TRANSFERS {
        let mut desk = desk();
        let bytes = desk.workspace.write_seeded("file", 1, SIZE);
        desk.put("oss://bkt/source", &bytes);
        let words = format!("{words} {OPTIONS}");
        let usual = desk.ossum.clone();
        desk.ossum = usual.clone().env("TZ", "Asia/Shanghai").env("LC_ALL", "C");
        desk.kill_held(held, &words);
        desk.ossum = usual
            .env("TZ", "America/St_Johns")
            .env("LC_ALL", "zh_CN.UTF-8");
        let done = desk.run(&words).exit(0).last_json();
        assert_eq!(done["parts_reused"], HELD_AT, "{done}");
        assert_eq!(done["restarted"], serde_json::Value::Null, "{done}");
    }
}

/// Cases: 95.
#[test]
fn a_transfer_whose_directory_was_moved_begins_anew_and_the_one_before_is_still_a_job() {
    let desk = desk();
    let bytes = desk.workspace.write_seeded("before/file", 1, SIZE);
    desk.kill_held(
        "UploadPart",
        &format!("cp before/file oss://bkt/k {OPTIONS}"),
    );
    fs::rename(desk.workspace.path("before"), desk.workspace.path("after")).unwrap();
    desk.run(&format!("cp after/file oss://bkt/k {OPTIONS}"))
        .exit(0);
    desk.run("cp oss://bkt/k again").exit(0);
    assert!(desk.workspace.read("again") == bytes);
    // Nothing of the first is lost sight of.
    assert_eq!((desk.open_uploads(), desk.pointers().len()), (1, 1));
    let jobs = desk.run("jobs ls --json").exit(0).stdout_json();
    let id = jobs[0]["id"].as_str().unwrap().to_owned();
    desk.run(&format!("jobs rm {id}")).exit(0);
    assert_eq!((desk.open_uploads(), desk.pointers().len()), (0, 0));
}

/// Cases: 95.
#[test]
fn a_download_whose_directory_was_moved_touches_nothing_of_the_one_before() {
    let desk = desk();
    let bytes = desk.workspace.write_seeded("file", 1, SIZE);
    desk.put("oss://bkt/source", &bytes);
    fs::create_dir(desk.workspace.path("before")).unwrap();
    desk.kill_held(
        "GetObject",
        &format!("cp oss://bkt/source before/f {OPTIONS}"),
    );
    fs::rename(desk.workspace.path("before"), desk.workspace.path("after")).unwrap();
    let outcome = desk.run(&format!("cp oss://bkt/source after/f {OPTIONS}"));
    outcome.exit(0);
    assert!(desk.workspace.read("after/f") == bytes);
}

/// Cases: 93.
#[test]
fn a_file_with_two_names_keeps_its_bytes_under_the_other() {
    let desk = Desk::new();
    desk.put("oss://bkt/k", b"new");
    desk.workspace.write("one", "old");
    fs::hard_link(desk.workspace.path("one"), desk.workspace.path("other")).unwrap();
    desk.run("cp oss://bkt/k one").exit(0);
    assert_eq!(desk.workspace.read("one"), b"new");
    assert_eq!(desk.workspace.read("other"), b"old");
}

/// Cases: 116.
#[test]
fn a_transfer_has_few_files_open_beside_those_of_its_workers() {
    for (held, words) in TRANSFERS {
        for workers in [1, 4, 8] {
            let desk = desk();
            let bytes = desk.workspace.write_seeded("file", 1, SIZE);
            desk.put("oss://bkt/source", &bytes);
            desk.hold(held, HELD_AT);
            let words = format!("{words} --part-size 100K --concurrency {workers} --json");
            let running = desk.start_and_wait(&words);
            let open = open_files(&running);
            // The runtime of a worker's thread has three.
            assert!(open <= 4 * workers + 16, "{open} with {workers} workers");
            drop(running);
        }
    }
}

/// How many files, sockets among them, a process has open.
fn open_files(running: &Running) -> usize {
    let stat = String::from_utf8(running.told_by_kernel("stat")).unwrap();
    let process = stat.split(' ').next().unwrap();
    fs::read_dir(format!("/proc/{process}/fd")).unwrap().count()
}

/// Cases: 116.
#[test]
fn a_thousand_retries_leave_no_file_open() {
    const RETRIES: usize = 1_000;
    const PARTS: usize = 2_500;
    const PART: usize = 4 * 1024;
    const WORKERS: usize = 32;
    let desk = desk();
    desk.put("oss://bkt/source", &vec![7; PARTS * PART]);
    // A third of the requests lose their connection, until so many have; the last ones wait, to be
    // looked at.
    let answered = PARTS - WORKERS;
    desk.faults(&format!(
        "[[rule]]\noperation = 'GetObject'\nprobability = 0.33\nseed = 1\ncount = {RETRIES}\n\
         then = {{ reset = {{ after_response_bytes = 1 }} }}\n\
         [[rule]]\noperation = 'GetObject'\nfrom = {}\nthen = {{ delay = '1h' }}\n",
        RETRIES + answered + 1,
    ));
    let words =
        format!("cp oss://bkt/source again --part-size {PART} --concurrency {WORKERS} --json");
    let mut running = desk.ossum.start(words.split_whitespace());
    let mut parts = 0;
    while parts < answered {
        let line = running.line();
        assert!(!line.is_empty(), "{parts} parts are there");
        parts += usize::from(line.contains(r#""event":"part""#));
    }
    let fired = desk.oss.service().fired()[0];
    assert_eq!(usize::try_from(fired).unwrap(), RETRIES);
    let open = open_files(&running);
    assert!(open <= 4 * WORKERS + 16, "{open}");
}

/// Cases: 117, 118.
#[test]
fn a_thousand_small_files_arrive_though_one_request_in_twenty_fails_and_leave_nothing() {
    const FILES: usize = 1_000;
    let desk = desk();
    for number in 0..FILES {
        let name = format!("d/{}/{number}", number % 7);
        desk.workspace.write(&name, number.to_string());
    }
    let rule = |operation, seed| {
        format!(
            "[[rule]]\noperation = '{operation}'\nprobability = 0.05\nseed = {seed}\n\
             then = {{ answer = {{ status = 503, code = 'ServiceUnavailable' }} }}\n"
        )
    };
    desk.faults(&(rule("PutObject", 1) + &rule("GetObject", 2)));
    let service = desk.oss.service();
    for (words, operation) in [
        ("cp -r d oss://bkt/x --json -q", Operation::PutObject),
        ("cp -r oss://bkt/x down --json -q", Operation::GetObject),
    ] {
        let done = desk.run(words).exit(0).last_json();
        assert_eq!(done["files"], FILES, "{done}");
        let fired = service.fired()[usize::from(operation == Operation::GetObject)];
        assert!(fired > 0);
        let asked = usize::try_from(service.count(operation)).unwrap();
        assert_eq!(asked, FILES + usize::try_from(fired).unwrap());
    }
    for number in 0..FILES {
        let name = format!("down/{}/{number}", number % 7);
        assert_eq!(desk.workspace.read(&name), number.to_string().as_bytes());
    }
    let left = desk.all_files();
    assert_eq!(left.len(), 2 * FILES, "nothing but files");
}
