//! Checkpoints that are not as they were left, and uploads without one.

use std::{fs, io};

use http::Method;
use ossum_checkpoint::{CheckpointPlace, CheckpointStore, Log, Transfer};
use ossum_transfer::{Adopt, Checkpointing, ErrorKind, Report, Restarted, Upload};
use ossum_types::UploadId;

use crate::bench::{Bench, MIB, data, upload_of};
use ossum_testkit::Fault;

/// An upload is cancelled with five parts sent, its checkpoint changed, and the upload begun again.
fn continued_after(change: impl FnOnce(&std::path::Path)) -> (Bench, Report) {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    change(&bench.path("f.cp"));
    let report = bench.upload(&upload).unwrap();
    assert!(bench.object("k") == data(MIB), "the file's bytes");
    assert_eq!(bench.open_uploads(), 0, "nothing is orphaned");
    assert_eq!(bench.pointers(), 0);
    (bench, report)
}

/// Cases: 89.
#[test]
fn a_checkpoint_that_is_gone_or_damaged_costs_nothing_where_a_pointer_has_the_upload_id() {
    let (_, report) = continued_after(|path| fs::remove_file(path).unwrap());
    assert_eq!(report.parts_reused, 5);
    let (_, report) = continued_after(|path| fs::write(path, "").unwrap());
    assert_eq!(report.parts_reused, 5);
    let (_, report) = continued_after(|path| {
        let mut bytes = fs::read(path).unwrap();
        bytes[60] ^= 1;
        fs::write(path, bytes).unwrap();
    });
    assert_eq!(report.parts_reused, 5);
}

/// Cases: 89.
#[test]
fn a_checkpoint_that_is_cut_off_anywhere_never_costs_more_than_time() {
    let len = {
        let bench = Bench::new();
        let upload = bench.kept_upload(bench.file("f", MIB));
        bench.upload_until_part(6, &upload);
        fs::metadata(bench.path("f.cp")).unwrap().len()
    };
    for cut in (0..len).step_by(97) {
        let (_, report) = continued_after(|path| {
            let file = fs::File::options().write(true).open(path).unwrap();
            file.set_len(cut).unwrap();
        });
        assert_eq!(report.parts_reused, 5, "cut at {cut}");
    }
}

/// Cases: 89.
#[test]
fn any_flipped_byte_never_costs_more_than_time() {
    for at in (0..1000).step_by(83) {
        continued_after(|path| {
            let mut bytes = fs::read(path).unwrap();
            let at = at % bytes.len();
            bytes[at] ^= 0x20;
            fs::write(path, bytes).unwrap();
        });
    }
}

#[test]
fn somebody_elses_file_in_its_place_is_left_alone() {
    let bench = Bench::new();
    fs::write(bench.path("f.cp"), "a gibberish of somebody's").unwrap();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    assert_eq!(bench.names().len(), 3, "{:?}", bench.names());
    assert_eq!(bench.upload(&upload).unwrap().parts_reused, 5);
    let left = fs::read(bench.path("f.cp")).unwrap();
    assert_eq!(left, b"a gibberish of somebody's");
}

/// Cases: 88.
#[test]
fn a_checkpoint_file_that_was_named_and_holds_something_else_is_refused() {
    let bench = Bench::new();
    let mine = bench.path("mine");
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    let named = || bench.checkpointing_at(CheckpointPlace::File(mine.clone()));
    upload.options.checkpoint = Some(named());
    for content in [
        "precious",
        "{\"ossum\":\"checkpoint\",\"format\":999,\"c\":\"00000000\"}\n",
    ] {
        fs::write(&mine, content).unwrap();
        let error = bench.upload(&upload).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Checkpoint, "{content}");
        assert_eq!(fs::read_to_string(&mine).unwrap(), content);
    }
    fs::write(&mine, "").unwrap();
    bench.upload(&upload).unwrap();
    assert!(!mine.exists());
}

/// Cases: 88.
#[test]
fn a_checkpoint_of_a_newer_version_is_left_alone() {
    let bench = Bench::new();
    let newer = "{\"ossum\":\"checkpoint\",\"format\":999,\"c\":\"00000000\"}\n";
    fs::write(bench.path("f.cp"), newer).unwrap();
    bench
        .upload(&bench.kept_upload(bench.file("f", MIB)))
        .unwrap();
    assert_eq!(fs::read_to_string(bench.path("f.cp")).unwrap(), newer);
    assert_eq!(bench.object("k"), data(MIB));
}

/// Five parts are sent on a machine of which nothing is left.
fn lost_machine() -> (Bench, Upload) {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    fs::remove_file(bench.path("f.cp")).unwrap();
    fs::remove_dir_all(bench.state.path().join("transfers")).unwrap();
    (bench, upload)
}

#[test]
fn an_upload_that_nothing_remembers_is_adopted_where_that_is_asked_for() {
    let (bench, mut upload) = lost_machine();
    upload.adopt = Adopt::Yes;
    // Another size is asked for: the parts tell how large they are.
    upload.options.part_size = "300K".parse().unwrap();
    let report = bench.upload(&upload).unwrap();
    assert_eq!((report.parts_total, report.parts_reused), (11, 5));
    assert!(report.resumed);
    assert_eq!(bench.object("k"), data(MIB));
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn adopting_works_without_a_checkpoint_too() {
    let (bench, mut upload) = lost_machine();
    upload.adopt = Adopt::Yes;
    upload.options.checkpoint = None;
    assert_eq!(bench.upload(&upload).unwrap().parts_reused, 5);
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn an_upload_is_not_adopted_by_itself() {
    let (bench, upload) = lost_machine();
    let report = bench.upload(&upload).unwrap();
    assert_eq!((report.resumed, report.parts_reused), (false, 0));
    assert_eq!(bench.open_uploads(), 1, "it may be anybody's");
}

#[test]
fn of_an_adopted_upload_only_the_files_parts_are_kept() {
    let (bench, mut upload) = lost_machine();
    let mut bytes = data(MIB);
    bytes[0] ^= 1;
    fs::write(&upload.source, &bytes).unwrap();
    upload.adopt = Adopt::Yes;
    let report = bench.upload(&upload).unwrap();
    assert_eq!(report.parts_reused, 4);
    assert!(bench.object("k") == bytes, "the file's bytes");
}

#[test]
fn of_several_open_uploads_the_one_with_most_of_the_file_is_adopted() {
    let (bench, mut upload) = lost_machine();
    // A second one, with less of it.
    bench.upload_until_part(3, &upload);
    fs::remove_file(bench.path("f.cp")).unwrap();
    fs::remove_dir_all(bench.state.path().join("transfers")).unwrap();
    upload.adopt = Adopt::Yes;
    assert_eq!(bench.upload(&upload).unwrap().parts_reused, 5);
    assert_eq!(bench.open_uploads(), 1, "the other one may be anybody's");
}

#[test]
fn with_nothing_to_adopt_the_upload_begins_anew() {
    let bench = Bench::new();
    let upload = Upload {
        adopt: Adopt::Yes,
        ..upload_of(bench.file("f", MIB), "100K")
    };
    let report = bench.upload(&upload).unwrap();
    assert_eq!(
        (report.resumed, report.restarted),
        (false, None::<Restarted>)
    );
    assert_eq!(bench.object("k"), data(MIB));
}

#[test]
fn an_adopted_upload_is_not_aborted_by_a_run_that_remembers_nothing() {
    let (bench, mut upload) = lost_machine();
    upload.adopt = Adopt::Yes;
    upload.options.checkpoint = None;
    let error = bench.upload_until_part(2, &upload);
    assert_eq!(error.kind(), ErrorKind::Cancelled);
    assert_eq!(bench.open_uploads(), 1, "it may be somebody else's");
    assert_eq!(bench.upload(&upload).unwrap().parts_reused, 6);
}

/// Cases: 90.
#[test]
fn a_pointer_leads_nobody_into_an_upload_that_is_under_way() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    let mut elsewhere = upload.clone();
    let place = CheckpointPlace::File(bench.path("elsewhere"));
    elsewhere.options.checkpoint = Some(bench.checkpointing_at(place));
    let outcome = std::sync::Arc::new(std::sync::Mutex::new(None));
    let (client, told) = (bench.client.clone(), std::sync::Arc::clone(&outcome));
    let second = Fault::first(move || {
        let (client, elsewhere) = (client.clone(), elsewhere.clone());
        let second = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .build()
                .unwrap();
            let monitor = ossum_transfer::Monitor::new();
            runtime.block_on(ossum_transfer::upload(&client, &elsewhere, &monitor))
        });
        *told.lock().unwrap() = Some(second.join().unwrap());
    });
    bench.faults.nth(3, Method::PUT, "partNumber=", second);
    bench.upload(&upload).unwrap();
    let error = outcome.lock().unwrap().take().unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InUse);
    assert_eq!(bench.object("k"), data(MIB));
}

#[test]
fn a_pointer_to_an_upload_of_a_file_that_became_small_goes_with_the_upload() {
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", MIB));
    bench.upload_until_part(6, &upload);
    fs::remove_file(bench.path("f.cp")).unwrap();
    bench.file("f", 100);
    bench.upload(&upload).unwrap();
    assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
}

/// A store on a disk that has no room for a byte.
#[derive(Debug)]
struct Full;

impl CheckpointStore for Full {
    fn open(&self, _: &Transfer) -> Result<Box<dyn Log>, ossum_checkpoint::Error> {
        Ok(Box::new(Self))
    }
}

impl Log for Full {
    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Ok(0)
    }

    fn append(&mut self, _: &[u8]) -> io::Result<()> {
        Err(io::ErrorKind::StorageFull.into())
    }

    fn truncate(&mut self, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn remove(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Cases: 23.
#[test]
fn an_upload_that_cannot_be_remembered_leaves_no_pointer_to_it() {
    let bench = Bench::new();
    let mut upload = bench.kept_upload(bench.file("f", MIB));
    upload.options.checkpoint = Some(Checkpointing {
        store: std::sync::Arc::new(Full),
        ..bench.checkpointing()
    });
    let error = bench.upload_until_part(6, &upload);
    assert!(!error.is_resumable());
    assert_eq!((bench.open_uploads(), bench.pointers()), (0, 0));
    bench.upload(&upload).unwrap();
    assert_eq!(bench.object("k"), data(MIB));
}

/// The ID of the only open upload of `k`.
fn upload_id(bench: &Bench) -> UploadId {
    bench.oss().open_upload_ids().remove(0)
}

#[test]
fn an_upload_that_is_named_goes_on_whatever_parts_it_has() {
    for has_parts in [true, false] {
        let (bench, mut upload) = lost_machine();
        if !has_parts {
            // Of another file, so that no part can be kept.
            fs::write(&upload.source, vec![7; 300_000]).unwrap();
        }
        upload.adopt = Adopt::This(upload_id(&bench));
        upload.options.checkpoint = None;
        let report = bench.upload(&upload).unwrap();
        assert_eq!(report.parts_reused, if has_parts { 5 } else { 0 });
        assert!(report.resumed);
        assert!(bench.object("k") == fs::read(&upload.source).unwrap());
        assert_eq!(bench.open_uploads(), 0, "that one was completed");
    }
}

#[test]
fn a_small_file_goes_into_the_upload_that_is_named() {
    let (bench, mut upload) = lost_machine();
    upload.source = bench.file("small", 10);
    upload.options = ossum_transfer::Options::default();
    upload.adopt = Adopt::This(upload_id(&bench));
    bench.upload(&upload).unwrap();
    assert_eq!(bench.object("k"), data(10));
    assert_eq!(bench.open_uploads(), 0);
}

#[test]
fn an_upload_that_is_named_and_not_there_is_an_error() {
    let bench = Bench::new();
    let upload = Upload {
        adopt: Adopt::This("0004B9895DBBB6EC".parse().unwrap()),
        ..upload_of(bench.file("f", MIB), "100K")
    };
    let error = bench.upload(&upload).unwrap_err();
    let gone = ossum_client::ErrorKind::NoSuchUpload;
    assert_eq!(error.kind(), ErrorKind::Service(gone));
    assert_eq!(bench.open_uploads(), 0, "and none was begun");
}
