//! Many deletions in one request, and one by one what such a request cannot do.

use std::collections::HashSet;

use ossum_client::op::{DeleteMultipleObjects, DeleteObject, DeleteReport, ObjectToDelete};
use ossum_client::{Client, Error, ErrorKind};
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
    let mut together = Vec::new();
    let mut alone = Vec::new();
    for doomed in batch {
        let Doomed {
            size, version_id, ..
        } = doomed;
        match below::url_of(bucket, doomed.key) {
            Err(failure) => outcomes.push(Err(failure)),
            Ok(url) => {
                let gone = Gone {
                    url,
                    version_id,
                    size,
                };
                if dry_run {
                    outcomes.push(Ok(gone));
                } else if fits_xml(gone.url.key.as_str()) {
                    together.push(gone);
                } else {
                    alone.push(gone);
                }
            }
        }
    }
    alone.extend(delete_together(client, bucket, together, &mut outcomes).await?);
    for gone in alone {
        outcomes.push(delete_alone(client, gone).await);
    }
    Ok(outcomes)
}

/// Deletes them by one request, and returns those that it does not confirm.
async fn delete_together(
    client: &Client,
    bucket: &BucketName,
    together: Vec<Gone>,
    outcomes: &mut Outcomes,
) -> Result<Vec<Gone>, Failure> {
    if together.is_empty() {
        return Ok(together);
    }
    let request = DeleteMultipleObjects {
        bucket: bucket.clone(),
        objects: together.iter().map(Gone::named).collect(),
        report: DeleteReport::Verbose,
    };
    let output = match client.delete_multiple_objects(&request).await {
        Ok(output) => output,
        // One that is protected may have spoilt it for all: each is asked for by itself.
        Err(error) if is_about_a_key(&error) => return Ok(together),
        Err(error) => return Err(error.into()),
    };
    let unconfirmed: HashSet<ObjectToDelete> = output.unconfirmed.into_iter().collect();
    let (left, gone): (Vec<_>, Vec<_>) = together
        .into_iter()
        .partition(|gone| unconfirmed.contains(&gone.named()));
    outcomes.extend(gone.into_iter().map(Ok));
    Ok(left)
}

async fn delete_alone(client: &Client, gone: Gone) -> Result<Gone, Failure> {
    let request = DeleteObject {
        version_id: gone.version_id.clone(),
        ..DeleteObject::new(gone.url.bucket.clone(), gone.url.key.clone())
    };
    client.delete_object(&request).await?;
    Ok(gone)
}

fn is_about_a_key(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Denied | ErrorKind::Refused | ErrorKind::Conflict | ErrorKind::NoSuchKey
    )
}

impl Gone {
    fn named(&self) -> ObjectToDelete {
        ObjectToDelete {
            key: self.url.key.clone(),
            version_id: self.version_id.clone(),
        }
    }
}

/// Whether XML 1.0 has a way to write all of `key` (its production `Char`).
fn fits_xml(key: &str) -> bool {
    key.chars()
        .all(|c| matches!(c, '\t' | ' '..='\u{fffd}' | '\u{10000}'..))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_carry_goes_alone() {
        for key in ["a", "a b", "é中😀", "a&<>\"'", "a\tb"] {
            assert!(fits_xml(key), "{key:?}");
        }
        // Line breaks can be written, but readers change them.
        for key in ["a\u{1}", "a\rb", "a\nb", "\u{fffe}", "\u{0}"] {
            assert!(!fits_xml(key), "{key:?}");
        }
    }
}
