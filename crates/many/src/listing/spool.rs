//! What a listing finds before its turn, in a temporary file without a name.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, SystemTime};
use std::vec::IntoIter;

use super::Listed;
use crate::error::Error;
use crate::item::Item;

/// So many pages wait at most; one of 1,000 short names is about 100 KiB.
const WAITING: usize = 256;

/// So many pages share a file, whose space is free again when all of them are read.
const PAGES_A_FILE: u32 = 128;

enum Message {
    Items(Arc<File>, u64, usize),
    /// A name that no request could carry.
    Failed(Error),
    /// What comes now could not be written.
    NotKept,
    /// Nothing comes any more. That the channel closes is not enough: a thread that died does that.
    End(Result<(), Error>),
}

/// The end at which pages are found.
pub(super) struct Writer {
    directory: PathBuf,
    file: Option<(Arc<File>, u64)>,
    pages: u32,
    to: SyncSender<Message>,
}

/// The end at which they are read.
pub(super) struct Reader {
    page: IntoIter<Item>,
    from: Receiver<Message>,
}

/// Why no more pages are taken.
#[derive(Debug)]
pub(super) enum Refused {
    NobodyReads,
    /// The file could not be written: whoever reads lists the rest.
    NotKept(io::Error),
}

/// What is read.
#[derive(Debug)]
pub(super) enum Read {
    Listed(Listed),
    /// What is left was not kept, and has to be listed again.
    NotKept,
    End,
}

/// The two ends; files are made in `directory`.
pub(super) fn spool(directory: &Path) -> (Writer, Reader) {
    let (to, from) = sync_channel(WAITING);
    let writer = Writer {
        directory: directory.to_owned(),
        file: None,
        pages: 0,
        to,
    };
    let reader = Reader {
        page: Vec::new().into_iter(),
        from,
    };
    (writer, reader)
}

impl Writer {
    /// Hands on a page; waits while too many are not read.
    pub(super) fn page(&mut self, page: Vec<Listed>) -> Result<(), Refused> {
        let mut items = Vec::with_capacity(128 * page.len());
        for listed in page {
            match listed {
                Listed::Item(item) => put(&mut items, &item),
                Listed::Failed(error) => {
                    self.items(&mut items)?;
                    self.send(Message::Failed(error))?;
                }
            }
        }
        self.items(&mut items)
    }

    /// Says that nothing comes any more, and whether that is all there was; or that it was not kept.
    pub(super) fn end(self, outcome: Result<(), Error>) {
        // Who reads no more does not want to know.
        let _ = self.to.send(Message::End(outcome));
    }

    /// Says that what is left was not kept.
    pub(super) fn give_up(self) {
        let _ = self.to.send(Message::NotKept);
    }

    fn items(&mut self, items: &mut Vec<u8>) -> Result<(), Refused> {
        if items.is_empty() {
            return Ok(());
        }
        let (file, begin) = self.append(items).map_err(Refused::NotKept)?;
        self.send(Message::Items(file, begin, items.len()))?;
        items.clear();
        Ok(())
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<(Arc<File>, u64)> {
        let begun = self.file.take().filter(|_| self.pages < PAGES_A_FILE);
        let (file, begin) = if let Some(begun) = begun {
            begun
        } else {
            self.pages = 0;
            (Arc::new(tempfile::tempfile_in(&self.directory)?), 0)
        };
        file.write_all_at(bytes, begin)?;
        self.pages += 1;
        self.file = Some((Arc::clone(&file), begin + bytes.len() as u64));
        Ok((file, begin))
    }

    fn send(&self, message: Message) -> Result<(), Refused> {
        self.to.send(message).map_err(|_| Refused::NobodyReads)
    }
}

impl Reader {
    /// The next one, once it is found.
    ///
    /// # Errors
    /// What ended the listing early, in its place.
    pub(super) fn read(&mut self) -> Result<Read, Error> {
        loop {
            if let Some(item) = self.page.next() {
                return Ok(Read::Listed(Listed::Item(item)));
            }
            match self.from.recv() {
                Ok(Message::Items(file, begin, len)) => {
                    let page = read(&file, begin, len).map_err(of_spool)?;
                    self.page = page.into_iter();
                }
                Ok(Message::Failed(error)) => return Ok(Read::Listed(Listed::Failed(error))),
                Ok(Message::NotKept) => return Ok(Read::NotKept),
                Ok(Message::End(outcome)) => return outcome.map(|()| Read::End),
                Err(_) => return Err(Error::Died),
            }
        }
    }
}

fn read(file: &File, begin: u64, len: usize) -> io::Result<Vec<Item>> {
    let mut bytes = vec![0; len];
    file.read_exact_at(&mut bytes, begin)?;
    let (mut left, mut items) = (bytes.as_slice(), Vec::new());
    while !left.is_empty() {
        let item = take(&mut left).ok_or(io::ErrorKind::InvalidData)?;
        items.push(item);
    }
    Ok(items)
}

/// Lengths and numbers of little end, each text after its length.
fn put(to: &mut Vec<u8>, item: &Item) {
    let changed = item.changed.map_or(Duration::ZERO, |changed| {
        // OSS has no objects of before 1970.
        let since = changed.duration_since(SystemTime::UNIX_EPOCH);
        since.unwrap_or_default()
    });
    to.extend_from_slice(&item.size.to_le_bytes());
    to.extend_from_slice(&changed.as_secs().to_le_bytes());
    to.extend_from_slice(&changed.subsec_nanos().to_le_bytes());
    for text in [&item.name, &item.version] {
        to.extend_from_slice(&(text.len() as u64).to_le_bytes());
        to.extend_from_slice(text.as_bytes());
    }
}

fn take(from: &mut &[u8]) -> Option<Item> {
    let size = u64::from_le_bytes(take_array(from)?);
    let seconds = u64::from_le_bytes(take_array(from)?);
    let nanos = u32::from_le_bytes(take_array(from)?);
    let changed = SystemTime::UNIX_EPOCH.checked_add(Duration::new(seconds, nanos));
    Some(Item {
        name: take_text(from)?,
        size,
        version: take_text(from)?,
        modified: None,
        changed,
    })
}

fn take_array<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    let (array, rest) = from.split_first_chunk()?;
    *from = rest;
    Some(*array)
}

fn take_text(from: &mut &[u8]) -> Option<String> {
    let len = usize::try_from(u64::from_le_bytes(take_array(from)?)).ok()?;
    let (text, rest) = from.split_at_checked(len)?;
    *from = rest;
    String::from_utf8(text.to_vec()).ok()
}

fn of_spool(source: io::Error) -> Error {
    Error::Local {
        action: "read the listing in",
        path: "a temporary file".into(),
        source,
    }
}
