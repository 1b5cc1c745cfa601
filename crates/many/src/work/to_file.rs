//! An item that becomes a file.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ossum_transfer::{Download, Overwrite};
use ossum_types::PrefixUrl;

use super::{Begun, Fate, OneWorker, is_newer};
use crate::beneath;
use crate::decide::Replace;
use crate::error::Error;
use crate::item::{Existing, object_version};
use crate::made_with;
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
        let existing = existing_file(root, &item.name)?;
        let newer = || {
            let source = self.modified(&below(source, &item.name)?, None)?;
            let there = existing.as_ref().and_then(|existing| existing.modified);
            Ok(is_newer(source, there))
        };
        let unverified = self.context.run.unverified;
        let made = made_with::files_that_do(durability, unverified);
        let overwrite = match self.decide(item, existing.as_ref(), &made, newer)? {
            Ok(Replace::Allow) => Overwrite::Allow,
            Ok(Replace::Forbid) => Overwrite::Forbid,
            Err(fate) => return Ok(fate),
        };
        let path = beneath::file(root, &item.name, durability)?;
        let download = Download {
            overwrite,
            unverified,
            options: self.context.options.clone(),
            ..Download::new(below(source, &item.name)?, &path)
        };
        let fate = self.transfer(begun, |monitor| {
            Ok(self.worker.download(&download, monitor)?)
        });
        let fate = match fate {
            Ok(fate) => fate,
            Err(error) => return self.unless_it_appeared(error),
        };
        if let Fate::Copied(report) = &fate {
            let fetched = object_version(report.bytes_total, &report.etag);
            // Where it is gone already, there is nothing to remember.
            if let Ok(Some(made)) = existing_file(root, &item.name) {
                let how = made_with::file(durability, report);
                let done = [&item.name, &fetched, &made.version, &how];
                self.remember(done.map(String::as_str), report.bytes_total);
            }
        }
        Ok(fate)
    }
}

/// The file below `root`, if it is there.
fn existing_file(root: &Path, name: &str) -> Result<Option<Existing>, Error> {
    let Some(path) = beneath::existing_file(root, name)? else {
        return Ok(None);
    };
    let found = fs::metadata(&path).map_err(Error::local("look at", &path))?;
    let (seconds, nanos) = (found.mtime(), found.mtime_nsec());
    Ok(Some(Existing {
        version: format!("{} {seconds}.{nanos:09}", found.len()),
        modified: found.modified().ok(),
    }))
}
