use ossum_client::ErrorKind as ClientErrorKind;
use ossum_client::op::{CompleteMultipartUpload, CompleteMultipartUploadOutput, CompletedPart};
use ossum_types::ObjectUrl;

use super::proof::Found;
use super::{Aborted, GRACE, Made, Making, Whole, ambiguous};
use crate::error::{Error, ErrorKind, shown_url};
use crate::report::Verified;

/// What becomes of an upload whose completion is not waited for any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WhenCancelled {
    /// It is left as it is: a later run finds out how it ended.
    Leave,
    /// It is aborted, which tells how it ended.
    Abort,
}

impl Making<'_> {
    /// Completes the upload and proves that the object is what was sent.
    ///
    /// Cancelling does not simply drop the request: OSS may carry it out all the same, and then the
    /// object is there. So it is waited for a little longer.
    ///
    /// # Errors
    /// [`ErrorKind::Integrity`] if the object is public and not what was sent;
    /// [`ErrorKind::Ambiguous`] if another writer's object may stand in its place. After
    /// [`NoSuchUpload`](ClientErrorKind::NoSuchUpload) it is certain that there is neither the
    /// upload nor its object.
    pub(crate) async fn complete(
        &self,
        whole: &Whole,
        when_cancelled: WhenCancelled,
    ) -> Result<Made, Error> {
        let completing = async {
            let completed = self
                .client
                .complete_multipart_upload(&self.completion_of(whole))
                .await;
            match completed {
                Ok(object) => self.compare(whole, object),
                Err(error) => self.look_behind(whole, error).await,
            }
        };
        tokio::select! {
            made = completing => made,
            () = self.given_up() => match when_cancelled {
                WhenCancelled::Leave => Err(Error::cancelled()),
                WhenCancelled::Abort => self.settle(whole).await,
            }
        }
    }

    fn completion_of(&self, whole: &Whole) -> CompleteMultipartUpload {
        let ObjectUrl { bucket, key } = self.destination.clone();
        let named = whole.parts.iter().map(|kept| CompletedPart {
            number: kept.part.number,
            etag: kept.etag.clone(),
        });
        CompleteMultipartUpload {
            overwrite: self.overwrite,
            callback: self.callback.cloned(),
            ..CompleteMultipartUpload::new(bucket, key, whole.upload_id.clone(), named.collect())
        }
    }

    /// Holds the object that OSS has made against what was sent.
    fn compare(&self, whole: &Whole, object: CompleteMultipartUploadOutput) -> Result<Made, Error> {
        let told = object.crc64.zip(whole.crc64);
        if told.is_some_and(|(stored, sent)| stored != sent) {
            return Err(self.wrong_object());
        }
        let verified = if told.is_some() || whole.confirmed {
            Verified::Crc64
        } else {
            Verified::Length
        };
        Ok(Made {
            etag: object.etag,
            version_id: object.version_id,
            verified,
            answered: object.answered,
        })
    }

    /// A failure to complete may hide a success.
    async fn look_behind(&self, whole: &Whole, error: ossum_client::Error) -> Result<Made, Error> {
        let may_be_done = whole.may_be_done || error.may_have_been_done();
        match error.kind() {
            // The latter is a 404 whose document was lost: nothing is said of which it is.
            ClientErrorKind::NoSuchUpload | ClientErrorKind::NoSuchKey => {
                return self.find_what_became(whole, error).await;
            }
            // What is in the way may be our own.
            ClientErrorKind::AlreadyExists if may_be_done => {
                return self.find_what_became(whole, error).await;
            }
            _ => {}
        }
        match self.made_in_spite_of(&error, &whole.expected()).await {
            Some(made) => {
                self.end(whole).await;
                Ok(made)
            }
            None => Err(error.into()),
        }
    }

    /// Ends an upload whose bytes are where they belong, be it by somebody else's hand: then it
    /// was not completed, and nothing will remember its parts.
    async fn end(&self, whole: &Whole) {
        if self.abort(&whole.upload_id).await == Aborted::Unknown {
            let upload_id = &whole.upload_id;
            tracing::warn!(
                "the object is there, but the upload {upload_id} may still be open; \
                 its parts are billed until it is aborted"
            );
        }
    }

    /// There is no such upload any more, or an object in its way: it was completed, by us, or not.
    async fn find_what_became(
        &self,
        whole: &Whole,
        error: ossum_client::Error,
    ) -> Result<Made, Error> {
        let may_be_done = whole.may_be_done || error.may_have_been_done();
        match self.find(&whole.expected()).await {
            Found::Expected(made) => {
                if error.kind() != ClientErrorKind::NoSuchUpload {
                    self.end(whole).await;
                }
                Ok(made)
            }
            Found::Other(info) if may_be_done && self.is_written_since(&info, whole.completing) => {
                Err(ambiguous(self.destination).with_cause(error))
            }
            // Whether it was completed is to be known first.
            Found::Unknown(unknown) if may_be_done => Err(unknown.into()),
            _ => Err(error.into()),
        }
    }

    /// Ends a completion that nobody waits for any more, one way or the other.
    async fn settle(&self, whole: &Whole) -> Result<Made, Error> {
        if self.abort(&whole.upload_id).await == Aborted::WasGone
            && let Ok(Found::Expected(made)) =
                tokio::time::timeout(GRACE, self.find(&whole.expected())).await
        {
            return Ok(made);
        }
        Err(Error::cancelled())
    }

    pub(crate) fn wrong_object(&self) -> Error {
        let message = format!(
            "{} is public by now, but OSS says that its bytes are not those sent: do not use it",
            shown_url(self.destination)
        );
        Error::new(ErrorKind::Integrity, message).of_made()
    }
}
