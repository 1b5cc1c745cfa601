//! A small object that goes up, comes down and goes away.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use ossum_client::Client;
use ossum_client::op::{
    AbortMultipartUpload, DeleteObject, GetObject, InitiateMultipartUpload, PutObject,
};
use ossum_types::{BucketName, ByteSize, Crc64, Crc64Hasher, ObjectUrl, UploadId, VersionId};
use tokio::sync::Notify;

use super::exam::Exam;
use crate::failure::Failure;
use crate::message::escaped;
use crate::output::pace;
use crate::session::Session;

/// Slower than this is worth a look, in bytes a second.
const SLOW: u64 = 1 << 20;

/// Less than this tells nothing about speed.
const ENOUGH_TO_JUDGE: u64 = 1 << 20;

/// What is made in a bucket and removed again, whatever happens.
pub(super) struct Probe<'a> {
    client: &'a Client,
    url: ObjectUrl,
    /// Whether the object may be there.
    is_put: bool,
    version_id: Option<VersionId>,
    upload_id: Option<UploadId>,
}

impl<'a> Probe<'a> {
    pub(super) fn new(client: &'a Client, bucket: &BucketName) -> Result<Self, Failure> {
        let key = format!(".ossum-doctor-{:016x}", fastrand::u64(..));
        let key = key.parse().map_err(|invalid: ossum_types::Invalid| {
            Failure::usage(invalid.to_string(), "this is a fault of ossum")
        })?;
        let bucket = bucket.clone();
        Ok(Self {
            client,
            url: ObjectUrl { bucket, key },
            is_put: false,
            version_id: None,
            upload_id: None,
        })
    }

    /// Tries everything. A signal ends it; what was made is removed first.
    pub(super) async fn examine(
        mut self,
        session: &Session,
        exam: &mut Exam<'_>,
        size: ByteSize,
    ) -> Result<(), Failure> {
        let stopped = Arc::new(Notify::new());
        let stop = Arc::clone(&stopped);
        session.interrupts.end_by(move || stop.notify_one());
        let outcome = tokio::select! {
            biased;
            () = stopped.notified() => Ok(()),
            outcome = self.attempt(exam, size) => outcome,
        };
        let cleaned = self.remove(exam).await;
        match session.interrupted() {
            Some(interrupted) => Err(interrupted),
            None => outcome.and(cleaned),
        }
    }

    async fn attempt(&mut self, exam: &mut Exam<'_>, size: ByteSize) -> Result<(), Failure> {
        let bytes = content(size);
        let crc64 = Crc64::of(&bytes);
        match self.put(bytes).await {
            Ok(took) => {
                judge(exam, "put", "up", size, took)?;
                match self.get(crc64).await {
                    Ok(took) => judge(exam, "get", "down", size, took)?,
                    Err(failure) => exam.fail("get", failure)?,
                }
            }
            Err(failure) => exam.fail("put", failure)?,
        }
        let begun = self.begin_upload().await;
        exam.take("multipart", begun)
    }

    async fn put(&mut self, bytes: Vec<u8>) -> Result<Duration, Failure> {
        let ObjectUrl { bucket, key } = self.url.clone();
        let request = PutObject::new(bucket, key, Bytes::from(bytes));
        let began = Instant::now();
        // From here on, whatever the answer is.
        self.is_put = true;
        match self.client.put_object(&request).await {
            Ok(stored) => {
                self.version_id = stored.version_id;
                Ok(began.elapsed())
            }
            Err(error) => {
                self.is_put = error.may_have_been_done();
                Err(error.into())
            }
        }
    }

    async fn get(&self, sent: Crc64) -> Result<Duration, Failure> {
        let ObjectUrl { bucket, key } = self.url.clone();
        let began = Instant::now();
        let request = GetObject::new(bucket, key);
        let mut reader = self.client.read_object(request).await?;
        let mut received = Crc64Hasher::new();
        while let Some(chunk) = reader.chunk().await? {
            received.update(&chunk);
        }
        if received.finish() != sent {
            return Err(Failure::Differs(
                "the probe that came back is not the one that was sent".to_owned(),
            ));
        }
        Ok(began.elapsed())
    }

    async fn begin_upload(&mut self) -> Result<String, Failure> {
        let ObjectUrl { bucket, key } = self.url.clone();
        let request = InitiateMultipartUpload::new(bucket, key);
        let upload_id = self.client.initiate_multipart_upload(&request).await?;
        self.upload_id = Some(upload_id);
        Ok("uploads in parts may be begun".to_owned())
    }

    /// Removes all that was made.
    async fn remove(&mut self, exam: &mut Exam<'_>) -> Result<(), Failure> {
        let ObjectUrl { bucket, key } = self.url.clone();
        if let Some(upload_id) = self.upload_id.take() {
            let request = AbortMultipartUpload {
                bucket: bucket.clone(),
                key: key.clone(),
                upload_id: upload_id.clone(),
            };
            let aborted = self.client.abort_multipart_upload(&request).await;
            if aborted.is_err() {
                let url = self.url.to_string();
                let url = escaped(&url);
                tracing::warn!(
                    "the unfinished upload {upload_id} of {url} is left: ossum parts abort {url} --upload-id {upload_id} --force"
                );
            }
            let told = aborted.map(|()| "unfinished uploads may be aborted".to_owned());
            exam.take("abort", told.map_err(Failure::from))?;
        }
        if self.is_put {
            let request = DeleteObject {
                version_id: self.version_id.clone(),
                ..DeleteObject::new(bucket, key)
            };
            let deleted = self.client.delete_object(&request).await;
            if deleted.is_err() {
                let url = self.url.to_string();
                tracing::warn!(
                    "the probe {url} is left: ossum rm {url}",
                    url = escaped(&url)
                );
            }
            let told = deleted.map(|_| "objects may be deleted".to_owned());
            exam.take("delete", told.map_err(Failure::from))?;
        }
        Ok(())
    }
}

/// Bytes that nothing on the way can make fewer.
fn content(size: ByteSize) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(size.get()).unwrap_or(0)];
    fastrand::Rng::new().fill(&mut bytes);
    bytes
}

/// Tells a rate, and whether it is one to be content with.
fn judge(
    exam: &mut Exam<'_>,
    check: &'static str,
    way: &str,
    size: ByteSize,
    took: Duration,
) -> Result<(), Failure> {
    let found = format!("{} {way}, over one connection", pace(size.get(), took));
    if is_slow(size.get(), took) {
        return exam.warn(
            check,
            format!("{found}: slow"),
            "several connections at a time are faster (--concurrency); --accelerate or --internal may be nearer",
        );
    }
    exam.ok(check, found)
}

fn is_slow(bytes: u64, took: Duration) -> bool {
    let at_least = u128::from(SLOW) * took.as_millis() / 1000;
    bytes >= ENOUGH_TO_JUDGE && u128::from(bytes) < at_least
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_is_less_than_a_mebibyte_a_second_of_enough_bytes() {
        let second = Duration::from_secs(1);
        assert!(!is_slow(8 << 20, second * 8));
        assert!(is_slow(8 << 20, second * 9));
        assert!(!is_slow(1000, second * 9));
    }
}
