use ossum_client::Client;
use ossum_client::op::{HeadObject, ObjectInfo};
use ossum_types::Crc64;

use super::Upload;

/// Whether the destination already holds the bytes that were sent: the proof that an operation
/// succeeded whose answer was lost.
///
/// Size and CRC-64 must be equal. `None` if they are not, or it cannot be found out: then the error
/// at hand stands.
pub(super) async fn holds(
    client: &Client,
    request: &Upload,
    size: u64,
    crc64: Crc64,
) -> Option<ObjectInfo> {
    let destination = request.destination.clone();
    let head = HeadObject::new(destination.bucket, destination.key);
    let info = client.head_object(&head).await.ok()?;
    (info.size == size && info.crc64 == Some(crc64)).then_some(info)
}
