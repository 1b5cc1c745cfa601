//! An item that becomes a file.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;

use ossum_transfer::{Download, Overwrite, Seen};
use ossum_types::PrefixUrl;

use super::{Begun, Fate, OneWorker, is_newer};
use crate::beneath::{self, Before, Found};
use crate::decide::Replace;
use crate::error::Error;
use crate::item::{Existing, object_version};
use crate::made_with;
use crate::request::IfExists;
use crate::route::below;

impl OneWorker<'_> {
    pub(super) fn download(&self, source: &PrefixUrl, begun: Begun<'_>) -> Result<Fate, Error> {
        let item = begun.item;
        let durability = self.context.options.durability;
        let Some(root) = &self.context.root else {
            // Only a dry run leaves it unmade.
            return Ok(Fate::Planned);
        };
        if let Some(directory) = item.name.strip_suffix('/') {
            if !self.context.run.dry_run {
                beneath::directory(root, directory, durability)?;
            }
            return Ok(Fate::Made);
        }
        let found = beneath::find(root, &item.name, self.context.before)?;
        let existing = match &found {
            Found::Existing(_, file) => Some(existing(file)),
            Found::FreeName(_) | Found::NoDirectory => None,
        };
        let newer = || {
            let source = self.modified(&below(source, &item.name)?, None)?;
            let there = existing.as_ref().and_then(|existing| existing.modified);
            Ok(is_newer(source, there))
        };
        let unverified = self.context.run.unverified;
        let made = made_with::files_that_do(durability, unverified);
        let overwrite = match self.decide(begun, existing.as_ref(), &made, newer)? {
            Ok(Replace::Allow) => Overwrite::Allow,
            Ok(Replace::Forbid) => Overwrite::Forbid,
            Err(fate) => return Ok(fate),
        };
        let (path, seen) = match found {
            // To ask when the object was modified took its time: what was seen is not new any more.
            _ if self.context.run.if_exists == IfExists::Newer => (None, Seen::Nothing),
            Found::Existing(path, _) => (Some(path), Seen::Nothing),
            Found::FreeName(path) => (Some(path), seen_free(self.context.before)),
            Found::NoDirectory => (None, Seen::Nothing),
        };
        let path = path.map_or_else(|| beneath::file(root, &item.name, durability), Ok)?;
        let download = Download {
            seen,
            overwrite,
            unverified,
            options: self.context.options.clone(),
            ..Download::new(below(source, &item.name)?, &path)
        };
        let fate = self.transfer(begun, |monitor| {
            Ok(self.asking.worker.download(&download, monitor)?)
        });
        let fate = match fate {
            Ok(fate) => fate,
            Err(error) => return self.unless_it_appeared(error),
        };
        if let Fate::Copied(report) = &fate {
            let fetched = object_version(report.bytes_total, &report.etag);
            // Where it is gone already, there is nothing to remember.
            if let Ok(made) = fs::metadata(&path) {
                let how = made_with::file(durability, report);
                let done = [&item.name, &fetched, &existing_version(&made), &how];
                self.remember(done.map(String::as_str), report.bytes_total);
            }
        }
        Ok(fate)
    }
}

/// What a look at a name that is free has told.
fn seen_free(before: Before) -> Seen {
    match before {
        Before::Nothing => Seen::Untouched,
        Before::Something => Seen::Free,
    }
}

fn existing(file: &Metadata) -> Existing {
    Existing {
        version: existing_version(file),
        modified: file.modified().ok(),
    }
}

/// Which bytes a file has, as far as that can be told without reading them.
fn existing_version(file: &Metadata) -> String {
    let (seconds, nanos) = (file.mtime(), file.mtime_nsec());
    format!("{} {seconds}.{nanos:09}", file.len())
}
