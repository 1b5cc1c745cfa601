//! Asks what a level of a tree has, to find directories that are worth a listing of their own.

use ossum_client::op::{ListObjectsV2, ObjectsEntry};
use ossum_types::PrefixUrl;

use super::ahead::{AT_ONCE, Listers};
use super::levels::{Entry, GoneBy, Piece, is_level, listings, pieces};
use super::{Asking, item, name_below};
use crate::error::Error;

impl Listers<'_> {
    /// What is left, in pieces, if there are several.
    pub(super) fn pieces(
        &self,
        asking: &Asking<'_>,
        prefix: &PrefixUrl,
        gone_by: &GoneBy,
    ) -> Result<Option<Vec<Piece>>, Error> {
        if self.at_once < 2 || self.spill.is_none() || !gone_by.upper(self.page_size) {
            return Ok(None);
        }
        let Some(last) = gone_by.last() else {
            return Ok(None);
        };
        let Some(upper) = self.look(asking, prefix, "", last)? else {
            return Ok(None);
        };
        let mut levels = vec![(String::new(), upper)];
        let found = pieces(levels.clone(), last);
        if listings(&found) >= AT_ONCE {
            return Ok(Some(found));
        }
        // Few, and the one that the listing is in may be the largest.
        if let Some(directory) = gone_by.lower(self.page_size)
            && let Some(lower) = self.look(asking, prefix, directory, last)?
        {
            levels.insert(0, (directory.to_owned(), lower));
        }
        let found = pieces(levels, last);
        Ok((listings(&found) > 1).then_some(found))
    }

    /// What stands at a level that `last` is on or below, if one request tells all of it.
    ///
    /// # Errors
    /// [`Error::Cancelled`] alone: whatever else there is to say, the listing that goes on in one piece says.
    fn look(
        &self,
        asking: &Asking<'_>,
        prefix: &PrefixUrl,
        level: &str,
        last: &str,
    ) -> Result<Option<Vec<Entry>>, Error> {
        let request = ListObjectsV2 {
            prefix: format!("{}{level}", prefix.prefix),
            delimiter: Some("/".to_owned()),
            page_size: self.page_size,
            ..ListObjectsV2::new(prefix.bucket.clone())
        };
        let asked = asking.ask(|client| async move { client.list_objects_v2_page(&request).await });
        let page = match asked {
            Ok(page) if page.next.is_none() => page,
            Ok(_) => return Ok(None),
            Err(error) if error.is_cancelled() => return Err(error),
            Err(error) => {
                tracing::debug!("{error}; the listing goes on in one piece");
                return Ok(None);
            }
        };
        let entries = page
            .entries
            .into_iter()
            .map(|entry| entry_of(prefix, entry));
        let entries: Option<Vec<_>> = entries.collect();
        Ok(entries.filter(|entries| is_level(level, entries, last)))
    }
}

/// `None` for what has no name that another request could carry.
fn entry_of(prefix: &PrefixUrl, entry: ObjectsEntry) -> Option<Entry> {
    match entry {
        ObjectsEntry::Object(object) => {
            let name = name_below(prefix, object.key.as_ref().ok()?.as_str()).to_owned();
            Some(Entry::Object(item(name, &object)))
        }
        ObjectsEntry::CommonPrefix(directory) => {
            Some(Entry::Directory(name_below(prefix, &directory).to_owned()))
        }
        _ => None,
    }
}
