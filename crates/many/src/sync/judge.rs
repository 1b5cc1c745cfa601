//! Answers what two listings leave open, by a question to OSS or by reading a file.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use ossum_client::op::{HeadObject, ObjectInfo};
use ossum_client::{Client, ErrorKind};
use ossum_transfer::{Worker, modified};
use ossum_types::{Crc64, Crc64Hasher, PrefixUrl};

use super::checksums::Learnt;
use super::compare::{Question, is_same_moment};
use super::plan::Why;
use crate::error::Error;
use crate::item::Item;
use crate::listing::Asking;
use crate::route::{Route, below};
use crate::walk::file_item;
use crate::work::Context;

/// Two items of one size that may be the same.
#[derive(Debug)]
pub(super) struct Doubt {
    /// Where it stands among all that was found.
    pub(super) number: u64,
    pub(super) source: Item,
    pub(super) there: Item,
    pub(super) question: Question,
    /// The CRC-64 of the file, if that was learnt before.
    pub(super) known: Option<Crc64>,
}

/// The answer.
pub(super) struct Judged {
    pub(super) judgement: Judgement,
    /// What the file's CRC-64 is, if that was asked and will be known next time.
    pub(super) learnt: Option<Learnt>,
}

/// Whether the destination has to be made anew, and why.
pub(super) type Judgement = Result<Option<Why>, Error>;

/// One who judges, on a thread of its own.
pub(super) struct Judge<'a> {
    context: &'a Context<'a>,
    asking: Asking<'a>,
    /// The same about the source of a copy.
    asking_source: Asking<'a>,
    buffer: Vec<u8>,
}

const READ_BYTES: usize = 1 << 20;

impl<'a> Judge<'a> {
    pub(super) fn new(context: &'a Context<'a>) -> Result<Self, Error> {
        let asking = |client: &Client| {
            Ok::<_, Error>(Asking {
                worker: Worker::new(client)?,
                end: context.monitor.token(),
            })
        };
        let source_client = context.run.source_client.as_ref();
        Ok(Self {
            context,
            asking: asking(context.client)?,
            asking_source: asking(source_client.unwrap_or(context.client))?,
            buffer: Vec::new(),
        })
    }

    pub(super) fn judge(&mut self, doubt: &Doubt) -> Judged {
        let mut learnt = None;
        let judgement = match doubt.question {
            Question::Times => self.times(doubt),
            Question::Checksums => self.checksums(doubt, &mut learnt),
        };
        Judged { judgement, learnt }
    }

    fn times(&self, doubt: &Doubt) -> Judgement {
        let (source, there) = (&doubt.source, &doubt.there);
        match &self.context.run.route {
            Route::Up { destination, .. } => {
                let object = if_there(info(&self.asking, destination, &there.name))?;
                Ok(object.map_or(Some(Why::Missing), |object| differ_in_time(&object, source)))
            }
            Route::Down { source: prefix, .. } => {
                let object = info(&self.asking, prefix, &source.name)?;
                Ok(differ_in_time(&object, there))
            }
            // Whose question is never that.
            Route::Across { .. } => Ok(Some(Why::Modified)),
        }
    }

    fn checksums(&mut self, doubt: &Doubt, learnt: &mut Option<Learnt>) -> Judgement {
        let (source, there) = (&doubt.source, &doubt.there);
        let (object, file, path) = match &self.context.run.route {
            Route::Up {
                source: root,
                destination,
            } => {
                let object = if_there(info(&self.asking, destination, &there.name))?;
                let Some(object) = object else {
                    return Ok(Some(Why::Missing));
                };
                (object, source, root.join(&source.name))
            }
            Route::Down { source: prefix, .. } => {
                let object = info(&self.asking, prefix, &source.name)?;
                let root = self.context.root.clone().unwrap_or_default();
                (object, there, root.join(&there.name))
            }
            Route::Across {
                source: prefix,
                destination,
            } => {
                let one = info(&self.asking_source, prefix, &source.name)?;
                let Some(other) = if_there(info(&self.asking, destination, &there.name))? else {
                    return Ok(Some(Why::Missing));
                };
                return Ok(differ_in_checksum(one.crc64, other.crc64));
            }
        };
        // Where it cannot be compared, the file need not be read.
        if object.crc64.is_none() {
            return Ok(Some(Why::NoChecksum));
        }
        let (checksum, found) = self.crc64_of(&path, &file.name, doubt.known)?;
        if found.identity() != file.identity() {
            // It is another one by now, or became one while it was read.
            return Ok(Some(Why::Modified));
        }
        *learnt = Learnt::of(&found, checksum);
        Ok(differ_in_checksum(object.crc64, Some(checksum)))
    }

    /// The CRC-64 of a file, `known` if it was learnt before, and which file it is after that.
    pub(super) fn crc64_of(
        &mut self,
        path: &Path,
        name: &str,
        known: Option<Crc64>,
    ) -> Result<(Crc64, Item), Error> {
        let crc64 = match known {
            Some(known) => known,
            None => self.read(path)?,
        };
        let found = fs::metadata(path).map_err(Error::local("look at", path))?;
        Ok((crc64, file_item(name.to_owned(), &found)))
    }

    /// What is known of an object of the destination, if it is there.
    pub(super) fn object_there(&self, name: &str) -> Result<Option<ObjectInfo>, Error> {
        match &self.context.run.route {
            Route::Up { destination, .. } | Route::Across { destination, .. } => {
                if_there(info(&self.asking, destination, name))
            }
            Route::Down { .. } => Ok(None),
        }
    }

    /// The CRC-64 of a file's bytes.
    fn read(&mut self, path: &Path) -> Result<Crc64, Error> {
        let failed = |source| Error::local("read", path)(source);
        self.buffer.resize(READ_BYTES, 0);
        let mut file = File::open(path).map_err(failed)?;
        let mut hasher = Crc64Hasher::new();
        loop {
            if self.context.monitor.token().is_cancelled() {
                return Err(Error::Cancelled);
            }
            match file.read(&mut self.buffer).map_err(failed)? {
                0 => return Ok(hasher.finish()),
                read => hasher.update(&self.buffer[..read]),
            }
        }
    }
}

fn differ_in_checksum(one: Option<Crc64>, other: Option<Crc64>) -> Option<Why> {
    match (one, other) {
        (Some(one), Some(other)) => (one != other).then_some(Why::Checksum),
        _ => Some(Why::NoChecksum),
    }
}

fn info(asking: &Asking<'_>, prefix: &PrefixUrl, name: &str) -> Result<ObjectInfo, Error> {
    let url = below(prefix, name)?;
    let head = HeadObject::new(url.bucket, url.key);
    asking.ask(|client| async move { client.head_object(&head).await })
}

/// `None` for an object that is gone by now.
fn if_there(asked: Result<ObjectInfo, Error>) -> Result<Option<ObjectInfo>, Error> {
    match asked {
        Err(Error::Client(error)) if error.kind() == ErrorKind::NoSuchKey => Ok(None),
        asked => asked.map(Some),
    }
}

/// Holds the time that was kept with the object against that of the file.
fn differ_in_time(object: &ObjectInfo, file: &Item) -> Option<Why> {
    let is_same = match (modified(object), file.modified) {
        (Some(kept), Some(modified)) => is_same_moment(kept, modified),
        _ => false,
    };
    (!is_same).then_some(Why::Modified)
}
