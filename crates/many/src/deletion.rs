//! Many deletions in one request, and one by one what such a request cannot do.

use std::collections::HashSet;

use ossum_client::op::{DeleteMultipleObjects, DeleteObject, DeleteReport, ObjectToDelete};
use ossum_client::{Client, Error, ErrorKind};
use ossum_types::BucketName;

/// Deletes up to 1,000 objects of one bucket, and tells how it went with each, in their order.
///
/// # Errors
/// Only what will go on failing: the network, or OSS itself. An object that cannot be deleted is in
/// the answer.
pub async fn delete_objects(
    client: &Client,
    bucket: &BucketName,
    objects: Vec<ObjectToDelete>,
) -> Result<Vec<Result<(), Error>>, Error> {
    let together = objects
        .iter()
        .filter(|object| fits_xml(object.key.as_str()));
    let gone = delete_together(client, bucket, together.cloned().collect()).await?;
    let mut outcomes = Vec::with_capacity(objects.len());
    for object in objects {
        outcomes.push(if gone.contains(&object) {
            Ok(())
        } else {
            delete_alone(client, bucket, object).await
        });
    }
    Ok(outcomes)
}

/// Deletes them by one request, and returns those that it confirms.
async fn delete_together(
    client: &Client,
    bucket: &BucketName,
    objects: Vec<ObjectToDelete>,
) -> Result<HashSet<ObjectToDelete>, Error> {
    if objects.is_empty() {
        return Ok(HashSet::new());
    }
    let request = DeleteMultipleObjects {
        bucket: bucket.clone(),
        objects,
        report: DeleteReport::Verbose,
    };
    let output = match client.delete_multiple_objects(&request).await {
        Ok(output) => output,
        // One that is protected may have spoilt it for all: each is asked for by itself.
        Err(error) if is_about_a_key(&error) => return Ok(HashSet::new()),
        Err(error) => return Err(error),
    };
    let unconfirmed: HashSet<ObjectToDelete> = output.unconfirmed.into_iter().collect();
    let gone = request.objects.into_iter();
    Ok(gone
        .filter(|object| !unconfirmed.contains(object))
        .collect())
}

async fn delete_alone(
    client: &Client,
    bucket: &BucketName,
    object: ObjectToDelete,
) -> Result<(), Error> {
    let request = DeleteObject {
        version_id: object.version_id,
        ..DeleteObject::new(bucket.clone(), object.key)
    };
    client.delete_object(&request).await.map(|_| ())
}

fn is_about_a_key(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Denied | ErrorKind::Refused | ErrorKind::Conflict | ErrorKind::NoSuchKey
    )
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
