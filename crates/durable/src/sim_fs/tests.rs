//! What a power loss, a kill, a failing or a full disk leave.

#[cfg(target_os = "linux")]
mod alike;

use std::path::Path;

use rustix::io::Errno;

use super::*;
use crate::{Fs, FsFile};

const F: &str = "/f";
const PAGE: usize = 4096;

fn create(fs: &SimFs, path: &str) -> Box<dyn FsFile> {
    fs.create_new(Path::new(path)).unwrap()
}

fn open(fs: &SimFs, path: &str) -> Box<dyn FsFile> {
    fs.open_to_continue(Path::new(path)).unwrap()
}

fn sync_root(fs: &SimFs) {
    fs.sync_directory(Path::new("/")).unwrap();
}

/// A durable file with this, in which that was written afterwards.
fn written_over(old: &[u8], new: &[u8]) -> (SimFs, Box<dyn FsFile>) {
    let fs = SimFs::new();
    fs.write(F, old);
    let file = open(&fs, F);
    file.write_all_at(new, 0).unwrap();
    (fs, file)
}

fn errno<T: fmt::Debug>(outcome: std::io::Result<T>) -> Option<Errno> {
    Errno::from_io_error(&outcome.unwrap_err())
}

#[test]
fn a_synced_file_without_a_synced_name_is_gone() {
    let fs = SimFs::new();
    create(&fs, F).sync().unwrap();
    assert!(!fs.crash(0).exists(F));
    assert!(fs.crash(1).exists(F));
}

#[test]
fn a_synced_name_without_synced_bytes_leads_to_an_empty_file() {
    let fs = SimFs::new();
    create(&fs, F).write_all_at(b"new", 0).unwrap();
    sync_root(&fs);
    assert_eq!(fs.crash(0).read(F).unwrap(), b"");
    assert_eq!(fs.crash(1).read(F).unwrap(), b"new");
}

#[test]
fn a_length_that_is_kept_without_its_page_reads_as_zeros() {
    let (fs, _file) = written_over(b"", b"new");
    let left = fs.crash_keeping(&mut |it| it == Unsynced::Length);
    assert_eq!(left.read(F).unwrap(), b"\0\0\0");
    let left = fs.crash_keeping(&mut |it| it == Unsynced::Page { index: 0 });
    assert_eq!(left.read(F).unwrap(), b"");
}

#[test]
fn a_page_that_is_lost_has_its_old_bytes_and_its_neighbours_the_new_ones() {
    let (fs, _file) = written_over(&[1; 3 * PAGE], &[2; 3 * PAGE]);
    let left = fs.crash_keeping(&mut |it| it != Unsynced::Page { index: 1 });
    let expected = [[2; PAGE], [1; PAGE], [2; PAGE]].concat();
    assert!(left.read(F).unwrap() == expected);
}

#[test]
fn a_page_beyond_a_length_that_was_lost_never_shows_up_again() {
    let (fs, _file) = written_over(b"", b"secret");
    let left = fs.crash_keeping(&mut |it| it == Unsynced::Page { index: 0 });
    open(&left, F).set_len(6).unwrap();
    assert_eq!(left.read(F).unwrap(), [0; 6]);
}

fn renamed() -> SimFs {
    let fs = SimFs::new();
    fs.write(F, b"old");
    fs.write("/d/partial", b"new");
    fs.rename(Path::new("/d/partial"), Path::new(F)).unwrap();
    fs
}

#[test]
fn a_rename_is_kept_or_lost_as_a_whole() {
    for (seed, names, bytes) in [(0, 2, b"old"), (1, 1, b"new")] {
        let left = renamed().crash(seed);
        assert_eq!(left.files().len(), names);
        assert_eq!(left.read(F).unwrap(), bytes);
    }
}

#[test]
fn a_rename_is_durable_with_either_directory() {
    for directory in ["/", "/d"] {
        let fs = renamed();
        fs.sync_directory(Path::new(directory)).unwrap();
        let left = fs.crash(0);
        assert_eq!(left.files(), [Path::new(F)]);
        assert_eq!(left.read(F).unwrap(), b"new");
    }
}

#[test]
fn a_directory_that_is_lost_takes_all_that_is_in_it() {
    for (parent_too, left) in [(false, 0), (true, 1)] {
        let fs = SimFs::new();
        fs.create_directory(Path::new("/d")).unwrap();
        create(&fs, "/d/f").sync().unwrap();
        fs.sync_directory(Path::new("/d")).unwrap();
        if parent_too {
            sync_root(&fs);
        }
        assert_eq!(fs.crash(0).files().len(), left);
    }
}

#[test]
fn seeds_reach_every_combination_and_each_always_the_same() {
    let (fs, _file) = written_over(&[1; 3 * PAGE], &[2; 3 * PAGE]);
    let firsts = |seed| {
        let bytes = fs.crash(seed).read(F).unwrap();
        [bytes[0], bytes[PAGE], bytes[2 * PAGE]]
    };
    let left: std::collections::BTreeSet<[u8; 3]> = (0..100).map(firsts).collect();
    assert_eq!(left.len(), 8);
    assert!((0..100).all(|seed| firsts(seed) == firsts(seed)));
}

#[test]
fn after_a_crash_everything_fails_and_nothing_changes() {
    let (fs, file) = written_over(b"old", b"new");
    let left = fs.crash(0);
    assert_eq!(errno(file.write_at(b"x", 0)), Some(Errno::IO));
    assert_eq!(errno(file.sync()), Some(Errno::IO));
    assert_eq!(errno(file.try_lock()), Some(Errno::IO));
    assert_eq!(errno(fs.metadata(Path::new(F))), Some(Errno::IO));
    assert_eq!(errno(fs.remove_file(Path::new(F))), Some(Errno::IO));
    assert_eq!(left.read(F).unwrap(), b"old");
    assert_eq!(fs.crash(1).read(F).unwrap(), b"new");
}

#[test]
fn a_world_ends_after_the_step_it_was_told() {
    let fs = SimFs::new();
    fs.crash_at(2);
    let file = create(&fs, F);
    file.write_all_at(b"1", 0).unwrap();
    assert!(!fs.has_crashed());
    assert_eq!(errno(file.read_at(&mut [0], 0)), Some(Errno::IO));
    assert!(fs.has_crashed());
    assert_eq!(fs.steps(), 2);
}

#[test]
fn a_kill_loses_nothing_but_makes_nothing_durable_either() {
    let (fs, file) = written_over(b"old", b"new");
    assert!(file.try_lock().unwrap());
    let fs = fs.kill();
    assert_eq!(errno(file.sync()), Some(Errno::IO));
    assert_eq!(fs.read(F).unwrap(), b"new");
    assert!(open(&fs, F).try_lock().unwrap());
    assert_eq!(fs.crash(0).read(F).unwrap(), b"old");
}

#[test]
fn a_failed_sync_loses_bytes_that_still_seem_to_be_there() {
    let (fs, file) = written_over(b"old", b"new");
    fs.fail(1, Effect::Sync, Errno::IO);
    assert_eq!(errno(file.sync()), Some(Errno::IO));
    assert_eq!(fs.read(F).unwrap(), b"new");
    file.sync().unwrap();
    assert_eq!(fs.crash(1).read(F).unwrap(), b"old");
}

#[test]
fn reading_from_the_disk_shows_what_a_failed_sync_lost() {
    for by_hint in [false, true] {
        let (fs, file) = written_over(b"old", b"new");
        fs.fail(1, Effect::Sync, Errno::IO);
        file.sync().unwrap_err();
        if by_hint {
            file.start_writeback(0, 4096).unwrap();
        } else {
            file.drop_cache().unwrap();
        }
        assert_eq!(fs.read(F).unwrap(), b"old");
    }
}

#[test]
fn what_is_written_again_after_a_failed_sync_is_durable_by_the_next() {
    let (fs, file) = written_over(b"old", b"new");
    fs.fail(1, Effect::Sync, Errno::NOSPC);
    file.sync().unwrap_err();
    file.write_all_at(b"n", 0).unwrap();
    file.drop_cache().unwrap();
    file.sync().unwrap();
    assert_eq!(fs.crash(0).read(F).unwrap(), b"new");
}

#[test]
fn a_failed_sync_of_a_directory_is_not_made_good_by_a_second() {
    let fs = SimFs::new();
    create(&fs, F);
    fs.fail(1, Effect::SyncDirectory, Errno::IO);
    fs.sync_directory(Path::new("/")).unwrap_err();
    sync_root(&fs);
    assert!(fs.exists(F));
    assert!(!fs.crash(1).exists(F));
}

#[test]
fn the_nth_effect_fails_once_and_others_of_its_kind_do_not() {
    let fs = SimFs::new();
    fs.fail(2, Effect::Write, Errno::IO);
    let file = create(&fs, F);
    let outcomes: Vec<bool> = (0..4).map(|_| file.write_at(b"x", 0).is_ok()).collect();
    assert_eq!(outcomes, [true, false, true, true]);
    assert_eq!(fs.failures(), [(Effect::Write, Errno::IO)]);
}

#[test]
fn a_full_disk_takes_what_fits_and_then_nothing() {
    let fs = SimFs::new().with_space(2 * 4096);
    let file = create(&fs, F);
    assert_eq!(file.write_at(&[1; 3 * PAGE], 100).unwrap(), 2 * PAGE - 100);
    assert_eq!(errno(file.write_at(b"x", 2 * 4096)), Some(Errno::NOSPC));
    assert_eq!(fs.out_of_space(), 2);
    file.write_all_at(&[2; PAGE], 0).unwrap();
    assert_eq!(fs.out_of_space(), 2);
    assert_eq!(fs.available_bytes(Path::new("/")).unwrap(), 0);
}

#[test]
fn space_comes_back_with_the_last_name_and_the_last_open_file() {
    let fs = SimFs::new().with_space(4096);
    let free = || fs.available_bytes(Path::new("/")).unwrap();
    let file = create(&fs, F);
    file.write_all_at(b"x", 0).unwrap();
    fs.remove_file(Path::new(F)).unwrap();
    assert_eq!((free(), file.metadata().unwrap().links), (0, 0));
    drop(file);
    assert_eq!(free(), 4096);
}

#[test]
fn a_huge_file_with_holes_costs_nothing() {
    let fs = SimFs::new();
    let file = create(&fs, F);
    file.set_len(1 << 40).unwrap();
    file.write_all_at(b"x", (1 << 40) - 1).unwrap();
    file.sync().unwrap();
    sync_root(&fs);
    let fs = fs.crash(0);
    let found = fs.metadata(Path::new(F)).unwrap();
    assert_eq!((found.len_bytes, found.allocated_bytes), (1 << 40, 4096));
    open(&fs, F).preallocate(1 << 40).unwrap();
    let found = fs.metadata(Path::new(F)).unwrap();
    assert_eq!(found.allocated_bytes, 1 << 40);
}

#[test]
fn a_damaged_byte_changes_neither_length_nor_times() {
    let fs = SimFs::new();
    fs.write(F, b"abc");
    let before = fs.metadata(Path::new(F)).unwrap();
    fs.flip(F, 1);
    assert_eq!(fs.metadata(Path::new(F)).unwrap(), before);
    assert_eq!(fs.crash(0).read(F).unwrap(), b"acc");
}
