//! What is in a source, listed on a thread of its own.

use std::path::PathBuf;

use ossum_client::Client;
use ossum_many::{Batches, Filter, Giver, Links, NobodyTakes, batches};

use super::{S3, S3Access, Source, Told, files, inventory, lists, objects, s3};
use crate::error::Error;
use crate::ledger::Cause;
use crate::manifest::Listed;
use crate::monitor::Monitor;

/// What a listing comes across.
#[derive(Debug)]
pub(crate) enum Found {
    /// Something to be migrated.
    Object(Listed),
    /// Something that is there, of which nothing can be made, or which cannot be looked at.
    LeftOut(String, Cause),
}

/// What is listed, and by which way.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    pub(crate) source: &'a Source,
    pub(crate) told: &'a Told,
    /// Asks the source, where that is OSS.
    pub(crate) client: &'a Client,
    /// Asks the source, where that is S3.
    pub(crate) s3_access: S3Access,
    pub(crate) filter: &'a Filter,
    pub(crate) links: Links,
    /// Directories in which nothing is the source's.
    pub(crate) avoid: &'a [PathBuf],
    /// Where names go that are too many for memory.
    pub(crate) spill: Option<PathBuf>,
    pub(crate) monitor: &'a Monitor,
}

/// Where what is found is put; it has passed the filter.
pub(super) struct Taker<'a> {
    giver: Giver<Found, Error>,
    filter: &'a Filter,
}

impl Taker<'_> {
    /// Takes an object, unless it is filtered out.
    pub(super) fn object(&mut self, listed: Listed) -> Result<(), NobodyTakes> {
        if !self.filter.takes(&listed.key) {
            return Ok(());
        }
        self.giver.put(Found::Object(listed))
    }

    /// Takes what nothing can be made of.
    pub(super) fn left_out(&mut self, name: String, cause: Cause) -> Result<(), NobodyTakes> {
        self.giver.put(Found::LeftOut(name, cause))
    }
}

impl Listing<'_> {
    /// Calls `take` with all there is, in the order of keys, while a thread goes on to list.
    ///
    /// # Errors
    /// That it does not go on, and what `take` says.
    pub(crate) fn read<T>(
        &self,
        take: impl FnOnce(Batches<Found, Error>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (giver, batches) = batches();
        std::thread::scope(|scope| {
            let named = std::thread::Builder::new().name("ossum-source".to_owned());
            let spawned = named.spawn_scoped(scope, || self.list(giver));
            let thread =
                spawned.map_err(Error::local("begin a thread for", "a listing".as_ref()))?;
            let taken = take(batches);
            match thread.join() {
                Ok(()) => taken,
                Err(_) => Err(ossum_many::Error::Died.into()),
            }
        })
    }

    fn list(&self, giver: Giver<Found, Error>) {
        let mut taker = Taker {
            giver,
            filter: self.filter,
        };
        let outcome = match self.told {
            Told::ByListing => self.list_source(&mut taker),
            Told::ByNames(file) => lists::names(self, file, &mut taker),
            Told::ByUrls(file) => lists::urls(self, file, &mut taker),
            Told::ByInventory(inventory) => inventory::list(self, inventory, &mut taker),
        };
        taker.giver.end(outcome);
    }
    fn list_source(&self, taker: &mut Taker<'_>) -> Result<(), Error> {
        match self.source {
            Source::Oss { url, .. } => objects::list(self, url, taker),
            Source::Directory { path } => files::list(self, path, taker),
            Source::S3 {
                bucket,
                prefix,
                endpoint,
                region,
            } => {
                let (endpoint, region) = (endpoint.as_deref(), region.as_deref());
                let s3 = S3::open(bucket, endpoint, region, &self.s3_access)?;
                s3::list(self, &s3, prefix, taker)
            }
            // Addresses are told by their list alone.
            Source::Urls => Ok(()),
        }
    }
}
