//! The bytes and attributes of one file, once as programs see them and once as the disk has them.

use std::collections::BTreeMap;
use std::sync::Arc;

/// What is written to a disk as a whole.
pub(super) const PAGE_BYTES: u64 = PAGE as u64;

const PAGE: usize = 4096;

type Page = [u8; PAGE];

/// A file's bytes and attributes. Pages that were never written take no memory and read as zeros.
#[derive(Clone)]
pub(super) struct Content {
    pages: BTreeMap<u64, Arc<Page>>,
    /// So many pages from the start have space on the disk, written or not.
    reserved_pages: u64,
    pub(super) len_bytes: u64,
    pub(super) mode: u32,
    pub(super) modified_ns: i128,
    pub(super) changed_ns: i128,
}

/// One thing that changes a content, and that a power loss keeps or loses as a whole.
#[derive(Clone)]
pub(super) enum Change {
    Page { index: u64, page: Arc<Page> },
    Length(u64),
    ReservedPages(u64),
    Mode(u32),
    Modified(i128),
    Changed(i128),
}

impl Content {
    pub(super) fn empty(mode: u32, now_ns: i128) -> Self {
        Self {
            pages: BTreeMap::new(),
            reserved_pages: 0,
            len_bytes: 0,
            mode,
            modified_ns: now_ns,
            changed_ns: now_ns,
        }
    }

    pub(super) fn apply(&mut self, change: &Change) {
        match change {
            Change::Page { index, page } => {
                self.pages.insert(*index, Arc::clone(page));
            }
            Change::Length(len_bytes) => {
                self.len_bytes = *len_bytes;
                self.cut_to_length();
            }
            Change::ReservedPages(pages) => self.reserved_pages = self.reserved_pages.max(*pages),
            Change::Mode(mode) => self.mode = *mode,
            Change::Modified(ns) => self.modified_ns = *ns,
            Change::Changed(ns) => self.changed_ns = *ns,
        }
    }

    /// Drops what is beyond the length, so that growing again brings zeros.
    pub(super) fn cut_to_length(&mut self) {
        let kept = pages_for(self.len_bytes);
        self.pages.split_off(&kept);
        self.reserved_pages = self.reserved_pages.min(kept);
        let end = in_page(self.len_bytes);
        if end != 0
            && let Some(page) = self.pages.get_mut(&(self.len_bytes / PAGE_BYTES))
        {
            Arc::make_mut(page)[end..].fill(0);
        }
    }

    /// Makes a page what it is in `other`.
    pub(super) fn take_page(&mut self, index: u64, other: &Self) {
        match other.pages.get(&index) {
            Some(page) => self.pages.insert(index, Arc::clone(page)),
            None => self.pages.remove(&index),
        };
    }

    /// The change that writes `bytes` into one page, `start` bytes after its beginning.
    pub(super) fn write_page(&self, index: u64, start: usize, bytes: &[u8]) -> Change {
        let mut page = self.pages.get(&index).map_or([0; PAGE], |page| **page);
        page[start..start + bytes.len()].copy_from_slice(bytes);
        Change::Page {
            index,
            page: Arc::new(page),
        }
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> usize {
        let left = self.len_bytes.saturating_sub(offset);
        let len = usize::try_from(left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let mut done = 0;
        while done < len {
            let at = offset + done as u64;
            let start = in_page(at);
            let count = (PAGE - start).min(len - done);
            let into = &mut buffer[done..done + count];
            match self.pages.get(&(at / PAGE_BYTES)) {
                Some(page) => into.copy_from_slice(&page[start..start + count]),
                None => into.fill(0),
            }
            done += count;
        }
        len
    }

    pub(super) fn flip(&mut self, offset: u64) {
        let page = self.pages.entry(offset / PAGE_BYTES);
        let page = page.or_insert_with(|| Arc::new([0; PAGE]));
        Arc::make_mut(page)[in_page(offset)] ^= 1;
    }

    /// Whether writing this page takes no more space.
    pub(super) fn has_space_for(&self, index: u64) -> bool {
        index < self.reserved_pages || self.pages.contains_key(&index)
    }

    /// How many more pages it would have if so many from its start were reserved.
    pub(super) fn pages_to_reserve(&self, pages: u64) -> u64 {
        let from = self.reserved_pages.min(pages);
        pages - from - self.pages.range(from..pages).count() as u64
    }

    pub(super) fn allocated_bytes(&self) -> u64 {
        let beyond = self.pages.range(self.reserved_pages..).count() as u64;
        (self.reserved_pages + beyond) * PAGE_BYTES
    }
}

/// The pieces of `bytes` that fall into one page each: page index, start in the page, bytes.
pub(super) fn by_page(mut bytes: &[u8], mut offset: u64) -> Vec<(u64, usize, &[u8])> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let start = in_page(offset);
        let (piece, rest) = bytes.split_at(bytes.len().min(PAGE - start));
        pieces.push((offset / PAGE_BYTES, start, piece));
        offset += piece.len() as u64;
        bytes = rest;
    }
    pieces
}

pub(super) fn pages_for(len_bytes: u64) -> u64 {
    len_bytes.div_ceil(PAGE_BYTES)
}

fn in_page(offset: u64) -> usize {
    usize::try_from(offset % PAGE_BYTES).expect("a remainder is less than a page")
}
