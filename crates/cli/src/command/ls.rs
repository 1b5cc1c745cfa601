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
use crate::output::{BucketLine, ListTotal, ObjectLine, Output, PrefixLine, VersionLine};
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
    let mut total = ListTotal::default();
    let mut entries = pin!(client.list_object_versions(ListObjectVersions {
        prefix: url.prefix,
        delimiter: (!recursive).then(|| "/".to_owned()),
        ..ListObjectVersions::new(url.bucket)
    }));
    while let Some(entry) = entries.try_next().await? {
        let written = match entry {
            VersionsEntry::Version(version) => {
                total.objects += 1;
                total.bytes = total.bytes.saturating_add(version.size);
                output.data(&VersionLine::of(&version))
            }
            VersionsEntry::DeleteMarker(marker) => output.data(&VersionLine::of_marker(&marker)),
            VersionsEntry::CommonPrefix(prefix) => {
                total.prefixes += 1;
                output.data(&PrefixLine { prefix })
            }
            _ => Ok(()),
        };
        written.map_err(Failure::Output)?;
    }
    output.total(&total).map_err(Failure::Output)
}

async fn list_objects(
    client: &Client,
    output: &Output,
    url: PrefixUrl,
    recursive: bool,
) -> Result<(), Failure> {
    let mut total = ListTotal::default();
    let mut entries = pin!(client.list_objects_v2(ListObjectsV2 {
        prefix: url.prefix,
        delimiter: (!recursive).then(|| "/".to_owned()),
        ..ListObjectsV2::new(url.bucket)
    }));
    while let Some(entry) = entries.try_next().await? {
        let written = match entry {
            ObjectsEntry::Object(object) => {
                total.objects += 1;
                total.bytes = total.bytes.saturating_add(object.size);
                output.data(&ObjectLine::of(&object))
            }
            ObjectsEntry::CommonPrefix(prefix) => {
                total.prefixes += 1;
                output.data(&PrefixLine { prefix })
            }
            _ => Ok(()),
        };
        written.map_err(Failure::Output)?;
    }
    output.total(&total).map_err(Failure::Output)
}
