//! Whether the source was modified after the destination.

use std::io;
use std::path::Path;
use std::time::SystemTime;

use ossum_client::Client;
use ossum_transfer::modified;
use ossum_types::{ObjectUrl, VersionId};

use super::{head, look_at};
use crate::command::moving::Job;
use crate::failure::Failure;

/// Whether the source is newer than the destination, or there is none.
///
/// Where one of the two times is not told, there is no saying that it is not.
pub(super) async fn is_newer(client: &Client, job: &Job) -> Result<bool, Failure> {
    let Some(destination) = destination(client, job).await? else {
        return Ok(true);
    };
    let source = source(client, job).await?;
    Ok(match (source, destination) {
        (Some(source), Some(destination)) => source > destination,
        _ => true,
    })
}

/// When the destination was modified, if it is there.
async fn destination(client: &Client, job: &Job) -> Result<Option<Option<SystemTime>>, Failure> {
    match job {
        Job::Download(download) => match of_file(&download.destination) {
            Err(Failure::Local { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                Ok(None)
            }
            found => found.map(Some),
        },
        Job::Upload(upload) => of_destination(client, &upload.destination).await,
        Job::Copy(copy) => of_destination(client, &copy.destination).await,
        Job::Feed(feed) => of_destination(client, &feed.destination).await,
        Job::Pour(_) => Ok(None),
    }
}

async fn source(client: &Client, job: &Job) -> Result<Option<SystemTime>, Failure> {
    match job {
        Job::Upload(upload) => of_file(&upload.source),
        Job::Download(download) => {
            of_object(client, &download.source, download.version_id.clone()).await
        }
        Job::Copy(copy) => {
            let asked = copy.source_client.as_ref().unwrap_or(client);
            of_object(asked, &copy.source, copy.version_id.clone()).await
        }
        Job::Feed(_) => Ok(None), // refused
        Job::Pour(pour) => of_object(client, &pour.source, pour.version_id.clone()).await,
    }
}

async fn of_destination(
    client: &Client,
    url: &ObjectUrl,
) -> Result<Option<Option<SystemTime>>, Failure> {
    match head(client, url, None).await {
        Ok(info) => Ok(Some(modified(&info))),
        Err(error) if error.kind() == ossum_client::ErrorKind::NoSuchKey => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn of_object(
    client: &Client,
    url: &ObjectUrl,
    version_id: Option<VersionId>,
) -> Result<Option<SystemTime>, Failure> {
    Ok(modified(&head(client, url, version_id).await?))
}

fn of_file(path: &Path) -> Result<Option<SystemTime>, Failure> {
    let found = std::fs::metadata(path).map_err(|source| look_at(path, source))?;
    Ok(found.modified().ok())
}
