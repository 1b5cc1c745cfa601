use std::fs;
use std::path::PathBuf;

/// What the fuzzer of the readers called `target` has found to be worth keeping, each with its
/// name: for a test that shows it to the same readers without the fuzzer.
pub fn corpus(target: &str) -> Vec<(String, Vec<u8>)> {
    // Asked when the test runs: a build directory may outlive the checkout it was made from.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it for tests");
    let directory = PathBuf::from(package)
        .join("../../fuzz/corpus")
        .join(target);
    let entries =
        fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display()));
    let mut kept: Vec<_> = entries
        .map(|entry| entry.expect("an entry of it").path())
        .map(|path| {
            let bytes = fs::read(&path).expect("a file of the corpus");
            (path.display().to_string(), bytes)
        })
        .collect();
    kept.sort();
    assert!(!kept.is_empty(), "nothing in {}", directory.display());
    kept
}
