use std::path::PathBuf;

use ossum::request::{Kind, Upload};
use ossum::{Checkpoint, ErrorKind, Event, MemoryStore, Request};
use ossum_devserver::Operation;

use crate::bench::{Bench, MIB, OBJECT, in_memory};

fn upload(bench: &Bench) -> Request<Upload> {
    let file = bench.place.path("f");
    let upload = bench.ossum().upload(file, OBJECT);
    upload.part_size("100K").concurrency(1)
}

/// Cancels the transfer after its third part, while the fourth is stuck.
async fn cancel_after_three<T: Kind>(request: Request<T>) -> ossum::Error {
    let mut transfer = request.start();
    let mut events = transfer.events();
    for _ in 0..3 {
        assert!(matches!(events.next().await, Some(Event::Part { .. })));
    }
    transfer.cancel();
    transfer.finish().await.unwrap_err()
}

#[tokio::test]
async fn a_cancelled_upload_sent_again_continues_and_leaves_no_checkpoint() {
    let bench = Bench::stuck_in(Operation::UploadPart);
    let bytes = bench.place.write_seeded("f", 1, MIB);
    let error = cancel_after_three(upload(&bench)).await;
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    let safe = error.safe().unwrap();
    assert_eq!((safe.parts, safe.of), (3, 11));
    assert_eq!(bench.names(), ["f", "f.cp"]);

    let report = upload(&bench).send().await.unwrap();
    assert!(report.resumed);
    assert_eq!((report.parts_reused, report.parts_total), (3, 11));
    assert_eq!(bench.names(), ["f"]);
    assert!(bench.object() == bytes);
}

#[tokio::test]
async fn a_store_in_memory_remembers_within_the_process_and_leaves_no_file() {
    let bench = Bench::stuck_in(Operation::UploadPart);
    bench.place.write_seeded("f", 1, MIB);
    let store = MemoryStore::new();
    let upload = || upload(&bench).checkpoint(in_memory(&store));
    let error = cancel_after_three(upload()).await;
    assert!(error.is_resumable());
    assert_eq!(bench.names(), ["f"]);

    let report = upload().send().await.unwrap();
    assert_eq!(report.parts_reused, 3);
}

#[tokio::test]
async fn a_named_checkpoint_is_where_it_was_named() {
    for named in [
        Checkpoint::File as fn(PathBuf) -> Checkpoint,
        Checkpoint::Directory,
    ] {
        let bench = Bench::stuck_in(Operation::UploadPart);
        bench.place.write_seeded("f", 1, MIB);
        let upload = || upload(&bench).checkpoint(named(bench.place.path("named")));
        cancel_after_three(upload()).await;
        assert_eq!(bench.names(), ["f", "named"]);
        let report = upload().send().await.unwrap();
        assert_eq!(report.parts_reused, 3);
    }
}

#[tokio::test]
async fn a_cancelled_download_sent_again_continues_and_leaves_the_file_alone() {
    let bench = Bench::stuck_in(Operation::GetObject);
    let bytes = bench.place.write_seeded("f", 1, MIB);
    let ossum = bench.ossum();
    let up = ossum.upload(bench.place.path("f"), OBJECT);
    up.send().await.unwrap();
    let download = || {
        let download = ossum.download(OBJECT, bench.place.path("g"));
        download.part_size("100K").concurrency(1)
    };
    let error = cancel_after_three(download()).await;
    assert_eq!(error.safe().map(|safe| safe.parts), Some(3));
    assert_eq!(bench.names(), ["f", "g.cp", "g.ossum-part"]);

    let report = download().send().await.unwrap();
    assert_eq!((report.parts_reused, report.parts_total), (3, 11));
    assert_eq!(bench.names(), ["f", "g"]);
    assert!(bench.place.read("g") == bytes);
}

#[tokio::test]
async fn a_cancelled_copy_sent_again_continues() {
    let bench = Bench::stuck_in(Operation::UploadPartCopy);
    let bytes = bench.place.write_seeded("f", 1, MIB);
    let ossum = bench.ossum();
    let up = ossum.upload(bench.place.path("f"), "oss://bkt/up");
    up.send().await.unwrap();
    let copy = || {
        let copy = ossum.copy("oss://bkt/up", OBJECT);
        copy.part_size("100K").concurrency(1)
    };
    let error = cancel_after_three(copy()).await;
    assert!(error.is_resumable());
    let report = copy().send().await.unwrap();
    assert_eq!((report.parts_reused, report.parts_total), (3, 11));
    assert!(bench.object() == bytes);
}

#[tokio::test]
async fn without_a_checkpoint_nothing_is_left_to_continue() {
    let bench = Bench::stuck_in(Operation::UploadPart);
    bench.place.write_seeded("f", 1, MIB);
    let error = cancel_after_three(upload(&bench).checkpoint(Checkpoint::Off)).await;
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert!(!error.is_resumable());
    assert_eq!(bench.names(), ["f"]);
}

#[test]
fn a_dropped_transfer_is_cancelled_and_can_be_continued() {
    let bench = Bench::stuck_in(Operation::UploadPart);
    bench.place.write_seeded("f", 1, MIB);
    let ossum = bench.blocking();
    let upload = || {
        let upload = ossum.upload(bench.place.path("f"), OBJECT);
        upload.part_size("100K").concurrency(1)
    };
    let mut transfer = upload().start();
    let mut events = transfer.events();
    assert_eq!(events.by_ref().take(3).count(), 3);
    drop(transfer);
    // The stream ends when the transfer's threads have let go of the checkpoint.
    assert_eq!(events.count(), 0);
    assert_eq!(upload().send().unwrap().parts_reused, 3);
}
