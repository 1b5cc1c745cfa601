use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path};

use rustix::io::Errno;

use super::names::{InodeNumber, Name};
use super::world::{ROOT, World};
use crate::FileKind;
use crate::target::names_a_directory;

/// As on Linux.
const MAX_LINKS: usize = 40;
const MAX_NAME_BYTES: usize = 255;

/// What happens at a symbolic link at the end of a path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum LastLink {
    Follow,
    Keep,
}

/// Where a path leads: to a name in a directory that exists, and to what has the name.
pub(super) struct Place {
    pub(super) name: Name,
    pub(super) inode: Option<InodeNumber>,
}

enum Step {
    Root,
    Up,
    Down(OsString),
}

/// Goes along `path`; one that does not begin with `/` begins at the root too.
pub(super) fn walk(world: &World, path: &Path, last: LastLink) -> Result<Place, Errno> {
    if path.as_os_str().is_empty() {
        return Err(Errno::NOENT);
    }
    let to_directory = names_a_directory(path);
    let follow = last == LastLink::Follow || to_directory;
    let mut left = VecDeque::from(steps(path));
    let mut directories = vec![ROOT];
    let mut links = 0;
    while let Some(step) = left.pop_front() {
        let name = match step {
            Step::Root => {
                directories.truncate(1);
                continue;
            }
            Step::Up => {
                directories.truncate(directories.len().saturating_sub(1).max(1));
                continue;
            }
            Step::Down(name) => name,
        };
        let place = place(world, &directories, name)?;
        let kind = place.inode.map(|inode| world.inode(inode).kind);
        match kind {
            Some(FileKind::Symlink) if follow || !left.is_empty() => {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::LOOP);
                }
                let link = place.inode.map(|inode| &world.inode(inode).leads_to);
                for step in link.map(|path| steps(path)).into_iter().flatten().rev() {
                    left.push_front(step);
                }
            }
            Some(FileKind::Directory) if !left.is_empty() => directories.extend(place.inode),
            None if !left.is_empty() => return Err(Errno::NOENT),
            Some(kind) if kind != FileKind::Directory && (to_directory || !left.is_empty()) => {
                return Err(Errno::NOTDIR);
            }
            _ => return Ok(place),
        }
    }
    let directory = top(&directories);
    Ok(Place {
        name: (directory, ".".into()),
        inode: Some(directory),
    })
}

fn place(world: &World, directories: &[InodeNumber], name: OsString) -> Result<Place, Errno> {
    if name.len() > MAX_NAME_BYTES {
        return Err(Errno::NAMETOOLONG);
    }
    let directory = top(directories);
    Ok(Place {
        inode: world.names.get(directory, &name),
        name: (directory, name),
    })
}

fn top(directories: &[InodeNumber]) -> InodeNumber {
    directories.last().copied().unwrap_or(ROOT)
}

fn steps(path: &Path) -> Vec<Step> {
    let step = |component: Component<'_>| match component {
        Component::Prefix(_) | Component::CurDir => None,
        Component::RootDir => Some(Step::Root),
        Component::ParentDir => Some(Step::Up),
        Component::Normal(name) => Some(Step::Down(name.to_owned())),
    };
    path.components().filter_map(step).collect()
}
