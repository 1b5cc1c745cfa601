//! The objects below a prefix, a page at a time.

mod ahead;
mod levels;
mod look;
mod spool;

use std::collections::VecDeque;

use ossum_client::Client;
use ossum_client::op::{ListObjectsV2, ListedObject, ObjectsCursor, ObjectsEntry};
use ossum_transfer::Worker;
use ossum_types::PrefixUrl;
use ossum_types::limits::MAX_PAGE;
use tokio_util::sync::CancellationToken;

pub use self::ahead::Listers;
use crate::error::Error;
use crate::item::{Item, object_version};

/// Asks OSS from the lister's thread, until the run ends.
#[derive(Debug)]
pub(crate) struct Asking<'a> {
    pub(crate) worker: Worker,
    pub(crate) end: &'a CancellationToken,
}

impl Asking<'_> {
    /// The answer.
    pub(crate) fn ask<T, F>(&self, ask: impl FnOnce(Client) -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, ossum_client::Error>>,
    {
        self.worker.ask(|client| async {
            tokio::select! {
                biased;
                () = self.end.cancelled() => Err(Error::Cancelled),
                answer = ask(client) => Ok(answer?),
            }
        })
    }
}

/// What a listing comes across.
#[derive(Debug)]
pub enum Listed {
    /// An object.
    Item(Item),
    /// A name that no request could carry.
    Failed(Error),
}

/// A listing that goes on as it is taken; holds one page.
#[derive(Debug)]
pub(crate) struct ObjectListing<'a> {
    asking: &'a Asking<'a>,
    prefix: &'a PrefixUrl,
    within: Within,
    page_size: u32,
    page: VecDeque<ListedObject>,
    next: Next,
    pages: u32,
}

/// Which names below a prefix are listed: those that begin with a directory, and come after one of
/// them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Within {
    directory: String,
    after: Option<String>,
}

#[derive(Debug)]
enum Next {
    From(Option<ObjectsCursor>),
    Done,
}

impl<'a> ObjectListing<'a> {
    /// Begins to list what is below `prefix`.
    pub(crate) fn begin(asking: &'a Asking<'a>, prefix: &'a PrefixUrl) -> Self {
        Self::within(asking, prefix, Within::default())
    }

    /// Begins to list some of it.
    fn within(asking: &'a Asking<'a>, prefix: &'a PrefixUrl, within: Within) -> Self {
        Self {
            asking,
            prefix,
            within,
            page_size: MAX_PAGE,
            page: VecDeque::new(),
            next: Next::From(None),
            pages: 0,
        }
    }

    /// The next one.
    ///
    /// # Errors
    /// [`Error::Client`] if the listing does not go on.
    pub(crate) fn next(&mut self) -> Result<Option<Listed>, Error> {
        loop {
            if let Some(object) = self.page.pop_front() {
                return self.listed(&object).map(Some);
            }
            if !self.fetch_next()? {
                return Ok(None);
            }
        }
    }

    /// All of the next page, of which nothing was taken yet.
    fn next_page(&mut self) -> Result<Option<Vec<Listed>>, Error> {
        if self.page.is_empty() && !self.fetch_next()? {
            return Ok(None);
        }
        let page = std::mem::take(&mut self.page).into_iter();
        page.map(|object| self.listed(&object))
            .collect::<Result<_, _>>()
            .map(Some)
    }

    /// Whether so many pages have been taken as a whole, and there are more.
    fn goes_on_after(&self, pages: u32) -> bool {
        self.pages == pages && self.page.is_empty() && matches!(self.next, Next::From(_))
    }

    /// Fetches a page, unless that was the last one.
    fn fetch_next(&mut self) -> Result<bool, Error> {
        match std::mem::replace(&mut self.next, Next::Done) {
            Next::From(cursor) => self.fetch(cursor).map(|()| true),
            Next::Done => Ok(false),
        }
    }

    fn fetch(&mut self, cursor: Option<ObjectsCursor>) -> Result<(), Error> {
        let Within { directory, after } = &self.within;
        let begin = &self.prefix.prefix;
        let after = after.as_ref().filter(|_| cursor.is_none());
        let request = ListObjectsV2 {
            prefix: format!("{begin}{directory}"),
            start_after: after.map(|after| format!("{begin}{after}")),
            cursor,
            page_size: self.page_size,
            ..ListObjectsV2::new(self.prefix.bucket.clone())
        };
        let ask = |client: Client| async move { client.list_objects_v2_page(&request).await };
        let page = self.asking.ask(ask)?;
        self.page = objects(page.entries).collect();
        self.next = page.next.map_or(Next::Done, |next| Next::From(Some(next)));
        self.pages += 1;
        Ok(())
    }

    /// # Errors
    /// [`Error::OutOfOrder`] for what was not asked for: it would come in another one's place.
    fn listed(&self, object: &ListedObject) -> Result<Listed, Error> {
        let key = match &object.key {
            Ok(key) => key,
            Err(invalid) => return Ok(Listed::Failed(invalid.clone().into())),
        };
        let name = name_below(self.prefix, key.as_str());
        if !name.starts_with(&self.within.directory) {
            return Err(Error::OutOfOrder(name.to_owned()));
        }
        Ok(Listed::Item(item(name.to_owned(), object)))
    }
}

fn item(name: String, object: &ListedObject) -> Item {
    Item {
        name,
        size: object.size,
        version: object_version(object.size, &object.etag),
        modified: None,
        changed: Some(object.last_modified),
    }
}

/// The objects of a page; without a delimiter there is nothing else.
pub(crate) fn objects(entries: Vec<ObjectsEntry>) -> impl Iterator<Item = ListedObject> {
    entries.into_iter().filter_map(|entry| match entry {
        ObjectsEntry::Object(object) => Some(object),
        _ => None,
    })
}

/// The name below `prefix` of a key that begins with it.
pub(crate) fn name_below<'k>(prefix: &PrefixUrl, key: &'k str) -> &'k str {
    key.strip_prefix(&prefix.prefix).unwrap_or(key)
}
