//! The objects below a prefix, a page at a time.

use std::collections::VecDeque;

use ossum_client::Client;
use ossum_client::op::{ListObjectsV2, ListedObject, ObjectsCursor, ObjectsEntry};
use ossum_transfer::Worker;
use ossum_types::PrefixUrl;
use tokio_util::sync::CancellationToken;

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
pub(crate) enum Listed {
    Item(Item),
    /// A name that no request could carry.
    Failed(Error),
}

/// A listing that goes on as it is taken; holds one page.
#[derive(Debug)]
pub(crate) struct ObjectListing<'a> {
    asking: &'a Asking<'a>,
    prefix: &'a PrefixUrl,
    page: VecDeque<ListedObject>,
    next: Next,
}

#[derive(Debug)]
enum Next {
    From(Option<ObjectsCursor>),
    Done,
}

impl<'a> ObjectListing<'a> {
    /// Begins to list what is below `prefix`.
    pub(crate) fn begin(asking: &'a Asking<'a>, prefix: &'a PrefixUrl) -> Self {
        Self {
            asking,
            prefix,
            page: VecDeque::new(),
            next: Next::From(None),
        }
    }

    /// The next one.
    ///
    /// # Errors
    /// [`Error::Client`] if the listing does not go on.
    pub(crate) fn next(&mut self) -> Result<Option<Listed>, Error> {
        loop {
            if let Some(object) = self.page.pop_front() {
                return Ok(Some(self.listed(object)));
            }
            match std::mem::replace(&mut self.next, Next::Done) {
                Next::From(cursor) => self.fetch(cursor)?,
                Next::Done => return Ok(None),
            }
        }
    }

    fn fetch(&mut self, cursor: Option<ObjectsCursor>) -> Result<(), Error> {
        let request = ListObjectsV2 {
            prefix: self.prefix.prefix.clone(),
            cursor,
            ..ListObjectsV2::new(self.prefix.bucket.clone())
        };
        let ask = |client: Client| async move { client.list_objects_v2_page(&request).await };
        let page = self.asking.ask(ask)?;
        self.page = objects(page.entries).collect();
        self.next = page.next.map_or(Next::Done, |next| Next::From(Some(next)));
        Ok(())
    }

    fn listed(&self, object: ListedObject) -> Listed {
        let key = match object.key {
            Ok(key) => key,
            Err(invalid) => return Listed::Failed(invalid.into()),
        };
        Listed::Item(Item {
            name: name_below(self.prefix, key.as_str()).to_owned(),
            size: object.size,
            version: object_version(object.size, &object.etag),
            modified: None,
            changed: Some(object.last_modified),
        })
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
