use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use super::content::{Change, Content};
use super::crash::Unsynced;
use crate::FileKind;

/// A file, directory or symbolic link, whatever names lead to it.
#[derive(Clone)]
pub(super) struct Inode {
    pub(super) kind: FileKind,
    /// Where a symbolic link leads.
    pub(super) leads_to: PathBuf,
    /// What programs see.
    pub(super) seen: Content,
    /// What a power loss leaves at least.
    disk: Content,
    /// What happened since, in order; all of it on top of `disk` is `seen`, but for `lost`.
    unsynced: Vec<Change>,
    /// Pages whose writing failed: in memory they seem to be written.
    lost: BTreeSet<u64>,
    /// How many open files it has.
    pub(super) opens: u64,
    /// Which of them holds the lock.
    pub(super) locked_by: Option<u64>,
}

impl Inode {
    pub(super) fn new(kind: FileKind, mode: u32, now_ns: i128) -> Self {
        Self::of(kind, PathBuf::new(), Content::empty(mode, now_ns))
    }

    pub(super) fn symlink(leads_to: PathBuf, now_ns: i128) -> Self {
        let content = Content::empty(0o777, now_ns);
        Self::of(FileKind::Symlink, leads_to, content)
    }

    fn of(kind: FileKind, leads_to: PathBuf, content: Content) -> Self {
        Self {
            kind,
            leads_to,
            disk: content.clone(),
            seen: content,
            unsynced: Vec::new(),
            lost: BTreeSet::new(),
            opens: 0,
            locked_by: None,
        }
    }

    /// Does all of `changes`, at this time.
    pub(super) fn change(&mut self, changes: impl IntoIterator<Item = Change>, now_ns: i128) {
        for change in changes {
            self.change_one(change);
        }
        self.change_one(Change::Changed(now_ns));
    }

    fn change_one(&mut self, change: Change) {
        self.seen.apply(&change);
        if let Change::Page { index, .. } = &change {
            // The whole page is to be written again, with what an earlier failure lost of it.
            self.lost.remove(index);
        }
        self.unsynced.push(change);
    }

    /// Brings to the disk what is not there yet, except for pages given up earlier.
    pub(super) fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            self.disk.apply(&change);
        }
        self.disk.cut_to_length();
    }

    /// Damages a byte, on the disk and as it is seen.
    pub(super) fn flip(&mut self, offset: u64) {
        self.sync();
        assert!(offset < self.seen.len_bytes, "the file ends before");
        self.seen.flip(offset);
        self.disk.flip(offset);
    }

    /// What a failing disk does to a sync: the system gives up the pages and calls them written.
    pub(super) fn give_up_pages(&mut self) {
        for change in &self.unsynced {
            if let Change::Page { index, .. } = change {
                self.lost.insert(*index);
            }
        }
        self.unsynced
            .retain(|change| !matches!(change, Change::Page { .. }));
    }

    /// Forgets what memory holds of pages that are thought to be on the disk.
    pub(super) fn drop_cache(&mut self, pages: Range<u64>) {
        let dropped: Vec<u64> = self.lost.range(pages).copied().collect();
        for index in dropped {
            self.lost.remove(&index);
            self.seen.take_page(index, &self.disk);
        }
        self.seen.cut_to_length();
    }

    /// The same file after a power loss that kept of the unsynced changes those that `survive`.
    pub(super) fn after_power_loss(&self, survive: &mut dyn FnMut(Unsynced) -> bool) -> Self {
        let mut disk = self.disk.clone();
        for change in &self.unsynced {
            if survive(described(change)) {
                disk.apply(change);
            }
        }
        disk.cut_to_length();
        Self::of(self.kind, self.leads_to.clone(), disk)
    }
}

fn described(change: &Change) -> Unsynced {
    match change {
        Change::Page { index, .. } => Unsynced::Page { index: *index },
        Change::Length(_) | Change::ReservedPages(_) => Unsynced::Length,
        Change::Mode(_) => Unsynced::Mode,
        Change::Modified(_) | Change::Changed(_) => Unsynced::Times,
    }
}
