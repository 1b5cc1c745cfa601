use std::pin::pin;

use futures_util::TryStreamExt;
use ossum_client::Client;
use ossum_client::op::{
    ListBuckets, ListObjectVersions, ListObjectsV2, ObjectsEntry, VersionsEntry,
};
use ossum_types::PrefixUrl;

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
    let output = &session.output;
    block_on(async {
        match args.what {
            Listing::Buckets => list_buckets(&client, output).await,
            Listing::Objects(url) if args.all_versions => {
                list_versions(&client, output, url, args.recursive).await
            }
            Listing::Objects(url) => list_objects(&client, output, url, args.recursive).await,
        }
    })
}

async fn list_buckets(client: &Client, output: &Output) -> Result<(), Failure> {
    let mut buckets = pin!(client.list_buckets(ListBuckets::default()));
    while let Some(bucket) = buckets.try_next().await? {
        output
            .data(&BucketLine::of(&bucket))
            .map_err(Failure::Output)?;
    }
    Ok(())
}

async fn list_versions(
    client: &Client,
    output: &Output,
    url: PrefixUrl,
    recursive: bool,
) -> Result<(), Failure> {
    let mut lines = Lines::new(output);
    let mut entries = pin!(client.list_object_versions(ListObjectVersions {
        prefix: url.prefix,
        delimiter: delimiter(recursive),
        ..ListObjectVersions::new(url.bucket)
    }));
    while let Some(entry) = entries.try_next().await? {
        match entry {
            VersionsEntry::Version(it) => lines.object(it.size, &VersionLine::of(&it))?,
            VersionsEntry::DeleteMarker(it) => lines.add(&VersionLine::of_marker(&it))?,
            VersionsEntry::CommonPrefix(prefix) => lines.prefix(prefix)?,
            _ => {}
        }
    }
    lines.end()
}

async fn list_objects(
    client: &Client,
    output: &Output,
    url: PrefixUrl,
    recursive: bool,
) -> Result<(), Failure> {
    let mut lines = Lines::new(output);
    let mut entries = pin!(client.list_objects_v2(ListObjectsV2 {
        prefix: url.prefix,
        delimiter: delimiter(recursive),
        ..ListObjectsV2::new(url.bucket)
    }));
    while let Some(entry) = entries.try_next().await? {
        match entry {
            ObjectsEntry::Object(it) => lines.object(it.size, &ObjectLine::of(&it))?,
            ObjectsEntry::CommonPrefix(prefix) => lines.prefix(prefix)?,
            _ => {}
        }
    }
    lines.end()
}

fn delimiter(recursive: bool) -> Option<String> {
    (!recursive).then(|| "/".to_owned())
}

/// The lines of a listing, added up.
struct Lines<'a> {
    output: &'a Output,
    total: ListTotal,
}

impl<'a> Lines<'a> {
    fn new(output: &'a Output) -> Self {
        let total = ListTotal::default();
        Self { output, total }
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
        self.output.data(line).map_err(Failure::Output)
    }

    fn end(self) -> Result<(), Failure> {
        self.output.total(&self.total).map_err(Failure::Output)
    }
}
