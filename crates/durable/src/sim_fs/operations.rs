use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::SimFs;
use super::fault::Effect;
use super::file::{Access, SimFile};
use super::inode::Inode;
use super::names::{InodeNumber, Name};
use super::walk::{LastLink, Place, walk};
use super::world::World;
use crate::{FileKind, Fs, FsFile, Metadata};

/// As the umask has it on most machines.
const MODE_OF_NEW_FILES: u32 = 0o644;

impl Fs for SimFs {
    fn create_new(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        let mut world = self.world();
        world.begin(Effect::Create)?;
        let name = world.find_free_name(path)?;
        let now_ns = world.now_ns();
        let inode = world.add(name, Inode::new(FileKind::File, 0o600, now_ns));
        Ok(self.open(&mut world, inode, Access::ReadAndWrite))
    }

    fn create_unnamed(&self, directory: &Path) -> io::Result<Box<dyn FsFile>> {
        let mut world = self.world();
        world.begin(Effect::Create)?;
        world.find_directory(directory)?;
        let now_ns = world.now_ns();
        let inode = world.add_unnamed(Inode::new(FileKind::File, MODE_OF_NEW_FILES, now_ns));
        Ok(self.open(&mut world, inode, Access::ReadAndWrite))
    }

    fn open_to_read(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        let mut world = self.world();
        world.begin(Effect::Open)?;
        let inode = world.find(path, LastLink::Follow)?;
        Ok(self.open(&mut world, inode, Access::Read))
    }

    fn open_to_continue(&self, path: &Path) -> io::Result<Box<dyn FsFile>> {
        let mut world = self.world();
        world.begin(Effect::Open)?;
        let inode = world.find(path, LastLink::Keep)?;
        match world.inode(inode).kind {
            FileKind::Symlink => Err(Errno::LOOP.into()),
            FileKind::Directory => Err(Errno::ISDIR.into()),
            _ => Ok(self.open(&mut world, inode, Access::ReadAndWrite)),
        }
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        let mut world = self.world();
        world.begin(Effect::Inspect)?;
        let inode = world.find(path, LastLink::Keep)?;
        Ok(world.metadata(inode))
    }

    fn read_link(&self, path: &Path) -> io::Result<PathBuf> {
        let mut world = self.world();
        world.begin(Effect::Inspect)?;
        let inode = world.inode(world.find(path, LastLink::Keep)?);
        match inode.kind {
            FileKind::Symlink => Ok(inode.leads_to.clone()),
            _ => Err(Errno::INVAL.into()),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.begin(Effect::Rename)?;
        let (inode, from, to) = find_both(&world, from, to)?;
        // As the system does: two names of one file both stay.
        if to.inode == Some(inode) {
            return Ok(());
        }
        if let Some(replaced) = to.inode {
            check_is_no_directory(&world, replaced, Errno::ISDIR)?;
        }
        world.rename(inode, Some(from), Some(to.name));
        Ok(())
    }

    fn rename_to_free_name(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.begin(Effect::Rename)?;
        let (inode, from, to) = find_both(&world, from, to)?;
        if to.inode.is_some() {
            return Err(Errno::EXIST.into());
        }
        world.rename(inode, Some(from), Some(to.name));
        Ok(())
    }

    fn sync_directory(&self, directory: &Path) -> io::Result<()> {
        Ok(self.world().sync_directory(directory)?)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.begin(Effect::Remove)?;
        let Place { name, inode } = walk(&world, path, LastLink::Keep)?;
        let inode = inode.ok_or(Errno::NOENT)?;
        check_is_no_directory(&world, inode, Errno::ISDIR)?;
        world.rename(inode, Some(name), None);
        Ok(())
    }

    fn mode_of_new_files(&self, directory: &Path) -> io::Result<u32> {
        let mut world = self.world();
        world.begin(Effect::Inspect)?;
        world.find_directory(directory)?;
        Ok(MODE_OF_NEW_FILES)
    }

    fn available_bytes(&self, directory: &Path) -> io::Result<u64> {
        let mut world = self.world();
        world.begin(Effect::AskSpace)?;
        world.find(directory, LastLink::Follow)?;
        Ok(world.available_bytes())
    }

    fn create_directory(&self, path: &Path) -> io::Result<()> {
        let mut world = self.world();
        world.begin(Effect::CreateDirectory)?;
        let name = world.find_free_name(path)?;
        let now_ns = world.now_ns();
        world.add(name, Inode::new(FileKind::Directory, 0o700, now_ns));
        Ok(())
    }

    fn names_in(&self, directory: &Path) -> io::Result<Vec<OsString>> {
        let mut world = self.world();
        world.begin(Effect::List)?;
        let directory = world.find_directory(directory)?;
        let within = world.names.within(directory);
        Ok(within.map(|(name, _)| name.to_owned()).collect())
    }
}

impl SimFs {
    fn open(&self, world: &mut World, inode: InodeNumber, access: Access) -> Box<dyn FsFile> {
        let handle = world.new_number();
        world.inode_mut(inode).opens += 1;
        Box::new(SimFile::new(self.clone(), inode, handle, access))
    }
}

/// The file to be renamed, its name, and where it is to go.
fn find_both(world: &World, from: &Path, to: &Path) -> Result<(InodeNumber, Name, Place), Errno> {
    let from = walk(world, from, LastLink::Keep)?;
    let to = walk(world, to, LastLink::Keep)?;
    let inode = from.inode.ok_or(Errno::NOENT)?;
    // Only files are moved here; what happens to a moved directory is not simulated.
    check_is_no_directory(world, inode, Errno::NOTSUP)?;
    Ok((inode, from.name, to))
}

fn check_is_no_directory(world: &World, inode: InodeNumber, errno: Errno) -> Result<(), Errno> {
    match world.inode(inode).kind {
        FileKind::Directory => Err(errno),
        _ => Ok(()),
    }
}
