use std::num::NonZeroU64;
use std::pin::pin;

use futures_util::TryStreamExt;
use ossum_client::Client;
use ossum_client::op::{
    ListBuckets, ListObjectVersions, ListObjectsV2, ObjectsEntry, VersionsEntry,
};
use ossum_types::PrefixUrl;
use ossum_types::limits::MAX_PAGE;

use super::block_on;
use crate::args::{Listing, LsArgs};
use crate::failure::Failure;
use crate::output::{BucketLine, Event, ListTotal, ObjectLine, Output, PrefixLine, VersionLine};
use crate::session::Session;

/// Lists buckets or objects, page by page.
pub(super) fn run(session: &Session, args: LsArgs) -> Result<(), Failure> {
    let client = match &args.what {
        Listing::Buckets => session.client()?,
        Listing::Objects(url) => session.client_for(&url.bucket)?,
    };
    let lines = Lines::new(&session.output, args.max_items);
    block_on(async {
        match args.what {
            Listing::Buckets => list_buckets(&client, lines).await,
            Listing::Objects(url) if args.all_versions => {
                list_versions(&client, lines, url, args.recursive).await
            }
            Listing::Objects(url) => list_objects(&client, lines, url, args.recursive).await,
        }
    })
}

async fn list_buckets(client: &Client, mut lines: Lines<'_>) -> Result<(), Failure> {
    let mut buckets = pin!(client.list_buckets(ListBuckets {
        page_size: lines.page_size(),
        ..ListBuckets::default()
    }));
    while let Some(bucket) = buckets.try_next().await? {
        if lines.are_enough() {
            lines.output.aside("there are more buckets");
            break;
        }
        lines.add(&BucketLine::of(&bucket))?;
    }
    Ok(())
}

async fn list_versions(
    client: &Client,
    mut lines: Lines<'_>,
    url: PrefixUrl,
    recursive: bool,
) -> Result<(), Failure> {
    let mut entries = pin!(client.list_object_versions(ListObjectVersions {
        prefix: url.prefix,
        delimiter: delimiter(recursive),
        page_size: lines.page_size(),
        ..ListObjectVersions::new(url.bucket)
    }));
    while let Some(entry) = entries.try_next().await? {
        if lines.are_enough() {
            return lines.end(Extent::Truncated);
        }
        match entry {
            VersionsEntry::Version(it) => lines.object(it.size, &VersionLine::of(&it))?,
            VersionsEntry::DeleteMarker(it) => lines.add(&VersionLine::of_marker(&it))?,
            VersionsEntry::CommonPrefix(prefix) => lines.prefix(prefix)?,
            _ => {}
        }
    }
    lines.end(Extent::Whole)
}

async fn list_objects(
    client: &Client,
    mut lines: Lines<'_>,
    url: PrefixUrl,
    recursive: bool,
) -> Result<(), Failure> {
    let mut entries = pin!(client.list_objects_v2(ListObjectsV2 {
        prefix: url.prefix,
        delimiter: delimiter(recursive),
        page_size: lines.page_size(),
        ..ListObjectsV2::new(url.bucket)
    }));
    while let Some(entry) = entries.try_next().await? {
        if lines.are_enough() {
            return lines.end(Extent::Truncated);
        }
        match entry {
            ObjectsEntry::Object(it) => lines.object(it.size, &ObjectLine::of(&it))?,
            ObjectsEntry::CommonPrefix(prefix) => lines.prefix(prefix)?,
            _ => {}
        }
    }
    lines.end(Extent::Whole)
}

fn delimiter(recursive: bool) -> Option<String> {
    (!recursive).then(|| "/".to_owned())
}

/// Whether a listing was told to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Truncated,
}

/// The lines of a listing, added up.
struct Lines<'a> {
    output: &'a Output,
    total: ListTotal,
    /// How many more are wanted.
    wanted: u64,
}

impl<'a> Lines<'a> {
    fn new(output: &'a Output, most: Option<NonZeroU64>) -> Self {
        Self {
            output,
            total: ListTotal::default(),
            wanted: most.map_or(u64::MAX, NonZeroU64::get),
        }
    }

    /// As many as are wanted, and the one that tells that there are more.
    fn page_size(&self) -> u32 {
        let most = self.wanted.saturating_add(1);
        u32::try_from(most).unwrap_or(MAX_PAGE).min(MAX_PAGE)
    }

    fn are_enough(&self) -> bool {
        self.wanted == 0
    }

    fn object(&mut self, size: u64, line: &impl Event) -> Result<(), Failure> {
        self.total.objects += 1;
        self.total.bytes = self.total.bytes.saturating_add(size);
        self.add(line)
    }

    fn prefix(&mut self, prefix: String) -> Result<(), Failure> {
        self.total.prefixes += 1;
        self.add(&PrefixLine { prefix })
    }

    fn add(&mut self, line: &impl Event) -> Result<(), Failure> {
        self.wanted = self.wanted.saturating_sub(1);
        self.output.data(line).map_err(Failure::Output)
    }

    fn end(mut self, extent: Extent) -> Result<(), Failure> {
        self.total.truncated = extent == Extent::Truncated;
        self.output.total(&self.total).map_err(Failure::Output)
    }
}
