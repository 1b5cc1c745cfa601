//! Lists several directories of a tree at a time, and gives all of it in the order of names.
//!
//! A listing is one request after the other, each of which has to wait for the one before. Once a
//! listing has gone on for a few pages, and these were of few directories, the directories that come after
//! them are asked for (`look.rs`, `levels.rs`), and listed ahead by several threads. What they find waits in
//! temporary files (`spool.rs`) until all before has been taken, so that memory does not grow with it.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::path::Path;
use std::thread;

use ossum_client::Client;
use ossum_transfer::Worker;
use ossum_types::PrefixUrl;
use ossum_types::limits::MAX_PAGE;
use tokio_util::sync::CancellationToken;

use super::levels::{GoneBy, Piece};
use super::spool::{Read, Reader, Refused, Writer, spool};
use super::{Asking, Listed, ObjectListing, Within};
use crate::error::Error;
use crate::queue::{Queue, Taker};
use crate::run::no_thread;

/// So many pages are listed one after the other before anything else is asked for.
const PAGES_BEFORE: u32 = 4;

/// So many listings are under way at a time at most.
pub(super) const AT_ONCE: usize = 8;

/// So many directories are listed, or were and wait to be taken; each has a file or two open.
const AHEAD: usize = 16;

/// Who lists what is below a prefix, and where what is found before its turn may wait.
#[derive(Debug, Clone, Copy)]
pub struct Listers<'a> {
    /// Who is asked.
    pub client: &'a Client,
    /// Ends it, with [`Error::Cancelled`].
    pub end: &'a CancellationToken,
    /// How many listings may be under way at a time; more than 8 are not.
    pub at_once: usize,
    /// Where temporary files without a name are made, of 30 MiB for each of 16 directories at most if names
    /// are short; absent, everything is listed in one piece.
    pub spill: Option<&'a Path>,
    /// How many objects one request is to tell of, 1 to 1,000.
    pub page_size: u32,
}

/// A directory that is to be listed, and who reads it.
struct Begun {
    within: Within,
    writer: Writer,
}

/// What comes next.
enum Ahead {
    Object(Listed),
    Directory(Within, Reader),
}

impl<'a> Listers<'a> {
    /// Listers that find all in one piece; all else as usual.
    pub fn new(client: &'a Client, end: &'a CancellationToken) -> Self {
        Self {
            client,
            end,
            at_once: AT_ONCE,
            spill: None,
            page_size: MAX_PAGE,
        }
    }

    /// Calls `take` with each object below `prefix`, in the order of their names, until it breaks.
    ///
    /// Blocks the calling thread, on which it calls. Where the tree allows it, several directories are
    /// listed at a time: at most two requests find that out, and each directory may take one request more.
    /// Holds a page for each.
    ///
    /// # Errors
    /// That the listing does not go on.
    pub fn list(
        &self,
        prefix: &PrefixUrl,
        mut take: impl FnMut(Listed) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let asking = self.asking()?;
        let mut listing = self.listing(&asking, prefix, Within::default());
        let mut gone_by = GoneBy::default();
        while !listing.goes_on_after(PAGES_BEFORE) {
            let Some(listed) = listing.next()? else {
                return Ok(());
            };
            match &listed {
                Listed::Item(item) => gone_by.add(&item.name),
                Listed::Failed(_) => gone_by.add_unnamed(),
            }
            if take(listed).is_break() {
                return Ok(());
            }
        }
        match self.pieces(&asking, prefix, &gone_by)? {
            Some(pieces) => self.list_pieces(&asking, prefix, pieces, &mut take),
            None => take_all(&mut listing, &mut take).map(|_| ()),
        }
    }

    fn asking(&self) -> Result<Asking<'_>, Error> {
        Ok(Asking {
            worker: Worker::new(self.client)?,
            end: self.end,
        })
    }

    fn listing<'l>(
        &self,
        asking: &'l Asking<'l>,
        prefix: &'l PrefixUrl,
        within: Within,
    ) -> ObjectListing<'l> {
        ObjectListing {
            page_size: self.page_size,
            ..ObjectListing::within(asking, prefix, within)
        }
    }

    fn list_pieces(
        &self,
        asking: &Asking<'_>,
        prefix: &PrefixUrl,
        pieces: Vec<Piece>,
        take: &mut impl FnMut(Listed) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let queue = Queue::new(AHEAD + 1);
        let takers: Vec<_> = (0..self.at_once.min(AT_ONCE))
            .map(|_| queue.taker())
            .collect();
        // Ends what is listed ahead, as soon as nobody wants it.
        let over = self.end.child_token();
        let ahead = Listers {
            end: &over,
            ..*self
        };
        thread::scope(|scope| {
            let finder = queue.finder();
            for taker in takers {
                let list = move || ahead.list_each(prefix, &{ taker });
                let named = thread::Builder::new().name("ossum-list".to_owned());
                named.spawn_scoped(scope, list).map_err(no_thread)?;
            }
            let mut pieces = pieces.into_iter();
            let mut ahead = VecDeque::new();
            let outcome = loop {
                while ahead.len() < AHEAD
                    && let Some(piece) = pieces.next()
                {
                    ahead.push_back(self.begin(piece, |begun| {
                        // Where nobody lists any more, the reader tells.
                        let _ = finder.put(begun);
                    }));
                }
                let Some(next) = ahead.pop_front() else {
                    break Ok(());
                };
                let taken = match next {
                    Ahead::Object(listed) => Ok(take(listed)),
                    Ahead::Directory(within, reader) => {
                        self.take_directory(asking, prefix, within, reader, take)
                    }
                };
                match taken {
                    Ok(ControlFlow::Continue(())) => {}
                    Ok(ControlFlow::Break(())) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            over.cancel();
            outcome
        })
    }

    /// Has a piece listed, if it has to be.
    fn begin(&self, piece: Piece, list: impl FnOnce(Begun)) -> Ahead {
        match piece {
            Piece::Object(item) => Ahead::Object(Listed::Item(item)),
            Piece::Below(within) => {
                let (writer, reader) = spool(self.spill.unwrap_or(Path::new("")));
                list(Begun {
                    within: within.clone(),
                    writer,
                });
                Ahead::Directory(within, reader)
            }
        }
    }

    /// Lists one directory after the other.
    fn list_each(&self, prefix: &PrefixUrl, begun: &Taker<'_, Begun>) {
        let mut asking = None;
        while let Some(Begun { within, writer }) = begun.take()
            && !self.end.is_cancelled()
        {
            let asking = match &mut asking {
                Some(asking) => asking,
                None => match self.asking() {
                    Ok(made) => asking.insert(made),
                    Err(error) => return writer.end(Err(error)),
                },
            };
            write_all(self.listing(asking, prefix, within), writer);
        }
    }

    /// Takes all of a directory that was listed ahead, and lists what was not kept of it.
    fn take_directory(
        &self,
        asking: &Asking<'_>,
        prefix: &PrefixUrl,
        within: Within,
        mut reader: Reader,
        take: &mut impl FnMut(Listed) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Error> {
        let Within { directory, after } = within;
        let mut last = after.unwrap_or_default();
        loop {
            let listed = match reader.read()? {
                Read::Listed(listed) => listed,
                Read::End => return Ok(ControlFlow::Continue(())),
                Read::NotKept => {
                    let after = (!last.is_empty()).then_some(last);
                    let rest = Within { directory, after };
                    return take_all(&mut self.listing(asking, prefix, rest), take);
                }
            };
            if let Listed::Item(item) = &listed {
                item.name.clone_into(&mut last);
            }
            if take(listed).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
    }
}

/// Lists to the end, for whoever reads.
fn write_all(mut listing: ObjectListing<'_>, mut writer: Writer) {
    loop {
        let page = match listing.next_page() {
            Ok(Some(page)) => page,
            Ok(None) => return writer.end(Ok(())),
            Err(error) => return writer.end(Err(error)),
        };
        match writer.page(page) {
            Ok(()) => {}
            Err(Refused::NobodyReads) => return,
            Err(Refused::NotKept(error)) => {
                tracing::debug!("a listing is not kept in a temporary file: {error}");
                return writer.give_up();
            }
        }
    }
}

/// Takes all that is left of a listing.
fn take_all(
    listing: &mut ObjectListing<'_>,
    take: &mut impl FnMut(Listed) -> ControlFlow<()>,
) -> Result<ControlFlow<()>, Error> {
    while let Some(listed) = listing.next()? {
        if take(listed).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

#[cfg(test)]
mod tests;
