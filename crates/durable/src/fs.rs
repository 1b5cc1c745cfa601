use std::ffi::OsString;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::Metadata;

/// Everything that is done to names in a file system.
///
/// Each method is one effect that can fail or be cut off by a crash, and none hides a second one,
/// so that a simulation sees every moment at which the disk could be caught. Errors are those of
/// the operating system.
pub trait Fs: fmt::Debug + Send + Sync {
    /// Makes a new file that only its owner may read or write (`0600`), open for both.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if anything has that name, be it a symbolic link that
    /// leads nowhere.
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn FsFile>>;

    /// Makes a new file in `directory` that has no name yet, open for reading and writing.
    ///
    /// Its permissions are those of [any new file](Fs::mode_of_new_files): whoever has not opened it cannot
    /// make use of them before it has a name. It is gone when it is closed, also by a crash, unless it was
    /// [given one](FsFile::give_name).
    ///
    /// # Errors
    /// [`io::ErrorKind::Unsupported`] where the file system or the operating system has no such files.
    fn create_unnamed(&self, directory: &Path) -> io::Result<Box<dyn FsFile>> {
        let _ = directory;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Opens what `path` leads to for reading; symbolic links are followed.
    ///
    /// Never waits: a pipe nobody writes to opens too, so look at the kind before reading.
    ///
    /// # Errors
    /// Those of the operating system.
    fn open_to_read(&self, path: &Path) -> io::Result<Box<dyn FsFile>>;

    /// Opens a file of our own, left by an earlier run, for reading and writing.
    ///
    /// # Errors
    /// A symbolic link as the last component is refused (`ELOOP`): somebody else put it there.
    fn open_to_continue(&self, path: &Path) -> io::Result<Box<dyn FsFile>>;

    /// What is at `path`; of a symbolic link, the link itself.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if nothing is.
    fn metadata(&self, path: &Path) -> io::Result<Metadata>;

    /// What `path` leads to by now; symbolic links are followed, and a file system that keeps what it
    /// was told asks again.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if nothing is there.
    fn metadata_of_target(&self, path: &Path) -> io::Result<Metadata> {
        // To open a file is what makes a network file system ask.
        self.open_to_read(path)?.metadata()
    }

    /// Where a symbolic link leads: as written in it, relative to its own directory.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] if it is no symbolic link.
    fn read_link(&self, path: &Path) -> io::Result<PathBuf>;

    /// Gives the file at `from` the name `to`, atomically taking the place of what had it.
    ///
    /// Not durable before [`sync_directory`](Fs::sync_directory).
    ///
    /// # Errors
    /// Both names are then as they were.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Gives the file at `from` the name `to`, which must be free; checked and done atomically.
    ///
    /// Not durable before [`sync_directory`](Fs::sync_directory).
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if `to` is taken. Where the file system cannot rename so,
    /// a second name is made and the first removed; if that removal fails, both names remain.
    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Returns when all names in a directory are durable as they are now.
    ///
    /// # Errors
    /// `EINVAL` or `ENOTSUP` where the file system has no such operation. After any other error it
    /// is unknown what a power loss would leave; asking again proves nothing.
    fn sync_directory(&self, directory: &Path) -> io::Result<()>;

    /// Removes the name `path`; bytes go with the last name and the last open file.
    ///
    /// # Errors
    /// Those of the operating system.
    fn remove_file(&self, path: &Path) -> io::Result<()>;

    /// The permissions that any program's new file in `directory` would have: `0666` less the
    /// process's umask.
    ///
    /// # Errors
    /// Those of the operating system.
    fn mode_of_new_files(&self, directory: &Path) -> io::Result<u32>;

    /// How many bytes an unprivileged process may still write to the file system of `directory`.
    ///
    /// What others write changes it at any time. [`u64::MAX`] if the file system does not say.
    ///
    /// # Errors
    /// Those of the operating system.
    fn available_bytes(&self, directory: &Path) -> io::Result<u64>;

    /// Makes one directory that only its owner may enter (`0700`).
    ///
    /// Not durable before [`sync_directory`](Fs::sync_directory) of the one it is in.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if anything has that name.
    fn create_directory(&self, path: &Path) -> io::Result<()>;

    /// The names in a directory, in no order, without `.` and `..`.
    ///
    /// # Errors
    /// Those of the operating system.
    fn names_in(&self, directory: &Path) -> io::Result<Vec<OsString>>;
}

/// An open file. Any number of threads may use it at once; there is no shared position.
///
/// Dropping closes it. That cannot report an error, so only what was [synced](FsFile::sync) is
/// known to have been written.
pub trait FsFile: fmt::Debug + Send + Sync {
    /// Writes bytes at `offset`, as many as the operating system takes at once.
    ///
    /// # Errors
    /// [`io::ErrorKind::Interrupted`] among others; then nothing was written.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// Reads bytes at `offset`, as many as the operating system gives at once; 0 at the end.
    ///
    /// # Errors
    /// [`io::ErrorKind::Interrupted`] among others; then the buffer holds nothing new.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Reads bytes at `offset` into what `buffer` has room for behind its bytes, as many as the
    /// operating system gives at once; 0 at the end. The room need not be zeroed for it.
    ///
    /// # Errors
    /// Those of [`read_at`](Self::read_at).
    fn read_to_room(&self, buffer: &mut Vec<u8>, offset: u64) -> io::Result<usize> {
        let filled = buffer.len();
        buffer.resize(buffer.capacity(), 0);
        let read = self.read_at(&mut buffer[filled..], offset);
        buffer.truncate(filled + read.as_ref().map_or(0, |len| *len));
        read
    }

    /// Gives a file that was [made without a name](Fs::create_unnamed) the name `path`, which must be
    /// free and in the same file system; checked and done atomically.
    ///
    /// Not durable before [`Fs::sync_directory`].
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`] if anything has that name, be it a symbolic link that leads
    /// nowhere.
    fn give_name(&self, path: &Path) -> io::Result<()> {
        let _ = path;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Returns when bytes, length and permissions are durable. The name needs
    /// [`Fs::sync_directory`].
    ///
    /// # Errors
    /// It is then unknown which bytes are on the disk, and asking again would answer success:
    /// treat everything since the last successful sync as lost.
    fn sync(&self) -> io::Result<()>;

    /// Cuts or grows the file to `len_bytes`; what is new reads as zeros.
    ///
    /// # Errors
    /// Those of the operating system.
    fn set_len(&self, len_bytes: u64) -> io::Result<()>;

    /// Reserves space for the first `len_bytes` and makes the file that long if it is shorter;
    /// what is new reads as zeros.
    ///
    /// # Errors
    /// `ENOSPC` if there is not so much; some of it may be reserved then. `ENOTSUP` or `ENOSYS`
    /// where the file system cannot, and `EINVAL` for 0 bytes.
    fn preallocate(&self, len_bytes: u64) -> io::Result<()>;

    /// Has the system begin to bring these bytes to the disk, and forget those that are there.
    ///
    /// Does not wait for it, and promises nothing: a hint, for files larger than memory.
    ///
    /// # Errors
    /// Those of the operating system; nothing is lost by going on.
    fn start_writeback(&self, offset: u64, len_bytes: u64) -> io::Result<()>;

    /// Makes the system forget what it holds of this [synced](FsFile::sync) file in memory, so
    /// that reading asks the disk.
    ///
    /// A hint: what another program has mapped or is reading stays.
    ///
    /// # Errors
    /// Those of the operating system.
    fn drop_cache(&self) -> io::Result<()>;

    /// Sets the permissions, regardless of the umask.
    ///
    /// # Errors
    /// Those of the operating system.
    fn set_mode(&self, mode: u32) -> io::Result<()>;

    /// Sets the time of the last modification; writing sets it to now again.
    ///
    /// # Errors
    /// Those of the operating system.
    fn set_modified(&self, time: SystemTime) -> io::Result<()>;

    /// Takes the file's exclusive advisory lock, without waiting; `false` if someone else has it.
    ///
    /// It is given back when the file is closed, also by a crash.
    ///
    /// # Errors
    /// Those of the operating system, among them that the file system has no locks.
    fn try_lock(&self) -> io::Result<bool>;

    /// What the file system says about this file, whatever names it has by now.
    ///
    /// # Errors
    /// Those of the operating system.
    fn metadata(&self) -> io::Result<Metadata>;

    /// Writes all `bytes` at `offset`, through short writes and interruptions.
    ///
    /// # Errors
    /// Any first part of the bytes may have been written.
    fn write_all_at(&self, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.write_at(bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    bytes = &bytes[written..];
                    offset += written as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Fills all of `buffer` from `offset`, through short reads and interruptions.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] if the file ends before; the buffer's content is then
    /// unspecified.
    fn read_exact_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            match self.read_at(buffer, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    buffer = &mut buffer[read..];
                    offset += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// `len` bytes from `offset`, through short reads and interruptions, in place of what `buffer`
    /// holds. Where its capacity is larger, more may be read and thrown away.
    ///
    /// # Errors
    /// [`io::ErrorKind::UnexpectedEof`] if the file ends before; the buffer's content is then
    /// unspecified.
    fn read_exactly(&self, len: usize, offset: u64, buffer: &mut Vec<u8>) -> io::Result<()> {
        buffer.clear();
        buffer.reserve_exact(len);
        while buffer.len() < len {
            match self.read_to_room(buffer, offset + buffer.len() as u64) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        buffer.truncate(len);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effect, Errno, RealFs, SimFs};

    /// Cases: 29, 30.
    #[test]
    fn short_writes_and_interruptions_lose_no_byte() {
        let fs = SimFs::new();
        fs.write_at_most(3);
        fs.fail(2, Effect::Write, Errno::INTR);
        let file = fs.create_new(Path::new("/f")).unwrap();
        file.write_all_at(b"0123456789", 3).unwrap();
        assert_eq!(fs.read("/f").unwrap(), b"\0\0\x000123456789");
        assert_eq!(fs.shortened(), 3);
    }

    /// Cases: 29, 30.
    #[test]
    fn short_reads_and_interruptions_lose_no_byte() {
        let fs = SimFs::new();
        fs.write("/f", b"0123456789");
        fs.read_at_most(3);
        fs.fail(2, Effect::Read, Errno::INTR);
        let mut read = [0; 8];
        let file = fs.open_to_read(Path::new("/f")).unwrap();
        file.read_exact_at(&mut read, 2).unwrap();
        assert_eq!(&read, b"23456789");
        assert_eq!(fs.shortened(), 2);
    }

    /// Cases: 29, 30.
    #[test]
    fn a_buffer_is_filled_with_what_was_asked_for_whatever_it_held_and_has_room_for() {
        let fs = SimFs::new();
        fs.write("/f", b"0123456789");
        fs.read_at_most(3);
        fs.fail(2, Effect::Read, Errno::INTR);
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("f"), b"0123456789").unwrap();
        let simulated = fs.open_to_read(Path::new("/f")).unwrap();
        let real = RealFs.open_to_read(&dir.path().join("f")).unwrap();
        for file in [simulated, real] {
            for mut buffer in [Vec::new(), b"abc".to_vec(), Vec::with_capacity(9)] {
                file.read_exactly(5, 1, &mut buffer).unwrap();
                assert_eq!(buffer, b"12345");
                let error = file.read_exactly(5, 6, &mut buffer).unwrap_err();
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
            }
        }
        assert!(fs.shortened() > 0);
    }

    /// Cases: 24.
    #[test]
    fn what_a_disk_refuses_is_told_and_not_tried_again() {
        let fs = SimFs::new();
        fs.write("/f", b"0123456789");
        let file = fs.open_to_continue(Path::new("/f")).unwrap();
        fs.fail(1, Effect::Read, Errno::IO);
        let error = file.read_exact_at(&mut [0; 8], 2).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::IO.raw_os_error()));
        fs.fail(1, Effect::Read, Errno::IO);
        let error = file.read_exactly(8, 2, &mut Vec::new()).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::IO.raw_os_error()));
        fs.fail(1, Effect::Write, Errno::IO);
        let error = file.write_all_at(b"abc", 0).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::IO.raw_os_error()));
        assert_eq!(fs.read("/f").unwrap(), b"0123456789");
    }

    #[test]
    fn a_file_that_ends_early_is_an_error_and_not_zeros() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, b"abc").unwrap();
        let file = RealFs.open_to_read(&path).unwrap();
        let mut two = [0; 2];
        file.read_exact_at(&mut two, 1).unwrap();
        assert_eq!(&two, b"bc");
        let error = file.read_exact_at(&mut two, 2).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
