//! A disk that takes its time.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::SystemTime;

use ossum_devserver::Operation;
use ossum_durable::{Fs, FsFile, Metadata, RealFs};
use ossum_transfer::{Durability, Files};

use crate::bench::{Bench, MIB, data};

const WORKERS: usize = 3;

/// What is written to large files waits here until the disk is told to go on.
#[derive(Debug, Default)]
struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: usize,
    bytes: usize,
    is_open: bool,
}

impl Gate {
    fn pass(&self, bytes: usize) {
        let mut state = self.state.lock().unwrap();
        state.waiting += 1;
        state.bytes += bytes;
        self.changed.notify_all();
        while !state.is_open {
            state = self.changed.wait(state).unwrap();
        }
    }

    /// Waits until so many are waiting; how many bytes they have between them.
    fn wait_for(&self, waiting: usize) -> usize {
        let mut state = self.state.lock().unwrap();
        while state.waiting < waiting {
            state = self.changed.wait(state).unwrap();
        }
        state.bytes
    }

    fn open(&self) {
        self.state.lock().unwrap().is_open = true;
        self.changed.notify_all();
    }
}

#[derive(Debug, Clone)]
struct SlowFs(Arc<Gate>);

#[derive(Debug)]
struct SlowFile(Box<dyn FsFile>, Arc<Gate>);

impl SlowFs {
    fn wrap(&self, file: io::Result<Box<dyn FsFile>>) -> io::Result<Box<dyn FsFile>> {
        Ok(Box::new(SlowFile(file?, Arc::clone(&self.0))))
    }
}

impl Fs for SlowFs {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        self.wrap(RealFs.create_new(path))
    }

    fn open_to_read(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        self.wrap(RealFs.open_to_read(path))
    }

    fn open_to_continue(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        self.wrap(RealFs.open_to_continue(path))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        RealFs.metadata(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        RealFs.read_link(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealFs.rename(from, to)
    }

    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealFs.rename_to_free_name(from, to)
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        RealFs.sync_directory(directory)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        RealFs.remove_file(path)
    }

    fn mode_of_new_files(&self, directory: &Path) -> io::Result<u32> {
        RealFs.mode_of_new_files(directory)
    }

    fn available_bytes(&self, directory: &Path) -> io::Result<u64> {
        RealFs.available_bytes(directory)
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        RealFs.create_directory(path)
    }

    fn names_in(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        RealFs.names_in(directory)
    }
}

impl FsFile for SlowFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.1.pass(bytes.len());
        self.0.write_at(bytes, offset)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync()
    }

    fn set_len(&self, len_bytes: u64) -> io::Result<()> {
        self.0.set_len(len_bytes)
    }

    fn preallocate(&self, len_bytes: u64) -> io::Result<()> {
        self.0.preallocate(len_bytes)
    }

    fn start_writeback(&self, offset: u64, len_bytes: u64) -> io::Result<()> {
        self.0.start_writeback(offset, len_bytes)
    }

    fn drop_cache(&self) -> io::Result<()> {
        self.0.drop_cache()
    }

    fn set_mode(&self, mode: u32) -> io::Result<()> {
        self.0.set_mode(mode)
    }

    fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.0.set_modified(time)
    }

    fn try_lock(&self) -> io::Result<bool> {
        self.0.try_lock()
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.0.metadata()
    }
}

/// Cases: 34.
#[test]
fn a_disk_that_stands_still_holds_a_request_of_each_worker_and_no_byte_beyond_what_they_write() {
    let bench = Bench::new();
    bench.put("k", data(4 * MIB));
    let gate = Arc::new(Gate::default());
    let mut download = bench.kept_download("f");
    download.options.checkpoint = None;
    download.options.durability = Durability::Full;
    // Of smaller parts, workers would share threads.
    download.options.part_size = "1M".parse().unwrap();
    download.options.concurrency = std::num::NonZeroUsize::new(WORKERS);
    download.options.files = Files::new(SlowFs(Arc::clone(&gate)));
    std::thread::scope(|scope| {
        let moving = scope.spawn(|| bench.download(&download));
        let held = gate.wait_for(WORKERS);
        // Each of them waits on a thread of its own, and nobody else asks for anything.
        let asked = bench.oss().requests(Operation::GetObject);
        gate.open();
        moving.join().unwrap().unwrap();
        assert_eq!(asked, WORKERS as u64);
        assert!(held <= WORKERS * MIB, "{held} bytes");
    });
    assert!(std::fs::read(bench.path("f")).unwrap() == data(4 * MIB));
}
