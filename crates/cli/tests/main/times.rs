//! When a file was modified, kept with its object and told apart by `--if-exists newer`.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::desk::Desk;

/// A moment with a fraction, long ago.
fn long_ago() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::new(1_354_040_105, 123_456_789)
}

fn set(path: &Path, time: SystemTime) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(time).unwrap();
}

fn modified(path: &Path) -> SystemTime {
    std::fs::metadata(path).unwrap().modified().unwrap()
}

#[test]
fn the_time_of_a_file_is_kept_with_its_object_and_given_back() {
    let desk = Desk::new();
    for (name, size) in [("small", 10), ("large", 250_000)] {
        let file = desk.workspace.write(name, vec![7; size]);
        set(&file, long_ago());
        desk.run(&format!("cp --part-size 100K {name} oss://bkt/{name}"))
            .exit(0);
        let stat = desk.run(&format!("stat --json oss://bkt/{name}"));
        assert_eq!(
            stat.last_json()["metadata"]["mtime"],
            "1354040105.123456789"
        );
        desk.run(&format!("cp oss://bkt/{name} oss://bkt/copy"))
            .exit(0);
        desk.run("cp oss://bkt/copy back").exit(0);
        assert_eq!(modified(&desk.workspace.path("back")), long_ago());
    }
}

#[test]
fn a_time_that_is_given_as_metadata_is_that_of_the_object() {
    let desk = Desk::new();
    desk.workspace.write("a", "1");
    desk.run("cp --meta MTIME=7 a oss://bkt/a").exit(0);
    desk.run("cp oss://bkt/a b").exit(0);
    let told = SystemTime::UNIX_EPOCH + Duration::from_secs(7);
    assert_eq!(modified(&desk.workspace.path("b")), told);
}

#[test]
fn an_upload_goes_on_where_nothing_but_the_time_of_its_file_changed() {
    let desk = crate::held::desk();
    let file = desk.workspace.write("f", vec![3; crate::held::SIZE]);
    desk.faults("[[rule]]\noperation = 'UploadPart'\nfrom = 4\nthen = { answer = { status = 403, code = 'AccessDenied' } }\n");
    desk.run("cp --part-size 100K --concurrency 1 f oss://bkt/f")
        .exit(4);
    desk.release();
    set(&file, long_ago());
    let done = desk.run("cp --json --part-size 100K f oss://bkt/f");
    assert_eq!(done.exit(0).last_json()["parts_reused"], 3);
}

#[test]
fn newer_replaces_what_is_older_in_every_direction() {
    let desk = Desk::new();
    let file = desk.workspace.write("f", "one");
    let at = |seconds| long_ago() + Duration::from_secs(seconds);
    set(&file, at(0));
    let newer = |words: &str, event: &str| {
        let done = desk.run(&format!("cp --json --if-exists newer {words}"));
        assert_eq!(done.exit(0).last_json()["event"], event, "{words} {done}");
    };
    newer("f oss://bkt/f", "done");
    newer("f oss://bkt/f", "skipped");
    newer("oss://bkt/f oss://bkt/g", "done");
    newer("oss://bkt/f oss://bkt/g", "skipped");
    newer("oss://bkt/g h", "done");
    newer("oss://bkt/g h", "skipped");
    desk.workspace.write("f", "two");
    set(&file, at(1));
    newer("-n f oss://bkt/f", "planned");
    newer("f oss://bkt/f", "done");
    newer("oss://bkt/f oss://bkt/g", "done");
    newer("oss://bkt/g h", "done");
    assert_eq!(desk.workspace.read("h"), b"two");
}
