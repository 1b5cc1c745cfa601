use futures_util::future::{Either, ready};
use futures_util::{Stream, TryStreamExt};
use ossum_client::op::{ListObjectVersions, VersionsEntry};
use ossum_client::{Client, Error};
use ossum_many::Filter;
use ossum_types::{Invalid, ObjectKey, PrefixUrl, VersionId};

use crate::args::Reach;
use crate::command::below;

/// What is to be deleted.
#[derive(Debug, Clone)]
pub(super) struct Doomed {
    pub(super) key: Result<ObjectKey, Invalid>,
    /// `None` is the current one.
    pub(super) version_id: Option<VersionId>,
    pub(super) size: u64,
}

/// What is to be deleted of what begins with `what`: that of `reach` which `filter` takes. Names are
/// those that `cp -r` would give.
pub(super) fn below(
    client: &Client,
    what: &PrefixUrl,
    reach: Reach,
    filter: &Filter,
) -> impl Stream<Item = Result<Doomed, Error>> + use<> {
    let (prefix, filter) = (what.prefix.clone(), filter.clone());
    let takes = move |doomed: &Doomed| match &doomed.key {
        Ok(key) => {
            let key = key.as_str();
            filter.takes(key.strip_prefix(prefix.as_str()).unwrap_or(key))
        }
        // It cannot be deleted, which is told.
        Err(_) => true,
    };
    all_below(client, what, reach).try_filter(move |doomed| ready(takes(doomed)))
}

/// What begins with `what`: the objects, or all versions and delete markers.
fn all_below(
    client: &Client,
    what: &PrefixUrl,
    reach: Reach,
) -> impl Stream<Item = Result<Doomed, Error>> + use<> {
    if reach == Reach::AllVersions {
        return Either::Left(versions(client, what));
    }
    let objects = below::objects(client, what);
    Either::Right(objects.map_ok(|object| Doomed {
        key: object.key,
        version_id: None,
        size: object.size,
    }))
}

fn versions(
    client: &Client,
    what: &PrefixUrl,
) -> impl Stream<Item = Result<Doomed, Error>> + use<> {
    let entries = client.list_object_versions(ListObjectVersions {
        prefix: what.prefix.clone(),
        ..ListObjectVersions::new(what.bucket.clone())
    });
    entries.try_filter_map(async |entry| {
        Ok(match entry {
            VersionsEntry::Version(version) => Some(Doomed {
                key: version.key,
                version_id: Some(version.version_id),
                size: version.size,
            }),
            VersionsEntry::DeleteMarker(marker) => Some(Doomed {
                key: marker.key,
                version_id: Some(marker.version_id),
                size: 0,
            }),
            _ => None,
        })
    })
}
