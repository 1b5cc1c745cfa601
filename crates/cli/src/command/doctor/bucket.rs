//! What may be done in a bucket, and how fast.

use std::pin::pin;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use ossum_client::op::{ListMultipartUploads, ListObjectsV2};
use ossum_client::{Client, ErrorKind};
use ossum_types::{BucketName, ByteSize};

use super::exam::Exam;
use super::network::{check_of, is_only_forbidden};
use super::probe::Probe;
use crate::command::parts::age;
use crate::failure::Failure;
use crate::session::Session;

/// Uploads that began longer ago were most likely forgotten.
const STALE: Duration = Duration::from_hours(7 * 24);

/// Asks for one object of the bucket; tells whether more can be asked.
pub(super) async fn may_list(
    exam: &mut Exam<'_>,
    client: &Client,
    bucket: &BucketName,
) -> Result<bool, Failure> {
    const CHECK: &str = "list";
    let request = ListObjectsV2 {
        page_size: 1,
        ..ListObjectsV2::new(bucket.clone())
    };
    match client.list_objects_v2_page(&request).await {
        Ok(_) => {
            exam.ok(CHECK, format!("objects of oss://{bucket} may be listed"))?;
            Ok(true)
        }
        Err(error) => {
            let goes_on = is_only_forbidden(&error);
            exam.fail(check_of(&error, CHECK), error.into())?;
            Ok(goes_on)
        }
    }
}

/// Looks into everything else, and leaves the bucket as it was.
pub(super) async fn look(
    session: &Session,
    exam: &mut Exam<'_>,
    client: &Client,
    bucket: &BucketName,
    probe_size: ByteSize,
) -> Result<(), Failure> {
    leftovers(exam, client, bucket).await?;
    Probe::new(client, bucket)?
        .examine(session, exam, probe_size)
        .await
}

/// No more uploads than these are counted: ten requests.
const COUNTED: usize = 10_000;

/// Counts uploads that nobody seems to finish.
async fn leftovers(
    exam: &mut Exam<'_>,
    client: &Client,
    bucket: &BucketName,
) -> Result<(), Failure> {
    const CHECK: &str = "stale uploads";
    let uploads = client.list_multipart_uploads(ListMultipartUploads::new(bucket.clone()));
    let mut uploads = pin!(uploads.take(COUNTED + 1));
    let (mut all, mut stale) = (0, 0);
    loop {
        match uploads.try_next().await {
            Ok(None) => break,
            Ok(Some(upload)) => {
                all += 1;
                let age = age(client, upload.initiated);
                stale += usize::from(age.is_some_and(|age| age > STALE));
            }
            Err(error) if error.kind() == ErrorKind::Denied => {
                return exam.warn(
                    CHECK,
                    "unfinished uploads may not be listed",
                    "let them, if uploads are to be found again: oss:ListMultipartUploads",
                );
            }
            Err(error) => return exam.fail(CHECK, error.into()),
        }
    }
    let found = counted(all, stale);
    match stale {
        0 => exam.ok(CHECK, found),
        _ => exam.warn(
            CHECK,
            found,
            format!(
                "their parts are billed: ossum parts ls oss://{bucket}, ossum parts abort oss://{bucket} --older-than 7d"
            ),
        ),
    }
}

/// So many of them, and how many are old.
fn counted(all: usize, stale: usize) -> String {
    if all > COUNTED {
        format!(
            "more than {COUNTED} unfinished uploads, at least {stale} of them older than a week"
        )
    } else {
        format!("{all} unfinished uploads, {stale} of them older than a week")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_counted_is_told() {
        assert_eq!(
            counted(2, 1),
            "2 unfinished uploads, 1 of them older than a week"
        );
        assert_eq!(
            counted(COUNTED + 1, 7),
            "more than 10000 unfinished uploads, at least 7 of them older than a week"
        );
    }
}
