//! An item that becomes an object without being sent: the destination has its bytes under another name.

use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use ossum_client::op::Overwrite;
use ossum_transfer::{Copy, ErrorKind, Inherit, Verified};
use ossum_types::PrefixUrl;

use super::{Begun, Fate, OneWorker, warn_of_left};
use crate::error::Error;
use crate::item::object_version;
use crate::made_with;
use crate::route::below;
use crate::sync::plan::Origin;
use crate::walk::file_item;

impl OneWorker<'_> {
    /// Makes the object of another one, `from`; `None` where the file has to be sent after all, as one of
    /// the two is not what it was. Where a plan `holds_still`, that is an error.
    ///
    /// The file has the bytes whose CRC-64 was computed for as long as nothing about it has changed. That
    /// the object has them, and the copy, OSS tells; what is kept with it is what an upload would keep.
    pub(super) fn copy_of(
        &self,
        source: &Path,
        destination: &PrefixUrl,
        begun: Begun<'_>,
        from: &Origin,
        holds_still: bool,
    ) -> Result<Option<Fate>, Error> {
        let item = begun.item;
        let (file, origin) = (source.join(&item.name), below(destination, &from.key)?);
        let drifted = |what: &str| {
            if holds_still {
                Err(Error::Drifted(what.to_owned()))
            } else {
                Ok(None)
            }
        };
        if self.context.run.dry_run {
            return Ok(Some(Fate::PlannedFrom(origin.to_string())));
        }
        let found = fs::metadata(&file).ok();
        let is_it = |found: &Metadata| file_item(item.name.clone(), found).identity() == from.file;
        // Of one that is gone, the upload tells.
        let Some(found) = found.filter(is_it) else {
            return drifted(&begun.what.source);
        };
        let url = below(destination, &item.name)?;
        let headers = self.context.run.headers.of(Some(&file), &url.key);
        let made = made_with::object(&headers);
        let copy = Copy {
            etag: Some(from.etag.parse()?),
            crc64: Some(from.crc64.parse()?),
            headers,
            inherit: Inherit::Nothing,
            modified_ns: Some(modified_ns(&found)),
            overwrite: Overwrite::Allow,
            options: self.context.options.clone(),
            ..Copy::new(origin.clone(), url)
        };
        let copied = self.transfer(begun, |monitor| {
            Ok(self.asking.worker.copy(&copy, monitor)?)
        });
        match copied {
            Ok(Fate::Copied(report)) if report.verified == Verified::Crc64 => {
                let there = object_version(report.bytes_total, &report.etag);
                let done = [&item.name, &item.version, &there, &made];
                self.remember(done.map(String::as_str), report.bytes_total);
                Ok(Some(Fate::CopiedFrom(origin.to_string(), report)))
            }
            // What nobody vouches for is replaced.
            Ok(Fate::Copied(_)) => Ok(None),
            Ok(fate) => Ok(Some(fate)),
            Err(Error::Transfer(error)) => match about_origin(error.kind()) {
                About::Nothing => Err(error.into()),
                About::Gone if holds_still => drifted(&origin.to_string()),
                About::Gone | About::OfNoUse => {
                    tracing::debug!("{error}; {} is uploaded", begun.what.source.escape_debug());
                    warn_of_left(&error, begun.what);
                    Ok(None)
                }
            },
            Err(error) => Err(error),
        }
    }
}

/// When a file was last modified, in nanoseconds since 1970.
fn modified_ns(found: &Metadata) -> i128 {
    i128::from(found.mtime()) * 1_000_000_000 + i128::from(found.mtime_nsec())
}

/// What a copy that failed says of the object that it was to be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// It is gone, or another.
    Gone,
    /// It cannot be copied, whatever it is: it is archived, or may not be read, or OSS copied something else.
    OfNoUse,
    /// Nothing: an upload would not fare better.
    Nothing,
}

fn about_origin(kind: ErrorKind) -> About {
    use ossum_client::ErrorKind as Client;
    match kind {
        ErrorKind::ObjectChanged
        | ErrorKind::Service(Client::NoSuchKey | Client::PreconditionFailed) => About::Gone,
        ErrorKind::Integrity
        | ErrorKind::Service(
            Client::Denied
            | Client::Archived
            | Client::Refused
            | Client::Conflict
            | Client::Integrity,
        ) => About::OfNoUse,
        _ => About::Nothing,
    }
}
