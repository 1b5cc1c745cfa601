//! Disks on which things happen behind our back, or look other than they are.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use ossum_checkpoint::{
    Action, CheckpointPlace, Error, FileStore, Found, Holder, Journal, Pointer, Pointers, Record,
    Runner,
};
use ossum_durable::{Durability, Effect, Errno, FileId, Fs, FsFile, Metadata, SimFs};

use crate::pointers::pointer;
use crate::support::{begun, copy, header, seconds, session, upload_of};

const CHECKPOINT: &str = "/data/a.tar.cp";

type BeforeLock = Box<dyn FnOnce(&SimFs) + Send>;

/// A simulated disk that shows files through `seen`, and does something before the next lock.
#[derive(Clone)]
struct OddFs {
    fs: SimFs,
    seen: fn(Metadata) -> Metadata,
    before_lock: Arc<Mutex<Option<BeforeLock>>>,
}

impl OddFs {
    fn new(seen: fn(Metadata) -> Metadata) -> Self {
        let fs = SimFs::new();
        fs.make_directory("/data");
        Self {
            fs,
            seen,
            before_lock: Arc::default(),
        }
    }

    fn before_lock(&self, act: impl FnOnce(&SimFs) + Send + 'static) {
        *self.before_lock.lock().unwrap() = Some(Box::new(act));
    }

    fn store(&self) -> FileStore {
        let fs = Arc::new(self.clone());
        FileStore::new(fs, CheckpointPlace::Beside, None, Durability::Full)
    }

    fn wrap(&self, file: io::Result<Box<dyn FsFile>>) -> io::Result<Box<dyn FsFile>> {
        Ok(Box::new(OddFile {
            file: file?,
            fs: self.clone(),
        }))
    }
}

impl fmt::Debug for OddFs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fs.fmt(f)
    }
}

impl Fs for OddFs {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        self.wrap(self.fs.create_new(path))
    }

    fn open_to_read(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        self.wrap(self.fs.open_to_read(path))
    }

    fn open_to_continue(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        self.wrap(self.fs.open_to_continue(path))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.fs.metadata(path).map(self.seen)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        self.fs.read_link(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.fs.rename(from, to)
    }

    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.fs.rename_to_free_name(from, to)
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        self.fs.sync_directory(directory)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.fs.remove_file(path)
    }

    fn mode_of_new_files(&self, directory: &Path) -> io::Result<u32> {
        self.fs.mode_of_new_files(directory)
    }

    fn available_bytes(&self, directory: &Path) -> io::Result<u64> {
        self.fs.available_bytes(directory)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.fs.create_directory(path)
    }

    fn names_in(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        self.fs.names_in(directory)
    }
}

#[derive(Debug)]
struct OddFile {
    file: Box<dyn FsFile>,
    fs: OddFs,
}

impl FsFile for OddFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.file.write_at(bytes, offset)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync()
    }

    fn set_len(&self, len_bytes: u64) -> io::Result<()> {
        self.file.set_len(len_bytes)
    }

    fn preallocate(&self, len_bytes: u64) -> io::Result<()> {
        self.file.preallocate(len_bytes)
    }

    fn start_writeback(&self, offset: u64, len_bytes: u64) -> io::Result<()> {
        self.file.start_writeback(offset, len_bytes)
    }

    fn drop_cache(&self) -> io::Result<()> {
        self.file.drop_cache()
    }

    fn set_mode(&self, mode: u32) -> io::Result<()> {
        self.file.set_mode(mode)
    }

    fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.file.set_modified(time)
    }

    fn try_lock(&self) -> io::Result<bool> {
        let act = self.fs.before_lock.lock().unwrap().take();
        if let Some(act) = act {
            act(&self.fs.fs);
        }
        self.file.try_lock()
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata().map(self.fs.seen)
    }
}

/// Cases: 92.
#[test]
fn a_file_that_is_removed_before_it_is_locked_is_not_taken_for_the_checkpoint() {
    let transfer = upload_of(Path::new("/data/a.tar"));
    let disk = OddFs::new(|found| found);
    drop(begun(&disk.store(), &transfer));
    // Its process was just done with it.
    disk.before_lock(|fs| fs.remove_file(Path::new(CHECKPOINT)).unwrap());
    let (_, found) = Journal::open(&disk.store(), &transfer).unwrap();
    assert_eq!(found, Found::Nothing);
}

/// Cases: 92.
#[test]
fn a_checkpoint_that_becomes_another_transfers_before_it_is_locked_is_left_alone() {
    let transfer = upload_of(Path::new("/data/a.tar"));
    let disk = OddFs::new(|found| found);
    drop(begun(&disk.store(), &transfer));
    disk.before_lock(|fs| fs.write(CHECKPOINT, b"somebody's"));
    let (journal, _) = Journal::open(&disk.store(), &transfer).unwrap();
    assert_ne!(journal.location(), Some(Path::new(CHECKPOINT)));
    assert_eq!(disk.fs.read(CHECKPOINT).unwrap(), b"somebody's");
}

#[test]
fn a_new_checkpoint_that_somebody_removes_or_locks_first_is_in_use() {
    let disk = OddFs::new(|found| found);
    let upload = upload_of(Path::new("/data/a.tar"));
    let begin = || {
        let (mut journal, _) = Journal::open(&disk.store(), &upload)?;
        journal.begin(&header(upload.clone()), None)
    };
    disk.before_lock(|fs| fs.remove_file(Path::new(CHECKPOINT)).unwrap());
    let removed = begin();
    assert!(matches!(removed, Err(Error::InUse { .. })), "{removed:?}");

    let rival = Arc::new(Mutex::new(None));
    let rivals = Arc::clone(&rival);
    disk.before_lock(move |fs| {
        let file = fs.open_to_continue(Path::new(CHECKPOINT)).unwrap();
        assert!(file.try_lock().unwrap());
        *rivals.lock().unwrap() = Some(file);
    });
    let locked = begin();
    assert!(matches!(locked, Err(Error::InUse { .. })), "{locked:?}");
    assert!(rival.lock().unwrap().is_some());
}

#[test]
fn a_new_checkpoint_that_somebody_begins_in_or_replaces_first_is_in_use() {
    let upload = upload_of(Path::new("/data/a.tar"));
    let begin_in: fn(&SimFs) = |fs| fs.write(CHECKPOINT, b"a beginning");
    let replace: fn(&SimFs) = |fs| {
        fs.remove(CHECKPOINT);
        fs.write(CHECKPOINT, b"");
    };
    for (meddle, left) in [(begin_in, &b"a beginning"[..]), (replace, b"")] {
        let disk = OddFs::new(|found| found);
        let (mut journal, _) = Journal::open(&disk.store(), &upload).unwrap();
        disk.before_lock(meddle);
        let outcome = journal.begin(&header(upload.clone()), None);
        assert!(matches!(outcome, Err(Error::InUse { .. })), "{outcome:?}");
        assert_eq!(disk.fs.read(CHECKPOINT).unwrap(), left);
    }
}

#[test]
fn a_lock_of_another_host_is_found_by_trying_it() {
    // No list of this machine's locks has a file of that number.
    let disk = OddFs::new(|found| {
        let inode = u64::MAX;
        let id = FileId { inode, ..found.id };
        Metadata { id, ..found }
    });
    let transfer = upload_of(Path::new("/data/a.tar"));
    let mut journal = begun(&disk.store(), &transfer);
    let elsewhere = Holder {
        process: 4242,
        host: "elsewhere".to_owned(),
        since: seconds(1),
    };
    journal.append(&Record::Holder(elsewhere)).unwrap();
    let pointer = Pointer {
        checkpoint: Some(CHECKPOINT.into()),
        ..pointer(transfer, 1)
    };
    let pointers = Pointers::new(Arc::new(disk.clone()), "/state".into());
    let running = || pointers.look(&pointer).unwrap().running;
    let expected = Runner {
        process: Some(4242),
        host: Some("elsewhere".to_owned()),
    };
    assert_eq!(running(), Some(expected));
    drop(journal);
    assert_eq!(running(), None);
}

#[test]
fn a_pointer_that_is_cut_while_it_is_read_is_as_good_as_none() {
    let disk = OddFs::new(|found| Metadata {
        len_bytes: found.len_bytes + 1,
        ..found
    });
    let whole = Pointers::new(Arc::new(disk.fs.clone()), "/state".into());
    whole.put(&pointer(copy(), 1)).unwrap();
    assert!(whole.find(&copy()).unwrap().is_some());
    let cut = Pointers::new(Arc::new(disk), "/state".into());
    assert_eq!(cut.find(&copy()).unwrap(), None);
}

#[test]
fn a_disk_without_locks_is_used_and_one_that_fails_to_lock_is_not() {
    let disk = OddFs::new(|found| found);
    let upload = upload_of(Path::new("/data/a.tar"));
    disk.fs.fail(1, Effect::Lock, Errno::NOLCK);
    drop(begun(&disk.store(), &upload));
    disk.fs.fail(1, Effect::Lock, Errno::IO);
    let error = Journal::open(&disk.store(), &upload).unwrap_err();
    let is_told = matches!(
        error,
        Error::Io {
            action: Action::Lock,
            ..
        }
    );
    assert!(is_told, "{error:?}");
}

#[test]
fn where_every_file_belongs_to_somebody_else_and_all_may_write_it_is_found_again() {
    let transfer = upload_of(Path::new("/data/a.tar"));
    let disk = OddFs::new(|found| Metadata {
        owner: 99_999,
        mode: 0o777,
        ..found
    });
    drop(begun(&disk.store(), &transfer));
    let (journal, found) = Journal::open(&disk.store(), &transfer).unwrap();
    session(found);
    assert_eq!(journal.location(), Some(Path::new(CHECKPOINT)));
    let names = disk.fs.names_in(Path::new("/data")).unwrap();
    assert_eq!(names, ["a.tar.cp"]);
}
