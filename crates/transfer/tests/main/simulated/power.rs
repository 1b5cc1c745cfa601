//! Power loss and SIGKILL at every step, whatever of the unsynced effects survives.

use ossum_durable::SimFs;

use super::{FILE, bytes, disk, download, names, upload};
use crate::bench::Bench;

/// What survives a power loss: nothing, everything, or something; and a process that is killed.
const ENDS: [fn(&SimFs) -> SimFs; 5] = [
    |fs| fs.crash(0),
    |fs| fs.crash(1),
    |fs| fs.crash(0x5eed),
    |fs| fs.crash(0xfeed),
    SimFs::kill,
];

/// How many steps a whole run has.
fn steps_of(run: impl Fn(&SimFs)) -> u64 {
    let fs = disk();
    run(&fs);
    fs.steps()
}

/// Cases: 2, 12.
#[test]
fn a_download_that_ends_at_any_step_is_continued_and_never_shows_half_a_file() {
    let bench = Bench::new();
    bench.put("k", bytes());
    let old = b"old".to_vec();
    let arranged = || {
        let fs = disk();
        fs.write(FILE, &old);
        fs
    };
    let all = steps_of(|fs| drop(bench.download(&download(fs)).unwrap()));
    for step in 0..all {
        let fs = arranged();
        fs.crash_at(step);
        let outcome = bench.download(&download(&fs));
        for (index, end) in ENDS.iter().enumerate() {
            let after = end(&fs);
            let found = after.read(FILE).unwrap();
            let whole = found == bytes();
            assert!(whole || found == old, "step {step}, end {index}");
            assert!(whole || outcome.is_err(), "step {step}, end {index}");
            let report = bench.download(&download(&after));
            let report =
                report.unwrap_or_else(|error| panic!("step {step}, end {index}: {error:?}"));
            assert!(
                after.read(FILE).unwrap() == bytes(),
                "step {step}, end {index}"
            );
            assert_eq!(report.bytes_total, report.bytes_sent + report.bytes_reused);
            assert_eq!(names(&after), ["f"], "step {step}, end {index}");
        }
    }
}

/// Cases: 12, 16.
#[test]
fn a_download_that_succeeded_survives_any_power_loss() {
    let bench = Bench::new();
    bench.put("k", bytes());
    let fs = disk();
    bench.download(&download(&fs)).unwrap();
    for end in ENDS {
        assert!(end(&fs).read(FILE).unwrap() == bytes());
    }
}

/// Cases: 2, 10, 12.
#[test]
fn an_upload_that_ends_at_any_step_is_continued_and_orphans_nothing() {
    let arranged = || {
        let fs = disk();
        fs.write(FILE, &bytes());
        fs
    };
    let all = {
        let (bench, fs) = (Bench::new(), arranged());
        bench.upload(&upload(&fs)).unwrap();
        fs.steps()
    };
    for step in 0..all {
        for (index, end) in ENDS.iter().enumerate() {
            let bench = Bench::new();
            let fs = arranged();
            fs.crash_at(step);
            let _ = bench.upload(&upload(&fs));
            let after = end(&fs);
            let report = bench.upload(&upload(&after));
            let report =
                report.unwrap_or_else(|error| panic!("step {step}, end {index}: {error:?}"));
            assert!(bench.object("k") == bytes(), "step {step}, end {index}");
            assert_eq!(report.bytes_total, report.bytes_sent + report.bytes_reused);
            assert_eq!(names(&after), ["f"], "step {step}, end {index}");
            let orphans = orphans(&bench);
            assert!(
                orphans.iter().all(|parts| *parts == 0),
                "step {step}, end {index}: {orphans:?}"
            );
        }
    }
}

/// Cases: 2, 9, 12.
#[test]
fn an_upload_that_is_continued_with_other_bytes_loses_its_upload_at_no_step() {
    let begun = || {
        let (bench, fs) = (Bench::new(), disk());
        fs.write(FILE, &bytes());
        bench.upload_until_part(4, &upload(&fs));
        let fs = fs.kill();
        fs.write(FILE, &changed());
        (bench, fs)
    };
    let all = {
        let (bench, fs) = begun();
        bench.upload(&upload(&fs)).unwrap();
        fs.steps()
    };
    for without_checkpoint in [false, true] {
        for step in 0..all {
            for end in ENDS {
                let (bench, fs) = begun();
                if without_checkpoint {
                    fs.remove("/data/f.cp");
                }
                fs.crash_at(step);
                let _ = bench.upload(&upload(&fs));
                let after = end(&fs);
                let report = bench.upload(&upload(&after));
                report.unwrap_or_else(|error| panic!("step {step}: {error:?}"));
                assert!(bench.object("k") == changed(), "step {step}");
                let orphans = orphans(&bench);
                let empty = orphans.iter().all(|parts| *parts == 0);
                assert!(empty, "step {step}: {orphans:?}");
            }
        }
    }
}

fn changed() -> Vec<u8> {
    let mut changed = bytes();
    changed[1000] ^= 1;
    changed
}

/// How many parts each open upload has.
fn orphans(bench: &Bench) -> Vec<usize> {
    use futures_util::TryStreamExt;
    use ossum_client::op::{ListMultipartUploads, ListParts};
    let (client, bucket) = (bench.oss().client(), crate::bench::url("k").bucket);
    bench.oss().run(async {
        let uploads = client.list_multipart_uploads(ListMultipartUploads::new(bucket.clone()));
        let uploads: Vec<_> = uploads.try_collect().await.unwrap();
        let mut counts = Vec::new();
        for upload in uploads {
            let list = ListParts::new(bucket.clone(), upload.key.unwrap(), upload.upload_id);
            let parts: Vec<_> = client.list_parts(list).try_collect().await.unwrap();
            counts.push(parts.len());
        }
        counts
    })
}
