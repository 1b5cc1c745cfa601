//! What stands below a prefix, asked in the order of names.

use ossum_client::op::{HeadObject, ListObjectsV2};
use ossum_client::{Client, ErrorKind};
use ossum_types::PrefixUrl;

use crate::error::Error;
use crate::item::{Existing, object_version};
use crate::listing::{Asking, name_below, objects};
use crate::route::below;

/// Answers from a listing of the destination, of which it holds one page. Where the names that are
/// asked for are few among many, it asks for each: never more than two requests a name, and one for
/// a thousand at best.
#[derive(Debug)]
pub(crate) struct AtDestination<'a> {
    asking: &'a Asking<'a>,
    prefix: &'a PrefixUrl,
    /// In order.
    page: Vec<(String, Existing)>,
    covers: Covers,
    /// The name that was asked for last.
    last: Option<String>,
}

/// Which names the page tells of; those before the last one that was asked for do not matter.
#[derive(Debug, PartialEq, Eq)]
enum Covers {
    Nothing,
    UpTo(String),
    All,
}

impl<'a> AtDestination<'a> {
    pub(crate) fn new(asking: &'a Asking<'a>, prefix: &'a PrefixUrl) -> Self {
        Self {
            asking,
            prefix,
            page: Vec::new(),
            covers: Covers::Nothing,
            last: None,
        }
    }

    /// What stands at `name`, which comes after all names before.
    ///
    /// # Errors
    /// [`Error::Client`] if that could not be found out.
    pub(crate) fn find(&mut self, name: &str) -> Result<Option<Existing>, Error> {
        if !self.is_covered(name) {
            self.fetch()?;
        }
        let found = if self.is_covered(name) {
            self.in_page(name)
        } else {
            self.head(name)?
        };
        self.last = Some(name.to_owned());
        Ok(found)
    }

    fn is_covered(&self, name: &str) -> bool {
        match &self.covers {
            Covers::Nothing => false,
            Covers::UpTo(last) => name <= last.as_str(),
            Covers::All => true,
        }
    }

    fn in_page(&self, name: &str) -> Option<Existing> {
        let found = self
            .page
            .binary_search_by(|(there, _)| there.as_str().cmp(name));
        found.ok().map(|at| self.page[at].1.clone())
    }

    /// Fetches the page after the last name that was asked for.
    fn fetch(&mut self) -> Result<(), Error> {
        let last = self.last.as_ref();
        let request = ListObjectsV2 {
            prefix: self.prefix.prefix.clone(),
            start_after: last.map(|last| format!("{}{last}", self.prefix.prefix)),
            ..ListObjectsV2::new(self.prefix.bucket.clone())
        };
        let ask = |client: Client| async move { client.list_objects_v2_page(&request).await };
        let page = self.asking.ask(ask)?;
        self.page.clear();
        for object in objects(page.entries) {
            // A name that no request could carry is nobody's destination.
            if let Ok(key) = object.key {
                let existing = Existing {
                    version: object_version(object.size, &object.etag),
                    modified: None,
                };
                let name = name_below(self.prefix, key.as_str()).to_owned();
                self.page.push((name, existing));
            }
        }
        self.covers = match (page.next, self.page.last()) {
            (None, _) => Covers::All,
            (Some(_), Some((last, _))) => Covers::UpTo(last.clone()),
            (Some(_), None) => Covers::Nothing,
        };
        Ok(())
    }

    fn head(&self, name: &str) -> Result<Option<Existing>, Error> {
        let url = below(self.prefix, name)?;
        let head = HeadObject::new(url.bucket, url.key);
        match self
            .asking
            .ask(|client| async move { client.head_object(&head).await })
        {
            Ok(info) => Ok(Some(Existing {
                version: object_version(info.size, &info.etag),
                modified: None,
            })),
            Err(Error::Client(error)) if error.kind() == ErrorKind::NoSuchKey => Ok(None),
            Err(error) => Err(error),
        }
    }
}
