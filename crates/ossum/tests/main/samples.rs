use std::path::PathBuf;

use ossum_testkit::{LocalOss, Program, Workspace};

/// Where cargo puts an example that it builds along with the tests.
fn example(name: &str) -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let built = test.parent().and_then(|deps| deps.parent()).unwrap();
    built.join("examples").join(name)
}

/// Runs a sample on a file of eleven parts and a bit.
fn run(name: &str) {
    let (oss, place) = (LocalOss::start(), Workspace::new());
    let bytes = place.write_seeded("big.bin", 1, (1 << 20) + 1);
    let program = Program::new(example(name), &place).using(&oss);
    let outcome = program.env("OSS_BUCKET", LocalOss::BUCKET).run(["big.bin"]);
    outcome.exit(0);
    assert!(place.read("big.bin.downloaded") == bytes);
    let names = place.names();
    let files: Vec<_> = names.iter().filter(|name| !name.starts_with('.')).collect();
    assert_eq!(files, ["big.bin", "big.bin.downloaded"]);
    // Both ways in parts: more requests than two of each could be.
    assert!(oss.answered() > 22, "{}", oss.answered());
}

#[test]
fn what_the_c_samples_do_works() {
    run("c_sample");
}

#[test]
fn what_the_go_samples_do_works() {
    run("go_sample");
}
