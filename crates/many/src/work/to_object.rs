//! An item that becomes an object.

use std::path::Path;

use ossum_client::op::Overwrite;
use ossum_transfer::{Copy, Modified, Monitor, Report, Upload};
use ossum_types::PrefixUrl;

use super::{Begun, Fate, OneWorker, is_newer};
use crate::decide::Replace;
use crate::error::Error;
use crate::item::{Existing, object_version};
use crate::route::below;

impl OneWorker<'_> {
    pub(super) fn upload(
        &self,
        source: &Path,
        destination: &PrefixUrl,
        begun: Begun<'_>,
        existing: Option<&Existing>,
    ) -> Result<Fate, Error> {
        let item = begun.item;
        let newer = || {
            let there = self.modified(&below(destination, &item.name)?, None)?;
            Ok(is_newer(item.modified, there))
        };
        self.to_object(begun, existing, newer, |overwrite, monitor| {
            let (file, url) = (source.join(&item.name), below(destination, &item.name)?);
            let run = self.context.run;
            let upload = Upload {
                headers: run.headers.of(Some(&file), &url.key),
                modified: Modified::Keep,
                overwrite,
                verify_kept: run.verify_kept,
                options: self.context.options.clone(),
                ..Upload::new(file, url)
            };
            Ok(self.worker.upload(&upload, monitor)?)
        })
    }

    pub(super) fn copy(
        &self,
        source: &PrefixUrl,
        destination: &PrefixUrl,
        begun: Begun<'_>,
        existing: Option<&Existing>,
    ) -> Result<Fate, Error> {
        let item = begun.item;
        let newer = || {
            let asked = self.source_client.as_ref();
            let source = self.modified(&below(source, &item.name)?, asked)?;
            let there = self.modified(&below(destination, &item.name)?, None)?;
            Ok(is_newer(source, there))
        };
        self.to_object(begun, existing, newer, |overwrite, monitor| {
            let url = below(destination, &item.name)?;
            let copy = Copy {
                headers: self.context.run.headers.of(None, &url.key),
                overwrite,
                options: self.context.options.clone(),
                source_client: self.source_client.clone(),
                ..Copy::new(below(source, &item.name)?, url)
            };
            Ok(self.worker.copy(&copy, monitor)?)
        })
    }

    fn to_object(
        &self,
        begun: Begun<'_>,
        existing: Option<&Existing>,
        is_newer: impl FnOnce() -> Result<bool, Error>,
        make: impl FnOnce(Overwrite, &Monitor) -> Result<Report, Error>,
    ) -> Result<Fate, Error> {
        let item = begun.item;
        let overwrite = match self.decide(item, existing, is_newer)? {
            Ok(Replace::Allow) => Overwrite::Allow,
            Ok(Replace::Forbid) => Overwrite::Forbid,
            Err(fate) => return Ok(fate),
        };
        let fate = match self.transfer(begun, |monitor| make(overwrite, monitor)) {
            Ok(fate) => fate,
            Err(error) => return self.unless_it_appeared(error),
        };
        if let Fate::Copied(report) = &fate {
            let made = object_version(report.bytes_total, &report.etag);
            self.remember([&item.name, &item.version, &made], report.bytes_total);
        }
        Ok(fate)
    }
}
