//! Finds the items of a run, in the order of their names, and hands them on.

use ossum_transfer::Worker;
use ossum_types::PrefixUrl;

use crate::at_destination::AtDestination;
use crate::error::Error;
use crate::item::{Existing, Item, Job};
use crate::listing::{Asking, Listed, ObjectListing};
use crate::monitor::Became;
use crate::names::{Becomes, Names, Sameness, becomes};
use crate::queue::Finder;
use crate::request::{IfExists, Remembering};
use crate::route::{Route, below};
use crate::told::{Told, What};
use crate::walk::{Walk, Walked};
use crate::work::Context;

/// Whether the next item is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Yes,
    No,
}

/// Lists all items to their end, or until the run ends.
///
/// # Errors
/// That the listing does not go on: the run is not complete then.
pub(crate) fn list(context: &Context<'_>, queue: &Finder<'_, Job>) -> Result<(), Error> {
    let asking = Asking {
        worker: Worker::new(context.client)?,
        end: context.monitor.token(),
    };
    let source_client = context.run.source_client.as_ref();
    let asking_source = Asking {
        worker: Worker::new(source_client.unwrap_or(context.client))?,
        end: context.monitor.token(),
    };
    let lister = Lister {
        context,
        queue,
        asking: &asking,
        asking_source: &asking_source,
    };
    match &context.run.route {
        Route::Up {
            source,
            destination,
        } => {
            let avoid = context.run.remembering.as_ref().map(Remembering::own);
            let avoid = avoid.unwrap_or_default();
            let spill = context.temporary_directory();
            let (filter, links) = (&context.run.filter, context.run.links);
            let walk = Walk::begin(source, filter, links, &avoid, spill)?;
            lister.walk(walk, destination)
        }
        Route::Down { source, .. } => lister.download(source),
        Route::Across {
            source,
            destination,
        } => lister.copy(source, destination),
    }
}

struct Lister<'a> {
    context: &'a Context<'a>,
    queue: &'a Finder<'a, Job>,
    asking: &'a Asking<'a>,
    /// The same about the source.
    asking_source: &'a Asking<'a>,
}

impl Lister<'_> {
    fn walk(&self, walk: Walk<'_>, destination: &PrefixUrl) -> Result<(), Error> {
        let mut there = self.there(destination);
        for walked in walk {
            let wanted = match walked {
                Walked::Item(item) => self.item_up(item, &mut there, destination)?,
                Walked::Skipped(path, _, why) => {
                    let what = What {
                        source: path.display().to_string(),
                        destination: String::new(),
                    };
                    self.context.monitor.not_found(Became::Skipped);
                    (self.context.tell)(Told::Skipped(what, why));
                    self.wanted()
                }
                Walked::Failed(path, error) => self.failed(path.display().to_string(), error),
            };
            if wanted == Wanted::No {
                return Ok(());
            }
        }
        Ok(())
    }

    fn download(&self, source: &PrefixUrl) -> Result<(), Error> {
        let root = &self.context.root;
        let root_bytes = root.as_ref().map_or(0, |root| root.as_os_str().len());
        let sameness = match root {
            Some(root) if !self.context.run.dry_run => Sameness::of(root),
            _ => Sameness::Bytes,
        };
        let mut names = Names::new(sameness);
        self.objects(source, |item| {
            let checked = becomes(&item.name, item.size, root_bytes)
                .and_then(|becomes| names.add(&item.name, becomes).map(|()| becomes));
            match checked {
                // The source itself needs nothing to be made.
                Ok(Becomes::Directory) if item.name.is_empty() => Ok(self.wanted()),
                Ok(_) => Ok(self.hand_on(item, None)),
                Err(bad) => {
                    let source = self.context.run.route.source_of(&item.name);
                    Ok(self.failed(source, bad.into()))
                }
            }
        })
    }

    fn copy(&self, source: &PrefixUrl, destination: &PrefixUrl) -> Result<(), Error> {
        let mut there = self.there(destination);
        self.objects(source, |item| {
            let route = &self.context.run.route;
            match route.forbid_in_source(&item.name) {
                Ok(()) => self.item_up(item, &mut there, destination),
                Err(error) => Ok(self.failed(route.source_of(&item.name), error)),
            }
        })
    }

    /// Takes each object below `source` that the filter lets through.
    fn objects(
        &self,
        source: &PrefixUrl,
        mut take: impl FnMut(Item) -> Result<Wanted, Error>,
    ) -> Result<(), Error> {
        let mut listing = ObjectListing::begin(self.asking_source, source);
        let mut is_anything_there = false;
        while let Some(listed) = listing.next()? {
            is_anything_there = true;
            let wanted = match listed {
                Listed::Item(item) if !self.context.run.filter.takes(&item.name) => self.wanted(),
                Listed::Item(item) => take(item)?,
                Listed::Failed(error) => self.failed(source.to_string(), error),
            };
            if wanted == Wanted::No {
                return Ok(());
            }
        }
        // An empty bucket is like an empty directory; a prefix without objects does not exist.
        if is_anything_there || source.prefix.is_empty() {
            return Ok(());
        }
        Err(Error::NothingThere(source.to_string()))
    }

    /// The destination's listing, where it matters what is there.
    fn there<'p>(&'p self, destination: &'p PrefixUrl) -> Option<AtDestination<'p>> {
        let matters =
            !self.context.done.is_empty() || self.context.run.if_exists != IfExists::Overwrite;
        matters.then(|| AtDestination::new(self.asking, destination))
    }

    /// Hands on an item that becomes an object.
    fn item_up(
        &self,
        item: Item,
        there: &mut Option<AtDestination<'_>>,
        destination: &PrefixUrl,
    ) -> Result<Wanted, Error> {
        if let Err(invalid) = below(destination, &item.name) {
            let source = self.context.run.route.source_of(&item.name);
            return Ok(self.failed(source, invalid.into()));
        }
        let existing = match there {
            Some(there) => there.find(&item.name)?,
            None => None,
        };
        Ok(self.hand_on(item, existing))
    }

    fn hand_on(&self, item: Item, existing: Option<Existing>) -> Wanted {
        self.context.monitor.found(item.size);
        match self.queue.put(Job::of(item, existing)) {
            Ok(()) => self.wanted(),
            // Nobody works any more.
            Err(_) => Wanted::No,
        }
    }

    fn failed(&self, source: String, error: Error) -> Wanted {
        self.context.monitor.not_found(Became::Failed);
        self.context.troubles.good();
        let what = What {
            source,
            destination: String::new(),
        };
        (self.context.tell)(Told::Failed(what, error));
        self.wanted()
    }

    fn wanted(&self) -> Wanted {
        if self.context.halt.goes_on() {
            Wanted::Yes
        } else {
            Wanted::No
        }
    }
}
