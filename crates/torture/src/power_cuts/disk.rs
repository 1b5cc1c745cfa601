//! A block device that takes down everything that reaches it: a file in a FUSE file system of our own,
//! for a loop device.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use fuser::{
    BackgroundSession, Config, Errno, FileAttr, FileHandle, FileType, Filesystem, Generation,
    INodeNo, LockOwner, OpenFlags, ReplyAttr, ReplyData, ReplyEmpty, ReplyEntry, ReplyWrite,
    Request, WriteFlags,
};

/// What reached the device.
#[derive(Debug, Clone)]
pub(super) enum Event {
    Write {
        offset: u64,
        bytes: Vec<u8>,
    },
    /// All that was written before lasts.
    Flush,
}

impl Event {
    pub(super) fn is_write(&self) -> bool {
        matches!(self, Self::Write { .. })
    }
}

/// The file's name.
pub(super) const NAME: &str = "disk";

const INODE: u64 = 2;
const FOR_EVER: Duration = Duration::from_hours(1);

/// A disk that is there as long as this is.
pub(super) struct Disk {
    events: Arc<Mutex<Vec<Event>>>,
    session: BackgroundSession,
}

impl Disk {
    /// Shows `image` as a disk in the directory `at`; it is written to.
    pub(super) fn show(image: &Path, at: &Path) -> io::Result<Self> {
        let image = File::options().read(true).write(true).open(image)?;
        let events = Arc::new(Mutex::default());
        let shown = Shown {
            len_bytes: image.metadata()?.len(),
            image,
            events: Arc::clone(&events),
        };
        let session = fuser::spawn_mount(shown, at, &Config::default())?;
        Ok(Self { events, session })
    }

    /// How many events there were.
    pub(super) fn count(&self) -> usize {
        lock(&self.events).len()
    }

    /// Takes it away; tells what has reached it.
    pub(super) fn end(self) -> Vec<Event> {
        let Self { events, session } = self;
        drop(session);
        std::mem::take(&mut *lock(&events))
    }
}

fn lock(events: &Mutex<Vec<Event>>) -> MutexGuard<'_, Vec<Event>> {
    events.lock().unwrap_or_else(PoisonError::into_inner) // whatever is in it was seen
}

struct Shown {
    image: File,
    len_bytes: u64,
    events: Arc<Mutex<Vec<Event>>>,
}

impl Shown {
    fn attributes(&self, inode: INodeNo) -> FileAttr {
        let is_disk = inode == INodeNo(INODE);
        FileAttr {
            ino: inode,
            size: if is_disk { self.len_bytes } else { 0 },
            blocks: self.len_bytes / 512,
            atime: UNIX_EPOCH,
            mtime: UNIX_EPOCH,
            ctime: UNIX_EPOCH,
            crtime: UNIX_EPOCH,
            kind: if is_disk {
                FileType::RegularFile
            } else {
                FileType::Directory
            },
            perm: 0o700,
            nlink: 1,
            uid: 0,
            gid: 0,
            rdev: 0,
            flags: 0,
            blksize: 4096,
        }
    }
}

impl Filesystem for Shown {
    fn lookup(&self, _: &Request, _: INodeNo, name: &OsStr, reply: ReplyEntry) {
        if name == NAME {
            let attributes = self.attributes(INodeNo(INODE));
            reply.entry(&FOR_EVER, &attributes, Generation(0));
        } else {
            reply.error(Errno::ENOENT);
        }
    }

    fn getattr(&self, _: &Request, inode: INodeNo, _: Option<FileHandle>, reply: ReplyAttr) {
        reply.attr(&FOR_EVER, &self.attributes(inode));
    }

    fn read(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        len: u32,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyData,
    ) {
        let len = u64::from(len).min(self.len_bytes.saturating_sub(offset));
        let mut bytes = vec![0; usize::try_from(len).unwrap_or_default()];
        match self.image.read_exact_at(&mut bytes, offset) {
            Ok(()) => reply.data(&bytes),
            Err(_) => reply.error(Errno::EIO),
        }
    }

    fn write(
        &self,
        _: &Request,
        _: INodeNo,
        _: FileHandle,
        offset: u64,
        bytes: &[u8],
        _: WriteFlags,
        _: OpenFlags,
        _: Option<LockOwner>,
        reply: ReplyWrite,
    ) {
        match self.image.write_all_at(bytes, offset) {
            Ok(()) => {
                let bytes = bytes.to_owned();
                let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
                lock(&self.events).push(Event::Write { offset, bytes });
                reply.written(len);
            }
            Err(_) => reply.error(Errno::EIO),
        }
    }

    fn fsync(&self, _: &Request, _: INodeNo, _: FileHandle, _: bool, reply: ReplyEmpty) {
        lock(&self.events).push(Event::Flush);
        reply.ok();
    }
}
