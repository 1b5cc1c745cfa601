//! An item that becomes an object.

use std::path::Path;

use ossum_client::op::Overwrite;
use ossum_transfer::{Copy, Modified, Monitor, Report, Upload};
use ossum_types::PrefixUrl;

use super::{Begun, Fate, OneWorker, is_newer};
use crate::decide::Replace;
use crate::error::Error;
use crate::item::{Existing, object_version};
use crate::made_with;
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
        let run = self.context.run;
        let (file, url) = (source.join(&item.name), below(destination, &item.name)?);
        let headers = run.headers.of(Some(&file), &url.key);
        let made = made_with::object(&headers);
        self.to_object(begun, existing, made, newer, |overwrite, monitor| {
            let upload = Upload {
                headers,
                modified: Modified::Keep,
                overwrite,
                verify_kept: run.verify_kept,
                options: self.context.options.clone(),
                ..Upload::new(file, url)
            };
            Ok(self.asking.worker.upload(&upload, monitor)?)
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
        let url = below(destination, &item.name)?;
        let headers = self.context.run.headers.of(None, &url.key);
        let made = made_with::object(&headers);
        self.to_object(begun, existing, made, newer, |overwrite, monitor| {
            let copy = Copy {
                headers,
                overwrite,
                options: self.context.options.clone(),
                source_client: self.source_client.clone(),
                ..Copy::new(below(source, &item.name)?, url)
            };
            Ok(self.asking.worker.copy(&copy, monitor)?)
        })
    }

    fn to_object(
        &self,
        begun: Begun<'_>,
        existing: Option<&Existing>,
        made: String,
        is_newer: impl FnOnce() -> Result<bool, Error>,
        make: impl FnOnce(Overwrite, &Monitor) -> Result<Report, Error>,
    ) -> Result<Fate, Error> {
        let item = begun.item;
        let made = [made];
        let overwrite = match self.decide(begun, existing, &made, is_newer)? {
            Ok(Replace::Allow) => Overwrite::Allow,
            Ok(Replace::Forbid) => Overwrite::Forbid,
            Err(fate) => return Ok(fate),
        };
        let fate = match self.transfer(begun, |monitor| make(overwrite, monitor)) {
            Ok(fate) => fate,
            Err(error) => return self.unless_it_appeared(error),
        };
        if let Fate::Copied(report) = &fate {
            let there = object_version(report.bytes_total, &report.etag);
            let [made] = &made;
            self.remember(
                [&item.name, &item.version, &there, made],
                report.bytes_total,
            );
        }
        Ok(fate)
    }
}
