//! Many deletions at a time, and how it went with each.

use ossum_client::Client;
use ossum_client::op::ObjectToDelete;
use ossum_types::{BucketName, ObjectUrl, VersionId};

use super::doomed::Doomed;
use crate::command::below;
use crate::failure::Failure;

/// What is deleted, or would be.
#[derive(Debug)]
pub(super) struct Gone {
    pub(super) url: ObjectUrl,
    pub(super) version_id: Option<VersionId>,
    pub(super) size: u64,
}

/// How it went with each of them.
pub(super) type Outcomes = Vec<Result<Gone, Failure>>;

/// Deletes up to 1,000 of one bucket.
///
/// # Errors
/// Only what will go on failing: the network, or OSS itself. A key that cannot be deleted is an
/// outcome.
pub(super) async fn delete(
    client: &Client,
    bucket: &BucketName,
    batch: Vec<Doomed>,
    dry_run: bool,
) -> Result<Outcomes, Failure> {
    let mut outcomes = Outcomes::with_capacity(batch.len());
    let mut doomed = Vec::with_capacity(batch.len());
    for one in batch {
        match below::url_of(bucket, one.key) {
            Err(failure) => outcomes.push(Err(failure)),
            Ok(url) => doomed.push(Gone {
                url,
                version_id: one.version_id,
                size: one.size,
            }),
        }
    }
    if dry_run {
        outcomes.extend(doomed.into_iter().map(Ok));
        return Ok(outcomes);
    }
    let named = doomed.iter().map(Gone::named).collect();
    let told = ossum_many::delete_objects(client, bucket, named).await?;
    let together = doomed.into_iter().zip(told);
    outcomes.extend(together.map(|(gone, told)| match told {
        Ok(()) => Ok(gone),
        Err(error) => Err(error.into()),
    }));
    Ok(outcomes)
}

impl Gone {
    fn named(&self) -> ObjectToDelete {
        ObjectToDelete {
            key: self.url.key.clone(),
            version_id: self.version_id.clone(),
        }
    }
}
