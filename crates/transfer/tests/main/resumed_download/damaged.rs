//! Partial files and checkpoints that are not as they were left.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;

use ossum_transfer::{ErrorKind, Report, Restarted};

use super::begun;
use crate::bench::{Bench, MIB, data};

/// A download is cancelled with five parts here, the partial file changed, and the download begun
/// again.
fn continued_after(change: impl FnOnce(&Path)) -> (Bench, Report) {
    let (bench, download) = begun();
    change(&bench.path("f.ossum-part"));
    let report = bench.download(&download).unwrap();
    assert!(fs::read(bench.path("f")).unwrap() == data(MIB), "the bytes");
    (bench, report)
}

fn open(path: &Path) -> fs::File {
    fs::File::options().write(true).open(path).unwrap()
}

/// Cases: 20, 85.
#[test]
fn a_part_that_was_zeroed_or_edited_is_fetched_again_and_no_other() {
    let zeroed = |path: &Path| open(path).write_all_at(&[0; 5000], 250_000).unwrap();
    assert_eq!(continued_after(zeroed).1.parts_reused, 4);
    let edited = |path: &Path| open(path).write_all_at(b"edited", 0).unwrap();
    assert_eq!(continued_after(edited).1.parts_reused, 4);
}

/// Cases: 14, 85.
#[test]
fn a_partial_file_that_was_cut_or_grew_is_put_right() {
    let cut = |path: &Path| open(path).set_len(250_000).unwrap();
    assert_eq!(continued_after(cut).1.parts_reused, 2);
    let emptied = |path: &Path| open(path).set_len(0).unwrap();
    assert_eq!(continued_after(emptied).1.parts_reused, 0);
    let grown = |path: &Path| open(path).set_len(5 * MIB as u64).unwrap();
    assert_eq!(continued_after(grown).1.parts_reused, 5);
}

/// Cases: 18, 85.
#[test]
fn a_partial_file_that_is_gone_or_another_one_is_begun_anew() {
    let removed = |path: &Path| fs::remove_file(path).unwrap();
    let (_, report) = continued_after(removed);
    assert_eq!(report.restarted, Some(Restarted::PartialGone));
    assert_eq!(report.parts_reused, 0);
    let replaced = |path: &Path| {
        let bytes = fs::read(path).unwrap();
        fs::rename(path, path.with_extension("moved")).unwrap();
        fs::write(path, bytes).unwrap();
    };
    assert_eq!(
        continued_after(replaced).1.restarted,
        Some(Restarted::PartialGone)
    );
}

/// Cases: 85.
#[test]
fn what_is_no_file_in_its_place_is_refused_and_left_alone() {
    let changes: [fn(&Path); 3] = [
        |path| std::os::unix::fs::symlink(path.with_extension("victim"), path).unwrap(),
        |path| fs::create_dir(path).unwrap(),
        |path| drop(std::os::unix::net::UnixListener::bind(path).unwrap()),
    ];
    for change in changes {
        let (bench, download) = begun();
        let path = bench.path("f.ossum-part");
        let victim = path.with_extension("victim");
        fs::write(&victim, "precious").unwrap();
        fs::remove_file(&path).unwrap();
        change(&path);
        let error = bench.download(&download).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TargetNotAFile, "{error:?}");
        assert!(error.to_string().contains("f.ossum-part"), "{error}");
        assert_eq!(fs::read(&victim).unwrap(), b"precious");
        assert!(!bench.path("f").exists());
    }
}

/// Cases: 15, 89.
#[test]
fn a_checkpoint_that_is_cut_off_costs_what_it_does_not_tell() {
    let len = {
        let (bench, _) = begun();
        fs::metadata(bench.path("f.cp")).unwrap().len()
    };
    for cut in (0..len).step_by(61) {
        let (bench, download) = begun();
        open(&bench.path("f.cp")).set_len(cut).unwrap();
        let report = bench.download(&download).unwrap();
        assert!(
            fs::read(bench.path("f")).unwrap() == data(MIB),
            "cut at {cut}"
        );
        assert!(report.parts_reused <= 5);
        assert_eq!(bench.names(), ["f"], "cut at {cut}");
    }
}

/// Cases: 89.
#[test]
fn any_flipped_byte_of_a_checkpoint_never_costs_a_wrong_byte() {
    for at in (0..1000).step_by(71) {
        let (bench, download) = begun();
        let mut bytes = fs::read(bench.path("f.cp")).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 0x20;
        open(&bench.path("f.cp")).write_all_at(&bytes, 0).unwrap();
        bench.download(&download).unwrap();
        assert!(
            fs::read(bench.path("f")).unwrap() == data(MIB),
            "flipped at {at}"
        );
    }
}

/// Cases: 89.
#[test]
fn a_gibibyte_of_garbage_as_a_checkpoint_costs_nothing() {
    let (bench, download) = begun();
    let file = open(&bench.path("f.cp"));
    file.set_len(1 << 30).unwrap();
    let report = bench.download(&download).unwrap();
    assert_eq!(report.parts_reused, 5);
    assert_eq!(bench.names(), ["f"]);
}
