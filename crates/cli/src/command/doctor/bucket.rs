//! What may be done in a bucket, and how fast.

use std::time::Duration;

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

/// Counts uploads that nobody seems to finish, on the first page of them.
async fn leftovers(
    exam: &mut Exam<'_>,
    client: &Client,
    bucket: &BucketName,
) -> Result<(), Failure> {
    const CHECK: &str = "stale uploads";
    let request = ListMultipartUploads::new(bucket.clone());
    let page = match client.list_multipart_uploads_page(&request).await {
        Ok(page) => page,
        Err(error) if error.kind() == ErrorKind::Denied => {
            return exam.warn(
                CHECK,
                "unfinished uploads may not be listed",
                "let them, if uploads are to be found again: oss:ListMultipartUploads",
            );
        }
        Err(error) => return exam.fail(CHECK, error.into()),
    };
    let is_stale = |initiated| age(client, initiated).is_some_and(|age| age > STALE);
    let stale = page
        .uploads
        .iter()
        .filter(|upload| is_stale(upload.initiated))
        .count();
    let more = if page.next.is_some() { " at least" } else { "" };
    let found = format!(
        "{} unfinished uploads{more}, {stale} of them older than a week",
        page.uploads.len()
    );
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
