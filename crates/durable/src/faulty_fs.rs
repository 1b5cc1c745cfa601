//! For tests: the real file system, which records what was done and fails where it is told to.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use rustix::io::Errno;

use crate::{Fs, FsFile, Metadata, RealFs};

pub(crate) const EINTR: Errno = Errno::INTR;
pub(crate) const EINVAL: Errno = Errno::INVAL;
pub(crate) const EIO: Errno = Errno::IO;
pub(crate) const ENOSPC: Errno = Errno::NOSPC;
pub(crate) const ENOTSUP: Errno = Errno::NOTSUP;
pub(crate) const EPERM: Errno = Errno::PERM;

/// Something done to a disk; looking at it is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Create,
    Write,
    SetLen,
    SetMode,
    SetModified,
    Sync,
    Rename,
    SyncDirectory,
    Remove,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct FaultyFs(Arc<Mutex<Script>>);

#[derive(Debug, Default)]
struct Script {
    done: Vec<Effect>,
    fault: Option<(Effect, Errno)>,
    short_by_one: bool,
}

impl FaultyFs {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Makes the first such effect fail, without having been done.
    pub(crate) fn failing(self, effect: Effect, errno: Errno) -> Self {
        self.0.lock().unwrap().fault = Some((effect, errno));
        self
    }

    /// Makes every write take a byte less than it was given.
    pub(crate) fn short_by_one(self) -> Self {
        self.0.lock().unwrap().short_by_one = true;
        self
    }

    /// What was done or tried, in order.
    pub(crate) fn effects(&self) -> Vec<Effect> {
        self.0.lock().unwrap().done.clone()
    }

    fn does(&self, effect: Effect) -> io::Result<()> {
        let mut script = self.0.lock().unwrap();
        script.done.push(effect);
        match script.fault.take_if(|(when, _)| *when == effect) {
            Some((_, errno)) => Err(errno.into()),
            None => Ok(()),
        }
    }

    fn wrap(&self, file: Box<dyn FsFile>) -> Box<dyn FsFile> {
        Box::new(FaultyFile {
            file,
            fs: self.clone(),
        })
    }
}

impl Fs for FaultyFs {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        self.does(Effect::Create)?;
        RealFs.create_new(path).map(|file| self.wrap(file))
    }

    fn open_to_read(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        RealFs.open_to_read(path).map(|file| self.wrap(file))
    }

    fn open_to_continue(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        RealFs.open_to_continue(path).map(|file| self.wrap(file))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        RealFs.metadata(path)
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        RealFs.read_link(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.does(Effect::Rename)?;
        RealFs.rename(from, to)
    }

    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.does(Effect::Rename)?;
        RealFs.rename_to_free_name(from, to)
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        self.does(Effect::SyncDirectory)?;
        RealFs.sync_directory(directory)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.does(Effect::Remove)?;
        RealFs.remove_file(path)
    }

    fn mode_of_new_files(&self, directory: &Path) -> io::Result<u32> {
        RealFs.mode_of_new_files(directory)
    }
}

#[derive(Debug)]
struct FaultyFile {
    file: Box<dyn FsFile>,
    fs: FaultyFs,
}

impl FsFile for FaultyFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.fs.does(Effect::Write)?;
        let short = self.fs.0.lock().unwrap().short_by_one && bytes.len() > 1;
        self.file
            .write_at(&bytes[..bytes.len() - usize::from(short)], offset)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(buffer, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.fs.does(Effect::Sync)?;
        self.file.sync()
    }

    fn set_len(&self, len_bytes: u64) -> io::Result<()> {
        self.fs.does(Effect::SetLen)?;
        self.file.set_len(len_bytes)
    }

    fn set_mode(&self, mode: u32) -> io::Result<()> {
        self.fs.does(Effect::SetMode)?;
        self.file.set_mode(mode)
    }

    fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.fs.does(Effect::SetModified)?;
        self.file.set_modified(time)
    }

    fn try_lock(&self) -> io::Result<bool> {
        self.file.try_lock()
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }
}
