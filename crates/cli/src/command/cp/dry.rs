//! What a dry run asks OSS about a place that would be written to.

use ossum_client::op::{ListObjectsV2, ObjectInfo};
use ossum_client::{Client, Error, ErrorKind};
use ossum_many::Route;
use ossum_types::{BucketName, ObjectUrl};

use super::head;
use crate::command::moving::Job;
use crate::failure::Failure;

/// Finds that the bucket of the destination is there, by one request. Whether it may be written to
/// nobody knows before it is.
pub(super) async fn look_for_bucket(client: &Client, job: &Job) -> Result<(), Failure> {
    match job {
        Job::Upload(upload) => look(client, &upload.destination).await,
        Job::Copy(copy) => look(client, &copy.destination).await,
        Job::Feed(feed) => look(client, &feed.destination).await,
        Job::Download(_) | Job::Pour(_) => Ok(()),
    }
}

async fn look(client: &Client, destination: &ObjectUrl) -> Result<(), Failure> {
    let found: Result<ObjectInfo, Error> = head(client, destination, None).await;
    may_be_there(found.err())
}

/// The same of a run.
pub(in crate::command) async fn look_for_bucket_of_run(
    client: &Client,
    route: &Route,
) -> Result<(), Failure> {
    let bucket: &BucketName = match route {
        Route::Up { destination, .. } | Route::Across { destination, .. } => &destination.bucket,
        Route::Down { .. } => return Ok(()),
    };
    let request = ListObjectsV2 {
        page_size: 1,
        ..ListObjectsV2::new(bucket.clone())
    };
    may_be_there(client.list_objects_v2_page(&request).await.err())
}

/// Who may only write gets no answer, and is not kept from it.
fn may_be_there(error: Option<Error>) -> Result<(), Failure> {
    match error {
        None => Ok(()),
        Some(error) if matches!(error.kind(), ErrorKind::NoSuchKey | ErrorKind::Denied) => {
            tracing::debug!("whether the destination may be written to is not known: {error}");
            Ok(())
        }
        Some(error) => Err(error.into()),
    }
}
