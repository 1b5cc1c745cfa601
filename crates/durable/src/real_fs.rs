mod anew;
mod cache;
mod rename;
mod umask;
mod unnamed;

use std::ffi::OsString;
use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::num::NonZeroU64;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::buffer::spare_capacity;
use rustix::fs::{FallocateFlags, OFlags, fallocate};

use crate::{Fs, FsFile, Metadata};

/// The operating system's file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealFs;

impl Fs for RealFs {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        // O_EXCL also refuses a symbolic link; O_CLOEXEC is std's default.
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true).mode(0o600);
        open(&options, OFlags::NOFOLLOW, path)
    }

    fn create_unnamed(&self, directory: &Path) -> io::Result<Box<dyn FsFile>> {
        Ok(Box::new(RealFile(unnamed::create(directory)?)))
    }

    fn open_to_read(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        // Without O_NONBLOCK, opening a pipe waits for a writer, perhaps for ever.
        open(OpenOptions::new().read(true), OFlags::NONBLOCK, path)
    }

    fn open_to_continue(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        open(OpenOptions::new().read(true).write(true), flags, path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        std::fs::symlink_metadata(path).map(|found| Metadata::from(&found))
    }

    fn metadata_of_target(&self, path: &Path) -> io::Result<Metadata> {
        match anew::metadata(path)? {
            Some(found) => Ok(found),
            None => self.open_to_read(path)?.metadata(),
        }
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::read_link(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        rename::to_free_name(from, to)
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        let flags = OFlags::DIRECTORY.bits().cast_signed();
        let mut options = OpenOptions::new();
        options.read(true).custom_flags(flags);
        options.open(directory)?.sync_all()
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        std::fs::remove_file(path)
    }

    fn mode_of_new_files(&self, directory: &Path) -> io::Result<u32> {
        umask::mode_of_new_files(directory)
    }

    fn available_bytes(&self, directory: &Path) -> io::Result<u64> {
        let found = rustix::fs::statvfs(directory)?;
        // Some network file systems have no answer, and say 0 of 0.
        if found.f_blocks == 0 {
            return Ok(u64::MAX);
        }
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().mode(0o700).create(path)
    }

    fn names_in(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        let entries = std::fs::read_dir(directory)?;
        entries.map(|entry| Ok(entry?.file_name())).collect()
    }
}

fn open(options: &OpenOptions, flags: OFlags, path: &Path) -> io::Result<Box<dyn FsFile>> {
    let mut options = options.clone();
    options.custom_flags(flags.bits().cast_signed());
    Ok(Box::new(RealFile(options.open(path)?)))
}

#[derive(Debug)]
struct RealFile(File);

impl FsFile for RealFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        self.0.write_at(bytes, offset)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        self.0.read_at(buffer, offset)
    }

    fn read_to_room(&self, buffer: &mut Vec<u8>, offset: u64) -> io::Result<usize> {
        Ok(rustix::io::pread(&self.0, spare_capacity(buffer), offset)?)
    }

    fn give_name(&self, path: &Path) -> io::Result<()> {
        unnamed::give_name(&self.0, path)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_all()
    }

    fn set_len(&self, len_bytes: u64) -> io::Result<()> {
        self.0.set_len(len_bytes)
    }

    fn preallocate(&self, len_bytes: u64) -> io::Result<()> {
        // The system call itself: libc's posix_fallocate would, where the file system cannot,
        // write zeros for as long as that takes.
        Ok(fallocate(&self.0, FallocateFlags::empty(), 0, len_bytes)?)
    }

    fn start_writeback(&self, offset: u64, len_bytes: u64) -> io::Result<()> {
        match NonZeroU64::new(len_bytes) {
            Some(len_bytes) => cache::drop_clean(&self.0, offset, Some(len_bytes)),
            None => Ok(()),
        }
    }

    fn drop_cache(&self) -> io::Result<()> {
        cache::drop_clean(&self.0, 0, None)
    }

    fn set_mode(&self, mode: u32) -> io::Result<()> {
        self.0.set_permissions(Permissions::from_mode(mode))
    }

    fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        self.0.set_modified(time)
    }

    fn try_lock(&self) -> io::Result<bool> {
        loop {
            return match self.0.try_lock() {
                Ok(()) => Ok(true),
                Err(TryLockError::WouldBlock) => Ok(false),
                // A lock that a server has to be asked for can be interrupted.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {
                    continue;
                }
                Err(TryLockError::Error(error)) => Err(error),
            };
        }
    }

    fn metadata(&self) -> io::Result<Metadata> {
        self.0.metadata().map(|found| Metadata::from(&found))
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::time::Duration;

    use super::*;
    use crate::FileKind;

    #[test]
    fn a_new_file_is_its_owners_alone() {
        let dir = tempfile::tempdir().unwrap();
        let file = RealFs.create_new(&dir.path().join("f")).unwrap();
        assert_eq!(file.metadata().unwrap().mode & 0o177, 0);
    }

    /// Cases: 100.
    #[test]
    fn a_planted_symlink_is_never_written_through() {
        let dir = tempfile::tempdir().unwrap();
        let (link, victim) = (dir.path().join("link"), dir.path().join("victim"));
        symlink(&victim, &link).unwrap();
        let error = RealFs.create_new(&link).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);

        std::fs::write(&victim, "").unwrap();
        assert!(RealFs.open_to_continue(&link).is_err());
        assert!(RealFs.open_to_read(&link).is_ok());
    }

    #[test]
    fn a_lock_has_one_holder_until_the_file_is_closed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        let first = RealFs.create_new(&path).unwrap();
        assert!(first.try_lock().unwrap());
        let second = RealFs.open_to_continue(&path).unwrap();
        assert!(!second.try_lock().unwrap());
        drop(first);
        assert!(second.try_lock().unwrap());
    }

    #[test]
    fn opening_a_pipe_does_not_wait_for_its_writer() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).unwrap();
        let file = RealFs.open_to_read(&pipe).unwrap();
        assert_eq!(file.metadata().unwrap().kind, FileKind::Pipe);
    }

    #[test]
    fn a_file_is_known_by_its_inode_under_any_name() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        let file = RealFs.create_new(&a).unwrap();
        RealFs.rename(&a, &b).unwrap();
        let other = RealFs.create_new(&a).unwrap();
        let id = file.metadata().unwrap().id;
        assert_eq!(RealFs.metadata(&b).unwrap().id, id);
        assert_ne!(other.metadata().unwrap().id, id);
    }

    #[test]
    fn length_and_modification_time_are_set_exactly() {
        let dir = tempfile::tempdir().unwrap();
        let file = RealFs.create_new(&dir.path().join("f")).unwrap();
        file.set_len(1 << 40).unwrap();
        let time = SystemTime::UNIX_EPOCH + Duration::new(1_700_000_000, 123_456_000);
        file.set_modified(time).unwrap();
        let metadata = file.metadata().unwrap();
        assert_eq!(metadata.len_bytes, 1 << 40);
        assert_eq!(metadata.modified_ns, 1_700_000_000_123_456_000);
    }

    #[test]
    fn the_names_in_a_directory_are_all_there_are() {
        let dir = tempfile::tempdir().unwrap();
        assert!(RealFs.names_in(dir.path()).unwrap().is_empty());
        std::fs::write(dir.path().join("f"), "").unwrap();
        std::fs::create_dir(dir.path().join("d")).unwrap();
        let mut names = RealFs.names_in(dir.path()).unwrap();
        names.sort();
        assert_eq!(names, ["d", "f"]);
        let missing = RealFs.names_in(&dir.path().join("missing")).unwrap_err();
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn free_space_is_told_in_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let available = RealFs.available_bytes(dir.path()).unwrap();
        assert!((4096..u64::MAX).contains(&available), "{available}");
    }

    /// That the system was asked shows where it has to refuse.
    #[test]
    fn what_cannot_be_done_to_a_pipe_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let pipe = dir.path().join("pipe");
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, mode).unwrap();
        let pipe = RealFs.open_to_continue(&pipe).unwrap();
        pipe.sync().unwrap_err();
        pipe.preallocate(1).unwrap_err();
        pipe.drop_cache().unwrap_err();
        pipe.start_writeback(0, 1).unwrap_err();
        pipe.start_writeback(0, 0).unwrap();
    }

    #[test]
    fn a_directory_is_synced_and_a_file_is_no_directory() {
        let dir = tempfile::tempdir().unwrap();
        RealFs.sync_directory(dir.path()).unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, "").unwrap();
        let error = RealFs.sync_directory(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotADirectory);
    }
}
