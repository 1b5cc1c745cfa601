use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

use super::crash::Unsynced;

pub(super) type InodeNumber = u64;

/// A name in a directory.
pub(super) type Name = (InodeNumber, OsString);

/// All names in all directories, as programs see them and as the disk has them.
#[derive(Clone, Default)]
pub(super) struct Names {
    seen: BTreeMap<Name, InodeNumber>,
    disk: BTreeMap<Name, InodeNumber>,
    unsynced: Vec<NameChange>,
}

/// One thing that changes names, and that a power loss keeps or loses as a whole.
#[derive(Clone)]
pub(super) struct NameChange {
    pub(super) inode: InodeNumber,
    /// The name that it loses.
    pub(super) from: Option<Name>,
    /// The name that it gets, whatever had it before.
    pub(super) to: Option<Name>,
}

impl NameChange {
    fn apply(&self, names: &mut BTreeMap<Name, InodeNumber>) {
        if let Some(from) = &self.from
            && names.get(from) == Some(&self.inode)
        {
            names.remove(from);
        }
        if let Some(to) = &self.to {
            names.insert(to.clone(), self.inode);
        }
    }

    fn touches(&self, directory: InodeNumber) -> bool {
        let mut names = self.from.iter().chain(&self.to);
        names.any(|(parent, _)| *parent == directory)
    }
}

impl Names {
    pub(super) fn change(&mut self, change: NameChange) {
        change.apply(&mut self.seen);
        self.unsynced.push(change);
    }

    /// Changes names on the disk too, out of turn.
    pub(super) fn change_durably(&mut self, change: &NameChange) {
        change.apply(&mut self.seen);
        change.apply(&mut self.disk);
    }

    pub(super) fn get(&self, directory: InodeNumber, name: &OsStr) -> Option<InodeNumber> {
        self.seen.get(&(directory, name.to_owned())).copied()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (&Name, InodeNumber)> {
        self.seen.iter().map(|(name, inode)| (name, *inode))
    }

    /// What `directory` holds, in the order of names.
    pub(super) fn within(
        &self,
        directory: InodeNumber,
    ) -> impl Iterator<Item = (&OsStr, InodeNumber)> {
        self.seen
            .range((directory, OsString::new())..)
            .take_while(move |((parent, _), _)| *parent == directory)
            .map(|((_, name), inode)| (name.as_os_str(), *inode))
    }

    pub(super) fn links(&self, inode: InodeNumber) -> u64 {
        self.seen.values().filter(|named| **named == inode).count() as u64
    }

    pub(super) fn sync(&mut self, directory: InodeNumber) {
        for change in self.take_unsynced(directory) {
            change.apply(&mut self.disk);
        }
    }

    /// What a failing disk does to the sync of a directory: no later one makes up for it.
    pub(super) fn give_up(&mut self, directory: InodeNumber) {
        self.take_unsynced(directory);
    }

    /// Takes out what changed names in `directory`, and, as a rename between two directories is
    /// never torn apart, all that happened to the files that were moved into it or out of it.
    fn take_unsynced(&mut self, directory: InodeNumber) -> Vec<NameChange> {
        let touching = self.unsynced.iter().filter(|it| it.touches(directory));
        let moved: Vec<InodeNumber> = touching
            .filter(|it| it.from.is_some() && it.to.is_some())
            .map(|it| it.inode)
            .collect();
        self.unsynced
            .extract_if(.., |it| it.touches(directory) || moved.contains(&it.inode))
            .collect()
    }

    /// The names after a power loss that kept of the unsynced changes those that `survive`.
    pub(super) fn after_power_loss(&self, survive: &mut dyn FnMut(Unsynced) -> bool) -> Self {
        let mut disk = self.disk.clone();
        for change in &self.unsynced {
            if survive(Unsynced::Name) {
                change.apply(&mut disk);
            }
        }
        Self {
            seen: disk.clone(),
            disk,
            unsynced: Vec::new(),
        }
    }

    /// Drops the names in directories that are not there any more.
    pub(super) fn retain_in(&mut self, is_there: impl Fn(InodeNumber) -> bool) {
        self.seen.retain(|(directory, _), _| is_there(*directory));
        self.disk.retain(|(directory, _), _| is_there(*directory));
    }
}
