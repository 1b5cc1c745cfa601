//! Whether an operation succeeded whose answer was lost.

use std::time::{Duration, SystemTime};

use ossum_client::ErrorKind as ClientErrorKind;
use ossum_client::op::{HeadObject, ObjectHeaders, ObjectInfo};
use ossum_types::Crc64;

use super::{Made, Making};
use crate::report::Verified;

/// What an upload would have made, by which it is recognised.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) size: u64,
    /// Without one nothing is recognised.
    pub(crate) crc64: Option<Crc64>,
    /// When the upload began.
    pub(crate) since: SystemTime,
}

/// What stands where an upload would have put its object.
#[derive(Debug)]
pub(crate) enum Found {
    /// The object that was expected.
    Expected(Made),
    /// Another one, and what is known of it.
    Other(Box<ObjectInfo>),
    /// None.
    Nothing,
    /// That could not be found out, and why.
    Unknown(ossum_client::Error),
}

impl Making<'_> {
    /// The object, if `error` is only the echo of a success.
    pub(crate) async fn made_in_spite_of(
        &self,
        error: &ossum_client::Error,
        expected: &Expected,
    ) -> Option<Made> {
        if !may_be_an_echo(error) {
            return None;
        }
        tokio::select! {
            found = self.find(expected) => match found {
                Found::Expected(made) => Some(made),
                _ => None,
            },
            () = self.given_up() => None,
        }
    }

    /// Looks at the destination.
    pub(crate) async fn find(&self, expected: &Expected) -> Found {
        let destination = self.destination.clone();
        let head = HeadObject::new(destination.bucket, destination.key);
        match self.client.head_object(&head).await {
            Ok(info) if self.is_expected(&info, expected) => Found::Expected(Made {
                etag: info.etag,
                version_id: info.version_id,
                verified: Verified::Crc64,
                answered: info.headers.into(),
            }),
            Ok(info) => Found::Other(Box::new(info)),
            Err(error) if error.kind() == ClientErrorKind::NoSuchKey => Found::Nothing,
            Err(error) => Found::Unknown(error),
        }
    }

    /// Whether `info` is of an object that was written at `time` or later, by the service's clock.
    pub(crate) fn is_written_since(&self, info: &ObjectInfo, time: SystemTime) -> bool {
        // A clock that went back says nothing.
        let elapsed = self.client.now().duration_since(time).unwrap_or_default();
        is_younger(info.last_modified, info.told_at(), elapsed)
    }

    /// Size and CRC-64 must be equal. Bytes that were there before would do, but what was to be
    /// kept beside them would be missing: where something was, the object must be new.
    fn is_expected(&self, info: &ObjectInfo, expected: &Expected) -> bool {
        let same_bytes =
            info.size == expected.size && info.crc64.is_some() && info.crc64 == expected.crc64;
        let bare = *self.headers == ObjectHeaders::default();
        same_bytes && (bare || self.is_written_since(info, expected.since))
    }
}

/// Whether a failure can be the echo of a success whose answer was lost. Whatever comes after such
/// an answer can: that the upload is gone, or that access was taken away since.
fn may_be_an_echo(error: &ossum_client::Error) -> bool {
    // These tell what became of the object, and it is not what was asked for.
    let says_otherwise = [ClientErrorKind::CallbackFailed, ClientErrorKind::Integrity];
    error.may_have_been_done() && !says_otherwise.contains(&error.kind())
}

/// The service tells times in whole seconds, so both of them may be cut off.
const SLACK: Duration = Duration::from_secs(2);

/// Whether what was written then, and told of now, was written in the last `time`: by the service's
/// clock alone.
fn is_younger(then: Option<SystemTime>, now: Option<SystemTime>, time: Duration) -> bool {
    let (Some(then), Some(now)) = (then, now) else {
        return false;
    };
    // A clock that went back between the two says nothing against it.
    now.duration_since(then).unwrap_or_default() <= time + SLACK
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_that_is_older_than_the_upload_is_not_its_work() {
        let at = |secs| Some(SystemTime::UNIX_EPOCH + Duration::from_secs(secs));
        let minute = Duration::from_mins(1);
        assert!(is_younger(at(1000), at(1060), minute));
        assert!(is_younger(at(1000), at(1062), minute));
        assert!(is_younger(at(1000), at(990), minute));
        assert!(!is_younger(at(1000), at(1063), minute));
        assert!(!is_younger(None, at(1000), minute));
        assert!(!is_younger(at(1000), None, minute));
    }
}
