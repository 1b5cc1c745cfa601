use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use rustix::io::Errno;

use super::content::{Change, PAGE_BYTES, by_page, pages_for};
use super::fault::{Effect, Faults, loses_data};
use super::inode::Inode;
use super::names::{InodeNumber, Name, NameChange, Names};
use super::walk::{LastLink, Place, walk};
use crate::{FileId, FileKind, Metadata};

pub(super) const ROOT: InodeNumber = 1;

/// What is free where no limit was set.
const PLENTY_BYTES: u64 = 1 << 60;

/// 2023; only its order matters.
const BEGINNING_NS: i128 = 1_700_000_000_000_000_000;

/// Everything there is, from one start of the machine or process to its end.
#[derive(Clone)]
pub(super) struct World {
    pub(super) inodes: BTreeMap<InodeNumber, Inode>,
    pub(super) names: Names,
    pub(super) faults: Faults,
    pub(super) write_limit_bytes: usize,
    pub(super) read_limit_bytes: usize,
    /// Reads and writes that these have cut.
    pub(super) shortened: u64,
    /// Writes and reservations that there was no space for, or not for all of it.
    pub(super) out_of_space: u64,
    pub(super) crash_at: Option<u64>,
    /// It has ended: another world has taken its place.
    pub(super) over: bool,
    /// Something was refused because it had ended.
    pub(super) refused: bool,
    /// All the space there is, used or not.
    pub(super) capacity_bytes: Option<u64>,
    /// Who owns every file.
    pub(super) owner: u32,
    next_number: u64,
    clock_ns: i128,
}

impl World {
    pub(super) fn new() -> Self {
        let root = Inode::new(FileKind::Directory, 0o755, BEGINNING_NS);
        Self {
            inodes: BTreeMap::from([(ROOT, root)]),
            names: Names::default(),
            faults: Faults::default(),
            write_limit_bytes: usize::MAX,
            read_limit_bytes: usize::MAX,
            shortened: 0,
            out_of_space: 0,
            crash_at: None,
            over: false,
            refused: false,
            capacity_bytes: None,
            owner: rustix::process::geteuid().as_raw(),
            next_number: ROOT + 1,
            clock_ns: BEGINNING_NS,
        }
    }

    /// The same bytes and names with nothing planned and nothing done.
    pub(super) fn restarted(&self) -> Self {
        Self {
            inodes: self.inodes.clone(),
            names: self.names.clone(),
            capacity_bytes: self.capacity_bytes,
            owner: self.owner,
            next_number: self.next_number,
            clock_ns: self.clock_ns,
            ..Self::new()
        }
    }

    /// Fails if this world has ended: then nothing more can be done or even seen in it.
    pub(super) fn check_alive(&mut self) -> Result<(), Errno> {
        let crashed = self.crash_at.is_some_and(|step| self.steps() >= step);
        if self.over || crashed {
            self.refused = true;
            return Err(Errno::IO);
        }
        Ok(())
    }

    /// What comes before every effect: it fails here, without having been done.
    pub(super) fn begin(&mut self, effect: Effect) -> Result<(), Errno> {
        self.check_alive()?;
        self.faults.attempt(effect)
    }

    pub(super) fn steps(&self) -> u64 {
        self.faults.done().len() as u64
    }

    /// The time, which passes by being asked for.
    pub(super) fn now_ns(&mut self) -> i128 {
        self.clock_ns += 1;
        self.clock_ns
    }

    /// A number that nothing in this world had before.
    pub(super) fn new_number(&mut self) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        number
    }

    pub(super) fn inode(&self, number: InodeNumber) -> &Inode {
        self.inodes.get(&number).expect(KEPT)
    }

    pub(super) fn inode_mut(&mut self, number: InodeNumber) -> &mut Inode {
        self.inodes.get_mut(&number).expect(KEPT)
    }

    /// What `path` leads to.
    pub(super) fn find(&self, path: &Path, last: LastLink) -> Result<InodeNumber, Errno> {
        walk(self, path, last)?.inode.ok_or(Errno::NOENT)
    }

    pub(super) fn find_directory(&self, path: &Path) -> Result<InodeNumber, Errno> {
        let found = self.find(path, LastLink::Follow)?;
        match self.inode(found).kind {
            FileKind::Directory => Ok(found),
            _ => Err(Errno::NOTDIR),
        }
    }

    /// The free name that `path` is.
    pub(super) fn find_free_name(&self, path: &Path) -> Result<Name, Errno> {
        match walk(self, path, LastLink::Keep)? {
            Place { inode: None, name } => Ok(name),
            _ => Err(Errno::EXIST),
        }
    }

    /// Moves a name, or removes it.
    pub(super) fn rename(&mut self, inode: InodeNumber, from: Option<Name>, to: Option<Name>) {
        let now_ns = self.now_ns();
        self.inode_mut(inode).change([], now_ns);
        self.names.change(NameChange { inode, from, to });
    }

    /// Takes up a new inode that has no name.
    pub(super) fn add_unnamed(&mut self, inode: Inode) -> InodeNumber {
        let number = self.new_number();
        self.inodes.insert(number, inode);
        number
    }

    /// Gives a new inode its first name.
    pub(super) fn add(&mut self, name: Name, inode: Inode) -> InodeNumber {
        let number = self.add_unnamed(inode);
        self.names.change(NameChange {
            inode: number,
            from: None,
            to: Some(name),
        });
        number
    }

    pub(super) fn metadata(&self, number: InodeNumber) -> Metadata {
        let Inode { kind, seen, .. } = self.inode(number);
        Metadata {
            kind: *kind,
            id: FileId {
                device: 1,
                inode: number,
            },
            len_bytes: seen.len_bytes,
            allocated_bytes: seen.allocated_bytes(),
            modified_ns: seen.modified_ns,
            changed_ns: seen.changed_ns,
            mode: seen.mode,
            links: self.names.links(number),
            owner: self.owner,
        }
    }

    /// What is not used by a file that has a name or is open.
    pub(super) fn available_bytes(&self) -> u64 {
        let Some(capacity) = self.capacity_bytes else {
            return PLENTY_BYTES;
        };
        capacity.saturating_sub(self.used_bytes())
    }

    pub(super) fn used_bytes(&self) -> u64 {
        let named: BTreeSet<InodeNumber> = self.names.all().map(|(_, inode)| inode).collect();
        let used = |(number, inode): (&InodeNumber, &Inode)| {
            let is_used = inode.opens > 0 || named.contains(number);
            is_used.then(|| inode.seen.allocated_bytes())
        };
        self.inodes.iter().filter_map(used).sum()
    }

    /// Writes as much as there is space for.
    pub(super) fn write(
        &mut self,
        number: InodeNumber,
        bytes: &[u8],
        offset: u64,
    ) -> Result<usize, Errno> {
        let allowed = bytes.len().min(self.write_limit_bytes);
        self.shortened += u64::from(allowed < bytes.len());
        let bytes = &bytes[..allowed];
        check_length(offset, bytes.len() as u64)?;
        let mut free_pages = self.available_bytes() / PAGE_BYTES;
        let now_ns = self.now_ns();
        let inode = self.inode_mut(number);
        let (mut written, mut changes) = (0, Vec::new());
        for (index, start, piece) in by_page(bytes, offset) {
            if !inode.seen.has_space_for(index) {
                if free_pages == 0 {
                    break;
                }
                free_pages -= 1;
            }
            changes.push(inode.seen.write_page(index, start, piece));
            written += piece.len();
        }
        let is_refused = written == 0 && !bytes.is_empty();
        if !is_refused {
            changes.extend(growth(inode, offset + written as u64));
            changes.push(Change::Modified(now_ns));
            inode.change(changes, now_ns);
        }
        self.out_of_space += u64::from(written < bytes.len());
        if is_refused {
            return Err(Errno::NOSPC);
        }
        Ok(written)
    }

    pub(super) fn set_len(&mut self, number: InodeNumber, len_bytes: u64) -> Result<(), Errno> {
        check_length(0, len_bytes)?;
        let now_ns = self.now_ns();
        let changes = [Change::Length(len_bytes), Change::Modified(now_ns)];
        self.inode_mut(number).change(changes, now_ns);
        Ok(())
    }

    pub(super) fn preallocate(&mut self, number: InodeNumber, len_bytes: u64) -> Result<(), Errno> {
        if len_bytes == 0 {
            return Err(Errno::INVAL);
        }
        check_length(0, len_bytes)?;
        let pages = pages_for(len_bytes);
        let more = self.inode(number).seen.pages_to_reserve(pages);
        if more > self.available_bytes() / PAGE_BYTES {
            self.out_of_space += 1;
            return Err(Errno::NOSPC);
        }
        let now_ns = self.now_ns();
        let inode = self.inode_mut(number);
        let changes = [Change::ReservedPages(pages), Change::Modified(now_ns)];
        let changes = changes.into_iter().chain(growth(inode, len_bytes));
        inode.change(changes, now_ns);
        Ok(())
    }

    pub(super) fn sync(&mut self, number: InodeNumber) -> Result<(), Errno> {
        self.check_alive()?;
        if let Err(errno) = self.faults.attempt(Effect::Sync) {
            if loses_data(errno) {
                self.inode_mut(number).give_up_pages();
            }
            return Err(errno);
        }
        if !self.faults.ignores(Effect::Sync) {
            self.inode_mut(number).sync();
        }
        Ok(())
    }

    pub(super) fn sync_directory(&mut self, path: &Path) -> Result<(), Errno> {
        self.check_alive()?;
        let directory = self.find_directory(path);
        if let Err(errno) = self.faults.attempt(Effect::SyncDirectory) {
            if loses_data(errno) {
                self.names.give_up(directory?);
            }
            return Err(errno);
        }
        let directory = directory?;
        if !self.faults.ignores(Effect::SyncDirectory) {
            self.names.sync(directory);
        }
        Ok(())
    }
}

const KEPT: &str = "inodes are kept for as long as their world lasts";

fn growth(inode: &Inode, len_bytes: u64) -> Option<Change> {
    (len_bytes > inode.seen.len_bytes).then_some(Change::Length(len_bytes))
}

/// Files have at most `i64::MAX` bytes.
fn check_length(offset: u64, len_bytes: u64) -> Result<(), Errno> {
    let end = offset.checked_add(len_bytes).ok_or(Errno::FBIG)?;
    i64::try_from(end).map(drop).map_err(|_| Errno::FBIG)
}
