//! From object to object.

use ossum_client::op::PutBucket;
use ossum_testkit::Program;

use crate::desk::{Desk, fails};
use crate::held;

#[test]
fn a_copy_has_the_bytes_and_what_is_kept_with_them() {
    let desk = Desk::new();
    let sent = desk.workspace.write_seeded("file.json", 1, 1 << 20);
    desk.run("cp file.json oss://bkt/a --meta author=me --content-type x/y")
        .exit(0);
    // A type is not guessed: it is the source's.
    let done = desk
        .run("cp oss://bkt/a oss://bkt/b.txt --json")
        .exit(0)
        .last_json();
    assert_eq!(done["source"], "oss://bkt/a");
    assert_eq!(done["destination"], "oss://bkt/b.txt");
    assert_eq!(done["bytes_total"], 1 << 20);
    assert_eq!(done["bytes_sent"], 0);
    assert_eq!(done["verified"], "crc64");
    let stat = desk.run("stat oss://bkt/b.txt --json").exit(0).last_json();
    assert_eq!(stat["content_type"], "x/y");
    assert_eq!(stat["metadata"]["author"], "me");
    desk.run("cp oss://bkt/b.txt again").exit(0);
    assert!(desk.workspace.read("again") == sent);
}

#[test]
fn what_is_asked_for_takes_the_place_of_what_the_source_has() {
    let desk = Desk::new();
    desk.workspace.write("file", "x");
    desk.run("cp file oss://bkt/a --meta author=me --meta x=1")
        .exit(0);
    desk.run("cp oss://bkt/a oss://bkt/b --meta author=you --storage-class IA --content-type x/z")
        .exit(0);
    let stat = desk.run("stat oss://bkt/b --json").exit(0).last_json();
    assert_eq!(stat["metadata"]["author"], "you");
    assert_eq!(stat["metadata"]["x"], "1");
    assert_eq!(stat["storage_class"], "IA");
    assert_eq!(stat["content_type"], "x/z");
}

#[test]
fn a_bucket_and_a_slash_take_the_name_of_the_source() {
    let desk = Desk::new();
    desk.put("oss://bkt/d/k", b"x");
    desk.run("cp oss://bkt/d/k oss://bkt").exit(0);
    desk.run("cp oss://bkt/d/k oss://bkt/e/").exit(0);
    desk.run("stat oss://bkt/k").exit(0);
    desk.run("stat oss://bkt/e/k").exit(0);
}

#[test]
fn an_existing_copy_is_replaced_left_or_refused_as_asked() {
    let desk = Desk::new();
    desk.put("oss://bkt/a", b"newer");
    desk.put("oss://bkt/b", b"old");
    let size = || desk.run("stat oss://bkt/b --json").last_json()["size"].clone();
    let copy = "cp oss://bkt/a oss://bkt/b --if-exists";
    let refused = format!("{copy} fail");
    fails(&desk.ossum, &refused, 9, "already_exists", "oss://bkt/b");
    let skipped = desk.run(&format!("{copy} skip --json")).exit(0).last_json();
    assert_eq!(skipped["event"], "skipped");
    assert_eq!(size(), 3);
    desk.run(&format!("{copy} overwrite")).exit(0);
    assert_eq!(size(), 5);
}

#[test]
fn a_dry_run_copies_nothing() {
    let desk = Desk::new();
    desk.put("oss://bkt/a", b"12345");
    let planned = desk
        .run("cp -n oss://bkt/a oss://bkt/b --json")
        .exit(0)
        .last_json();
    assert_eq!(planned["event"], "planned");
    assert_eq!(planned["bytes_total"], 5);
    desk.run("stat oss://bkt/b").exit(3);
    desk.run("cp -n --if-exists fail oss://bkt/a oss://bkt/a")
        .exit(9);
}

#[test]
fn a_source_that_is_missing_is_not_found() {
    let desk = Desk::new();
    let words = "cp oss://bkt/none oss://bkt/b";
    fails(&desk.ossum, words, 3, "no_such_key", "oss://bkt/none");
    desk.put("oss://bkt/a", b"x");
    let words = "cp oss://bkt/a oss://none/b";
    fails(&desk.ossum, words, 3, "no_such_bucket", "oss://none");
}

/// A desk with another bucket and an object to copy there, and the program configured by a file.
fn two_buckets(of_buckets: &str) -> (Desk, Program) {
    let desk = held::desk();
    desk.put("oss://bkt/k", b"12345");
    desk.with_client(async |client| {
        let request = PutBucket::new("other".parse().unwrap());
        client.put_bucket(&request).await.unwrap();
    });
    let endpoint = desk.oss.endpoint();
    let configuration =
        format!("endpoint = \"{endpoint}\"\nregion = \"cn-hangzhou\"\n{of_buckets}");
    desk.workspace
        .write(".config/ossum/config.toml", configuration);
    let program = desk.ossum.clone().without_env("OSS_ENDPOINT");
    let program = program.without_env("OSS_REGION");
    (desk, program)
}

const ACROSS: [&str; 2] = [
    "cp oss://bkt/k oss://other/k",
    "cp -r oss://bkt oss://other/r",
];

#[test]
fn objects_are_copied_to_another_bucket() {
    let (desk, program) = two_buckets("");
    for words in ACROSS {
        program.run(words.split(' ')).exit(0);
    }
    desk.run("stat oss://other/k").exit(0);
    desk.run("stat oss://other/r/k").exit(0);
}

#[test]
fn the_source_is_looked_for_where_its_own_settings_say() {
    let (_desk, program) = two_buckets("[bucket.bkt]\nendpoint = \"http://127.0.0.1:1\"\n");
    for words in ACROSS {
        let words = words.split(' ').chain(["--retries", "0"]);
        program.run(words).exit(5).says("127.0.0.1:1");
    }
}

/// Cases: 77.
#[test]
fn between_regions_nothing_is_copied_and_what_copies_there_is_named() {
    let (desk, program) = two_buckets("[bucket.other]\nregion = \"cn-beijing\"\n");
    for (words, way) in ACROSS.into_iter().zip([
        "ossum cp oss://bkt/k - | ossum cp - oss://other/k",
        "ossum cp -r oss://bkt/ DIR, then ossum cp -r DIR oss://other/r",
    ]) {
        fails(&program, words, 4, "wrong_region", "cn-beijing");
        program.run(words.split(' ')).says(way);
    }
    // Where the settings do not tell, OSS does.
    desk.faults(
        "[[rule]]\noperation = 'CopyObject'\nthen = { answer = { status = 403, code = 'AccessDenied', \
         details = { Endpoint = 'oss-cn-beijing.aliyuncs.com' } } }\n",
    );
    desk.run(ACROSS[0])
        .exit(4)
        .says("--endpoint oss-cn-beijing.aliyuncs.com")
        .says("ossum cp oss://bkt/k - | ossum cp - oss://other/k");
    desk.run("stat oss://other/k").exit(3);
}
