//! Divides what is in a source into shards.
//!
//! One pass over its listing: rows are written as they come (`shards.rs`), and only huge objects wait for the end,
//! when their uploads are begun (`uploads.rs`) and their ranges become rows (`ranges.rs`). What is held is one
//! shard, whatever the source has.

mod ranges;
mod shards;
mod uploads;

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::{Instant, SystemTime};

use ossum_client::Client;
use ossum_many::{Batches, Filter, Links};
use ossum_plan::{PartSizeWish, lay_out};
use ossum_types::{Invalid, ObjectKey};

use self::ranges::ranges;
use self::shards::Shards;
use self::uploads::Uploads;
use crate::error::Error;
use crate::job::{Destination, Job, Options};
use crate::ledger::{Attempt, Became, Cause, LedgerWriter, Line};
use crate::manifest::{Listed, Piece};
use crate::monitor::Monitor;
use crate::names::{self, JOB};
use crate::place::Place;
use crate::source::listing::{Found, Listing};
use crate::source::{S3Access, Source, Told};
use crate::spool::Spool;

/// What is to be planned.
#[derive(Debug)]
pub struct Plan {
    /// From where.
    pub source: Source,
    /// What tells which objects it has.
    pub told: Told,
    /// Asks the source, where that is OSS and not reached as the destination is.
    pub source_client: Option<Client>,
    /// To where.
    pub destination: Destination,
    /// How it is divided.
    pub options: Options,
    /// The size of the parts of huge objects.
    pub part_size: PartSizeWish,
    /// What is migrated.
    pub filter: Filter,
    /// What becomes of symbolic links in a directory.
    pub links: Links,
    /// Directories in which nothing is the source's, such as the work place.
    pub avoid: Vec<PathBuf>,
    /// Where temporary files are made; absent means where the system has them.
    pub temporary_directory: Option<PathBuf>,
}

/// Lists the source and writes the plan to `place`; `client` is of the destination, where the uploads of huge
/// objects are begun. Blocks; what is left out is told to `tell` as well as to the ledger of the plan.
///
/// The same source gives the same shards.
///
/// # Errors
/// [`Error::Planned`] if there is a plan, and [`Error::WorkInSource`] or
/// [`Overlap`](ossum_many::Error::Overlap) if places are part of each other; nothing is changed then. After any other error there is none, and
/// planning again begins anew, with those uploads that were begun.
/// # Cancellation
/// [`Monitor::cancel`].
pub fn plan(
    client: &Client,
    place: &Place,
    plan: &Plan,
    monitor: &Monitor,
    tell: &dyn Fn(&str, &Cause),
) -> Result<Job, Error> {
    plan.check_places(client, place)?;
    if place.exists(JOB)? {
        return Err(Error::Planned(place.to_string()));
    }
    let now = SystemTime::now();
    let attempt = Attempt::new(now);
    let spill = plan.temporary_directory.as_deref();
    let mut planner = Planner {
        plan,
        monitor,
        tell,
        shards: Shards::new(place, plan.options),
        huge: Spool::new(spill),
        left_out: LedgerWriter::new(place, names::ledger_of_plan(&attempt), attempt.clone()),
        job: Job::new(
            plan.source.clone(),
            plan.destination.clone(),
            plan.options,
            attempt,
            now,
        ),
        last: None,
    };
    let listing = Listing {
        source: &plan.source,
        told: &plan.told,
        client: plan.source_client.as_ref().unwrap_or(client),
        s3_access: S3Access::of(client),
        filter: &plan.filter,
        links: plan.links,
        avoid: &plan.avoid,
        spill: Some(spill.map_or_else(std::env::temp_dir, PathBuf::from)),
        monitor,
    };
    listing.read(|found| planner.take_all(found))?;
    let uploads = Uploads::new(client, place, plan)?;
    planner.finish(place, &uploads)
}

struct Planner<'a> {
    plan: &'a Plan,
    monitor: &'a Monitor,
    tell: &'a dyn Fn(&str, &Cause),
    shards: Shards<'a>,
    huge: Spool,
    left_out: LedgerWriter<'a>,
    job: Job,
    /// The key before, as they have to ascend.
    last: Option<String>,
}

impl Plan {
    /// All that is in the source, divided as usual.
    pub fn new(source: Source, destination: Destination) -> Self {
        Self {
            source,
            told: Told::ByListing,
            source_client: None,
            destination,
            options: Options::default(),
            part_size: PartSizeWish::Auto,
            filter: Filter::default(),
            links: Links::default(),
            avoid: Vec::new(),
            temporary_directory: None,
        }
    }

    /// Finds that nothing of this migration would become part of its source.
    fn check_places(&self, client: &Client, place: &Place) -> Result<(), Error> {
        let Source::Oss { url, .. } = &self.source else {
            return Ok(());
        };
        let endpoint = self.source_client.as_ref().unwrap_or(client).endpoint();
        if place.is_below(endpoint, url) {
            return Err(Error::WorkInSource {
                work: place.to_string(),
                source_place: url.to_string(),
            });
        }
        let to = &self.destination.url;
        let overlap = to.prefix.starts_with(&url.prefix) || url.prefix.starts_with(&to.prefix);
        if url.bucket == to.bucket && endpoint == client.endpoint() && overlap {
            return Err(ossum_many::Error::Overlap {
                source_url: url.to_string(),
                destination: to.to_string(),
            }
            .into());
        }
        Ok(())
    }
}

impl Planner<'_> {
    fn take_all(&mut self, found: Batches<Found, Error>) -> Result<(), Error> {
        for found in found {
            self.monitor.check()?;
            match found? {
                Found::Object(listed) => self.take(listed)?,
                Found::LeftOut(name, cause) => self.leave_out(name, cause)?,
            }
        }
        Ok(())
    }

    fn take(&mut self, listed: Listed) -> Result<(), Error> {
        match &mut self.last {
            Some(last) if listed.key < *last => {
                return Err(ossum_many::Error::OutOfOrder(listed.key).into());
            }
            Some(last) if listed.key == *last => {
                let cause = Cause {
                    kind: "duplicate".to_owned(),
                    message: "another object of the source has the same key".to_owned(),
                };
                return self.leave_out(listed.key, cause);
            }
            last => last.get_or_insert_default().clone_from(&listed.key),
        }
        if let Err(invalid) = self.key_at_destination(&listed.key) {
            return self.leave_out(listed.key, Cause::of("bad_name", &invalid));
        }
        let size = listed.size.unwrap_or(0);
        if let Err(error) = lay_out(size, self.plan.part_size) {
            return self.leave_out(listed.key, Cause::of("too_large", &error));
        }
        self.monitor.add(size);
        self.job.totals.objects += 1;
        self.job.totals.bytes = self.job.totals.bytes.saturating_add(size);
        if size > self.plan.options.split_bytes {
            return self.huge.put(&listed);
        }
        self.shards.add(&listed, &Piece::Object)
    }

    fn key_at_destination(&self, key: &str) -> Result<ObjectKey, Invalid> {
        format!("{}{key}", self.plan.destination.url.prefix).parse()
    }

    fn leave_out(&mut self, key: String, cause: Cause) -> Result<(), Error> {
        (self.tell)(&key, &cause);
        self.job.totals.left_out += 1;
        let line = Line {
            row: None,
            key,
            size: None,
            source_etag: None,
            range: None,
            became: Became::Failed(cause),
            attempt: self.job.attempt.clone(),
            worker: "plan".to_owned(),
            time: SystemTime::now(),
            bytes_moved: 0,
            elapsed_ms: 0,
        };
        self.left_out.add(&line, Instant::now())
    }

    /// Makes rows of huge objects, and the plan whole.
    fn finish(mut self, place: &Place, uploads: &Uploads<'_>) -> Result<Job, Error> {
        self.shards.close()?;
        self.job.object_shards = self.shards.closed();
        self.job.totals.huge_objects = self.huge.len();
        let huge = std::mem::replace(&mut self.huge, Spool::new(None));
        let mut planned = HashSet::new();
        for listed in huge.sorted()? {
            self.monitor.check()?;
            let listed = listed?;
            planned.insert(names::upload(&listed.key));
            self.divide(&listed, uploads)?;
        }
        self.shards.close()?;
        uploads.abort_all_but(&planned)?;
        self.left_out.put()?;
        self.job.shards = self.shards.closed();
        self.job.totals.rows = self.shards.rows();
        self.job.time = SystemTime::now();
        self.job.put(place)?;
        Ok(self.job)
    }

    /// Makes rows of the ranges of a huge object.
    fn divide(&mut self, listed: &Listed, uploads: &Uploads<'_>) -> Result<(), Error> {
        let size = listed.size.unwrap_or(0);
        let layout = lay_out(size, self.plan.part_size);
        let layout = layout.expect("it was found to be no larger than it may be");
        let ranges = ranges(&layout, self.plan.options.split_bytes);
        let upload = uploads.of(listed, &layout, ranges.len() as u64)?;
        for range in ranges {
            let piece = Piece::Range {
                range,
                part_size: layout.part_size().get(),
                upload: upload.clone(),
            };
            self.shards.add(listed, &piece)?;
        }
        Ok(())
    }
}
