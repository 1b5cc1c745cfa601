use std::fmt;
use std::io;
use std::path::Path;
use std::sync::MutexGuard;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::io::Errno;

use super::SimFs;
use super::content::{Change, PAGE_BYTES};
use super::fault::Effect;
use super::names::InodeNumber;
use super::world::World;
use crate::{FileKind, FsFile, Metadata};

/// What a file was opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    ReadAndWrite,
}

/// An open file of one world; with that world it ends.
pub(super) struct SimFile {
    fs: SimFs,
    inode: InodeNumber,
    handle: u64,
    access: Access,
}

impl SimFile {
    /// The caller has counted it in the inode.
    pub(super) fn new(fs: SimFs, inode: InodeNumber, handle: u64, access: Access) -> Self {
        Self {
            fs,
            inode,
            handle,
            access,
        }
    }

    /// Begins an effect on the file, which fails here if it is to fail.
    fn begin(&self, effect: Effect) -> Result<MutexGuard<'_, World>, Errno> {
        let mut world = self.fs.world();
        world.begin(effect)?;
        Ok(world)
    }

    /// The same for an effect that is refused with this error if the file is open for reading.
    fn begin_writing(
        &self,
        effect: Effect,
        refusal: Errno,
    ) -> Result<MutexGuard<'_, World>, Errno> {
        let world = self.begin(effect)?;
        match self.access {
            Access::Read => Err(refusal),
            Access::ReadAndWrite => Ok(world),
        }
    }
}

impl FsFile for SimFile {
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let mut world = self.begin_writing(Effect::Write, Errno::BADF)?;
        Ok(world.write(self.inode, bytes, offset)?)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut world = self.begin(Effect::Read)?;
        if world.inode(self.inode).kind == FileKind::Directory {
            return Err(Errno::ISDIR.into());
        }
        let wanted = buffer.len().min(world.read_limit_bytes);
        world.shortened += u64::from(wanted < buffer.len());
        let inode = world.inode(self.inode);
        Ok(inode.seen.read_at(&mut buffer[..wanted], offset))
    }

    fn give_name(&self, path: &Path) -> io::Result<()> {
        let mut world = self.begin(Effect::Rename)?;
        let name = world.find_free_name(path)?;
        world.rename(self.inode, None, Some(name));
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        Ok(self.fs.world().sync(self.inode)?)
    }

    fn set_len(&self, len_bytes: u64) -> io::Result<()> {
        let mut world = self.begin_writing(Effect::SetLen, Errno::INVAL)?;
        Ok(world.set_len(self.inode, len_bytes)?)
    }

    fn preallocate(&self, len_bytes: u64) -> io::Result<()> {
        let mut world = self.begin_writing(Effect::Preallocate, Errno::BADF)?;
        Ok(world.preallocate(self.inode, len_bytes)?)
    }

    fn set_mode(&self, mode: u32) -> io::Result<()> {
        let mut world = self.begin(Effect::SetMode)?;
        let now_ns = world.now_ns();
        let inode = world.inode_mut(self.inode);
        inode.change([Change::Mode(mode & 0o7777)], now_ns);
        Ok(())
    }

    fn set_modified(&self, time: SystemTime) -> io::Result<()> {
        let mut world = self.begin(Effect::SetModified)?;
        let now_ns = world.now_ns();
        let inode = world.inode_mut(self.inode);
        inode.change([Change::Modified(since_1970_ns(time))], now_ns);
        Ok(())
    }

    fn start_writeback(&self, offset: u64, len_bytes: u64) -> io::Result<()> {
        let mut world = self.begin(Effect::StartWriteback)?;
        // What was begun may or may not be done when the power goes: it stays unsynced. But clean
        // pages are forgotten, and with them what only seems to be written.
        let end = offset.saturating_add(len_bytes) / PAGE_BYTES;
        let inode = world.inode_mut(self.inode);
        inode.drop_cache(offset.div_ceil(PAGE_BYTES)..end.max(offset.div_ceil(PAGE_BYTES)));
        Ok(())
    }

    fn drop_cache(&self) -> io::Result<()> {
        let mut world = self.begin(Effect::DropCache)?;
        world.inode_mut(self.inode).drop_cache(0..u64::MAX);
        Ok(())
    }

    fn try_lock(&self) -> io::Result<bool> {
        let mut world = self.begin(Effect::Lock)?;
        let holder = &mut world.inode_mut(self.inode).locked_by;
        Ok(*holder.get_or_insert(self.handle) == self.handle)
    }

    fn metadata(&self) -> io::Result<Metadata> {
        let world = self.begin(Effect::Inspect)?;
        Ok(world.metadata(self.inode))
    }
}

impl Drop for SimFile {
    fn drop(&mut self) {
        let mut world = self.fs.world();
        let inode = world.inode_mut(self.inode);
        inode.opens -= 1;
        inode.locked_by.take_if(|holder| *holder == self.handle);
    }
}

impl fmt::Debug for SimFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimFile")
            .field("inode", &self.inode)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

fn since_1970_ns(time: SystemTime) -> i128 {
    let nanoseconds = |span: std::time::Duration| {
        i128::try_from(span.as_nanos()).expect("64 bits of seconds are fewer than 127 of ns")
    };
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => nanoseconds(after),
        Err(before) => -nanoseconds(before.duration()),
    }
}
