//! Whether both sides are what a plan was made for.

use std::fs;
use std::path::Path;

use ossum_client::op::HeadObject;
use ossum_client::{Client, ErrorKind};
use ossum_types::PrefixUrl;

use crate::error::Error;
use crate::item::{Item, Planned, object_version};
use crate::listing::Asking;
use crate::route::{Route, below};
use crate::walk::file_version;

/// Who is asked about each side.
pub(crate) struct Sides<'a> {
    pub(crate) route: &'a Route,
    /// The directory that is downloaded to, without links.
    pub(crate) root: Option<&'a Path>,
    pub(crate) asking: &'a Asking<'a>,
    /// The same about the source of a copy.
    pub(crate) source_client: Option<&'a Client>,
}

impl Sides<'_> {
    /// Finds that neither side has changed.
    ///
    /// # Errors
    /// [`Error::Drifted`] with the side that has, and what else kept it from being found out.
    pub(crate) fn hold_still(&self, item: &Item, planned: &Planned) -> Result<(), Error> {
        if self.source(&item.name)?.as_ref() != Some(&item.version) {
            return Err(Error::Drifted(self.route.source_of(&item.name)));
        }
        self.destination_holds_still(&item.name, planned.destination.as_deref())
    }

    /// Finds that the destination has not changed: `planned` is which bytes it had.
    pub(crate) fn destination_holds_still(
        &self,
        name: &str,
        planned: Option<&str>,
    ) -> Result<(), Error> {
        if self.destination(name)?.as_deref() == planned {
            return Ok(());
        }
        Err(Error::Drifted(self.route.destination_of(name)))
    }

    fn source(&self, name: &str) -> Result<Option<String>, Error> {
        match self.route {
            Route::Up { source, .. } => of_file(&source.join(name)),
            Route::Down { source, .. } => self.of_object(None, source, name),
            Route::Across { source, .. } => self.of_object(self.source_client, source, name),
        }
    }

    fn destination(&self, name: &str) -> Result<Option<String>, Error> {
        match self.route {
            Route::Down { .. } => match self.root {
                Some(root) => of_file(&root.join(name)),
                None => Ok(None),
            },
            Route::Up { destination, .. } | Route::Across { destination, .. } => {
                self.of_object(None, destination, name)
            }
        }
    }

    fn of_object(
        &self,
        asked: Option<&Client>,
        prefix: &PrefixUrl,
        name: &str,
    ) -> Result<Option<String>, Error> {
        let url = below(prefix, name)?;
        let head = HeadObject::new(url.bucket, url.key);
        let info = self.asking.ask(|client| async move {
            let client = asked.cloned().unwrap_or(client);
            client.head_object(&head).await
        });
        match info {
            Ok(info) => Ok(Some(object_version(info.size, &info.etag))),
            Err(Error::Client(error)) if error.kind() == ErrorKind::NoSuchKey => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn of_file(path: &Path) -> Result<Option<String>, Error> {
    match fs::metadata(path) {
        Ok(found) => Ok(Some(file_version(&found))),
        Err(error) if crate::record::is_missing(&error) => Ok(None),
        Err(error) => Err(Error::local("look at", path)(error)),
    }
}
