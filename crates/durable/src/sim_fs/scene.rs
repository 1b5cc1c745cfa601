//! What a test arranges and looks at: durable at once, no step, and possible in a world that is over.

use std::path::{Path, PathBuf};

use rustix::io::Errno;

use super::SimFs;
use super::content::Change;
use super::inode::Inode;
use super::names::{InodeNumber, Name, NameChange};
use super::walk::{LastLink, Place, walk};
use super::world::{ROOT, World};
use crate::FileKind;

impl SimFs {
    /// Makes a file have exactly these bytes, durably; what is missing of its path is made.
    ///
    /// An existing file stays the same file, with its permissions.
    ///
    /// # Panics
    /// If the path leads to a directory, or through a file.
    pub fn write(&self, path: impl AsRef<Path>, bytes: &[u8]) {
        let (world, path) = (&mut *self.world(), path.as_ref());
        make_directories(world, path.parent());
        let number = find_or_make(world, path, |now_ns| {
            Inode::new(FileKind::File, 0o644, now_ns)
        });
        overwrite(world, number, bytes);
    }

    /// The bytes of the file that `path` leads to.
    pub fn read(&self, path: impl AsRef<Path>) -> Option<Vec<u8>> {
        let world = self.world();
        let number = world.find(path.as_ref(), LastLink::Follow).ok()?;
        let inode = world.inode(number);
        if inode.kind != FileKind::File {
            return None;
        }
        let mut bytes = vec![0; usize::try_from(inode.seen.len_bytes).ok()?];
        inode.seen.read_at(&mut bytes, 0);
        Some(bytes)
    }

    /// Whether anything has this name, be it a link that leads nowhere.
    pub fn exists(&self, path: impl AsRef<Path>) -> bool {
        self.world().find(path.as_ref(), LastLink::Keep).is_ok()
    }

    /// The paths of all that is no directory, in order.
    pub fn files(&self) -> Vec<PathBuf> {
        let world = self.world();
        let mut files = Vec::new();
        let mut unread = vec![(ROOT, PathBuf::from("/"))];
        while let Some((directory, path)) = unread.pop() {
            for (name, number) in world.names.within(directory) {
                match world.inode(number).kind {
                    FileKind::Directory => unread.push((number, path.join(name))),
                    _ => files.push(path.join(name)),
                }
            }
        }
        files.sort();
        files
    }

    /// Makes a directory, durably, and what is missing of its path.
    ///
    /// # Panics
    /// If a file has the name.
    pub fn make_directory(&self, path: impl AsRef<Path>) {
        make_directories(&mut self.world(), Some(path.as_ref()));
    }

    /// Makes a symbolic link, durably.
    ///
    /// # Panics
    /// If the name is taken, or its directory missing.
    pub fn symlink(&self, leads_to: impl AsRef<Path>, path: impl AsRef<Path>) {
        let world = &mut *self.world();
        let name = world.find_free_name(path.as_ref()).expect("a free name");
        let now_ns = world.now_ns();
        let inode = Inode::symlink(leads_to.as_ref().to_owned(), now_ns);
        add_durably(world, name, inode);
    }

    /// Gives a file a second name, durably.
    ///
    /// # Panics
    /// If there is no such file, or the name is taken.
    pub fn hard_link(&self, from: impl AsRef<Path>, to: impl AsRef<Path>) {
        let world = &mut *self.world();
        let inode = world.find(from.as_ref(), LastLink::Keep).expect("a file");
        let to = Some(world.find_free_name(to.as_ref()).expect("a free name"));
        change_durably(world, inode, None, to);
    }

    /// Removes a name, durably, if it is there.
    pub fn remove(&self, path: impl AsRef<Path>) {
        let world = &mut *self.world();
        if let Ok(Place { name, inode }) = walk(world, path.as_ref(), LastLink::Keep)
            && let Some(inode) = inode
        {
            change_durably(world, inode, Some(name), None);
        }
    }

    /// Damages one byte on the disk, as time does: neither length nor times tell of it. What the
    /// file had unsynced becomes durable.
    ///
    /// # Panics
    /// If there is no such file, or it ends before `offset`.
    pub fn flip(&self, path: impl AsRef<Path>, offset: u64) {
        let world = &mut *self.world();
        let number = world.find(path.as_ref(), LastLink::Follow).expect("a file");
        world.inode_mut(number).flip(offset);
    }

    /// Sets a file's permissions, durably.
    ///
    /// # Panics
    /// If there is no such file.
    pub fn set_mode(&self, path: impl AsRef<Path>, mode: u32) {
        let world = &mut *self.world();
        let number = world.find(path.as_ref(), LastLink::Follow).expect("a file");
        let now_ns = world.now_ns();
        let inode = world.inode_mut(number);
        inode.change([Change::Mode(mode)], now_ns);
        inode.sync();
    }
}

fn make_directories(world: &mut World, path: Option<&Path>) {
    let path = path.unwrap_or(Path::new("/"));
    let mut directories: Vec<&Path> = path.ancestors().collect();
    directories.retain(|path| !path.as_os_str().is_empty());
    for path in directories.into_iter().rev() {
        find_or_make(world, path, |now_ns| {
            Inode::new(FileKind::Directory, 0o755, now_ns)
        });
        let found = world.find_directory(path);
        assert!(found.is_ok(), "{}: {found:?}", path.display());
    }
}

fn find_or_make(world: &mut World, path: &Path, new: impl FnOnce(i128) -> Inode) -> InodeNumber {
    match walk(world, path, LastLink::Follow) {
        Ok(Place { name, inode: None }) => {
            let now_ns = world.now_ns();
            add_durably(world, name, new(now_ns))
        }
        Ok(Place {
            name,
            inode: Some(inode),
        }) => {
            // Its name may not have been durable so far.
            if name.1 != "." {
                change_durably(world, inode, None, Some(name));
            }
            inode
        }
        Err(errno) => panic!("{}: {errno}", path.display()),
    }
}

fn add_durably(world: &mut World, name: Name, inode: Inode) -> InodeNumber {
    let number = world.new_number();
    world.inodes.insert(number, inode);
    change_durably(world, number, None, Some(name));
    number
}

fn change_durably(world: &mut World, inode: InodeNumber, from: Option<Name>, to: Option<Name>) {
    let now_ns = world.now_ns();
    world.inode_mut(inode).change([], now_ns);
    let change = NameChange { inode, from, to };
    world.names.change_durably(&change);
}

fn overwrite(world: &mut World, number: InodeNumber, bytes: &[u8]) {
    let limits = (world.write_limit_bytes, world.capacity_bytes);
    (world.write_limit_bytes, world.capacity_bytes) = (usize::MAX, None);
    let written = world
        .set_len(number, 0)
        .and_then(|()| world.write(number, bytes, 0));
    (world.write_limit_bytes, world.capacity_bytes) = limits;
    assert_eq!(written, Ok::<_, Errno>(bytes.len()));
    world.inode_mut(number).sync();
}
