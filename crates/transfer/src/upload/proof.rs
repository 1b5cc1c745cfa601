//! Whether an operation succeeded whose answer was lost.

use std::time::{Duration, Instant, SystemTime};

use ossum_client::op::{HeadObject, ObjectHeaders, ObjectInfo};
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_types::Crc64;

use super::Upload;
use super::abandon::GRACE;
use crate::error::Error;
use crate::monitor::Monitor;

/// What an upload would have made, by which it is recognised.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expected {
    pub(super) size: u64,
    pub(super) crc64: Crc64,
    /// When the upload began.
    pub(super) since: Instant,
}

/// The object, if `error` is only the echo of a success; otherwise the error.
pub(super) async fn in_spite_of(
    error: ossum_client::Error,
    client: &Client,
    request: &Upload,
    expected: &Expected,
    monitor: &Monitor,
) -> Result<ObjectInfo, Error> {
    if !may_be_an_echo(&error) {
        return Err(error.into());
    }
    let found = tokio::select! {
        found = find(client, request, expected) => found,
        () = async { monitor.token().cancelled().await; tokio::time::sleep(GRACE).await } => None,
    };
    found.ok_or_else(|| error.into())
}

/// Whether a failure can be the echo of a success whose answer was lost.
fn may_be_an_echo(error: &ossum_client::Error) -> bool {
    error.may_have_been_done()
        && matches!(
            error.kind(),
            ClientErrorKind::NoSuchUpload
                | ClientErrorKind::AlreadyExists
                | ClientErrorKind::Network
                | ClientErrorKind::Timeout
                | ClientErrorKind::Unavailable
                | ClientErrorKind::NotOss
                | ClientErrorKind::Malformed
        )
}

/// The object at the destination if it is the expected one; `None` if it is not, or that cannot be
/// found out.
pub(super) async fn find(
    client: &Client,
    request: &Upload,
    expected: &Expected,
) -> Option<ObjectInfo> {
    let destination = request.destination.clone();
    let head = HeadObject::new(destination.bucket, destination.key);
    let info = client.head_object(&head).await.ok()?;
    is_expected(&info, request, expected).then_some(info)
}

/// Size and CRC-64 must be equal. Bytes that were there before would do, but what was to be kept
/// beside them would be missing: where something was, the object must be new.
fn is_expected(info: &ObjectInfo, request: &Upload, expected: &Expected) -> bool {
    let same_bytes = info.size == expected.size && info.crc64 == Some(expected.crc64);
    let bare = request.headers == ObjectHeaders::default();
    let elapsed = expected.since.elapsed();
    same_bytes && (bare || is_younger(info.last_modified, info.told_at, elapsed))
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
