//! Disks that fail, are full, or cannot be written.

use ossum_devserver::Operation;
use ossum_devserver::faults::{Effect as ServerEffect, Rule, Turn};
use ossum_durable::{Effect, Errno};
use ossum_transfer::{ErrorKind, Upload, VerifyKept};

use super::{FILE, LEN, bytes, disk, download, names, upload};
use crate::bench::Bench;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.put("k", bytes());
    bench
}

/// Cases: 22, 24, 25, 31.
#[test]
fn an_effect_that_fails_once_leaves_the_old_file_and_what_a_rerun_needs() {
    let bench = bench();
    let effects = [
        (Effect::Create, Errno::NOSPC),
        (Effect::Write, Errno::NOSPC),
        (Effect::Write, Errno::IO),
        (Effect::Preallocate, Errno::NOSPC),
        (Effect::Sync, Errno::IO),
        (Effect::SetMode, Errno::IO),
        (Effect::Rename, Errno::IO),
        (Effect::SyncDirectory, Errno::IO),
        (Effect::Open, Errno::MFILE),
    ];
    for (effect, errno) in effects {
        // Until it comes after everything the download does.
        let mut undisturbed = 0;
        for nth in 1.. {
            if undisturbed == 2 {
                break;
            }
            let fs = disk();
            fs.write(FILE, b"old");
            fs.fail(nth, effect, errno);
            let outcome = bench.download(&download(&fs));
            let found = fs.read(FILE).unwrap();
            match outcome {
                Ok(_) => {
                    undisturbed += 1;
                    assert!(found == bytes(), "{effect:?} {nth}");
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Disk, "{effect:?} {nth}: {error:?}");
                    assert!(found == b"old" || found == bytes(), "{effect:?} {nth}");
                }
            }
            // Not a word from the page cache of the failed run is believed after a power loss.
            for after in [fs.kill(), fs.crash(0), fs.crash(7)] {
                bench.download(&download(&after)).unwrap();
                assert!(after.read(FILE).unwrap() == bytes(), "{effect:?} {nth}");
                assert_eq!(names(&after), ["f"], "{effect:?} {nth}");
            }
        }
    }
}

/// Cases: 25.
#[test]
fn parts_whose_sync_failed_are_fetched_again() {
    let bench = bench();
    let fs = disk();
    // The first syncs are those of the checkpoint, whose line 1 comes before any byte.
    fs.ignore(Effect::DropCache);
    let syncs = {
        let counted = disk();
        bench.download(&download(&counted)).unwrap();
        let is_sync = |effect: &&Effect| **effect == Effect::Sync;
        u64::try_from(counted.effects().iter().filter(is_sync).count()).unwrap()
    };
    fs.fail(syncs, Effect::Sync, Errno::IO);
    let error = bench.download(&download(&fs)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disk);
    let after = fs.kill();
    let report = bench.download(&download(&after)).unwrap();
    assert_eq!(report.bytes_sent, LEN as u64, "none of them is believed");
    assert!(after.read(FILE).unwrap() == bytes());
}

/// Cases: 36.
#[test]
fn too_little_space_is_told_before_a_byte_is_fetched() {
    let bench = bench();
    let fs = disk().with_space(100 * 1024);
    let error = bench.download(&download(&fs)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Disk);
    assert!(error.to_string().contains("needed"), "{error}");
    assert!(names(&fs).is_empty(), "{:?}", names(&fs));
}

/// Cases: 27.
#[test]
fn where_no_checkpoint_can_be_made_an_upload_goes_on_without() {
    let bench = Bench::new();
    let fs = disk();
    fs.write(FILE, &bytes());
    fs.fail_always(Effect::Create, Errno::ROFS);
    fs.fail_always(Effect::CreateDirectory, Errno::ROFS);
    let report = bench.upload(&upload(&fs)).unwrap();
    assert_eq!(report.parts_total, 4);
    assert!(bench.object("k") == bytes());
}

#[test]
fn a_file_whose_identity_is_unchanged_is_not_read_again_where_that_is_asked_for() {
    let reused_after_a_bit_flipped_at_rest = |verify_kept| {
        let bench = Bench::new();
        let fs = disk();
        fs.write(FILE, &bytes());
        let upload = Upload {
            verify_kept,
            ..upload(&fs)
        };
        bench.upload_until_part(4, &upload);
        fs.flip(FILE, 1000);
        bench.upload(&upload).unwrap().parts_reused
    };
    let reused = reused_after_a_bit_flipped_at_rest;
    assert_eq!(reused(VerifyKept::Always), 2);
    assert_eq!(reused(VerifyKept::Changed), 3);
}

#[test]
fn what_was_sent_of_other_bytes_is_never_believed() {
    let bench = Bench::new();
    let fs = disk();
    fs.write(FILE, &bytes());
    let upload = Upload {
        verify_kept: VerifyKept::Changed,
        ..upload(&fs)
    };
    bench.upload_until_part(4, &upload);
    let mut changed = bytes();
    changed[1000] ^= 1;
    fs.write(FILE, &changed);
    // The run that notices is cut off before it has compared anything.
    bench.upload_until_part(1, &upload);
    let report = bench.upload(&upload).unwrap();
    assert!(bench.object("k") == changed, "the present bytes");
    assert_eq!(report.parts_reused, 2);
}

/// Cases: 24.
#[test]
fn a_part_that_cannot_be_read_again_is_fetched_again() {
    let bench = bench();
    // The checkpoint is read first, then the parts.
    let reused: Vec<u32> = (1..12)
        .filter_map(|nth| {
            let fs = disk();
            let download = download(&fs);
            let nth_request = 4;
            bench.download_until_request(nth_request, &download);
            fs.fail(nth, Effect::Read, Errno::IO);
            let report = bench.download(&download).ok()?;
            assert!(fs.read(FILE).unwrap() == bytes(), "{nth}");
            Some(report.parts_reused)
        })
        .collect();
    assert!(reused.contains(&2), "{reused:?}");
    assert!(reused.iter().all(|parts| *parts >= 2), "{reused:?}");
}

/// Cases: 23.
#[test]
fn a_full_disk_does_not_keep_an_upload_from_leaving_it() {
    let bench = Bench::new();
    let fs = disk();
    fs.write(FILE, &bytes());
    let fs = fs.with_space(0);
    let error = bench.upload_until_part(3, &upload(&fs));
    assert!(!error.is_resumable());
    assert_eq!(bench.open_uploads(), 0);
    let report = bench.upload(&upload(&fs)).unwrap();
    assert_eq!(report.parts_total, 4);
    assert!(bench.object("k") == bytes());
    assert_eq!(
        fs.files(),
        [std::path::PathBuf::from(FILE)],
        "and no pointer"
    );
}

/// Cases: 21.
#[test]
fn a_bit_that_flips_in_what_has_arrived_costs_its_part_and_is_never_published() {
    let bench = bench();
    for at in [0, 100 * 1024, 2 * 100 * 1024 - 1] {
        let fs = disk();
        let download = download(&fs);
        bench.download_until_request(3, &download);
        fs.flip("/data/f.ossum-part", at);
        let report = bench.download(&download).unwrap();
        assert_eq!(report.parts_reused, 1, "flipped at {at}");
        assert!(fs.read(FILE).unwrap() == bytes(), "flipped at {at}");
    }
}

/// Cases: 23, 66.
#[test]
fn a_disk_that_is_full_when_an_upload_begins_anew_does_not_end_it() {
    let mut undisturbed = false;
    for nth in 1.. {
        if undisturbed {
            break;
        }
        let (bench, fs) = (Bench::new(), disk());
        fs.write(FILE, &bytes());
        let gone = Rule::on(Operation::CompleteMultipartUpload).nth(1);
        bench
            .oss()
            .faults([gone.then(ServerEffect::DropUpload(Turn::Before))]);
        fs.fail(nth, Effect::Sync, Errno::NOSPC);
        if let Err(error) = bench.upload(&upload(&fs)) {
            assert_eq!(error.kind(), ErrorKind::Disk, "{nth}: {error:?}");
        } else {
            assert!(bench.object("k") == bytes(), "{nth}");
        }
        undisturbed = fs.failures().is_empty();
    }
}
