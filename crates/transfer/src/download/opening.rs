use ossum_client::op::{GetObject, HeadObject, ObjectInfo, ObjectReader};
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_plan::first_range;
use ossum_types::{ByteRange, ObjectUrl};

use super::Download;
use crate::error::{Error, ErrorKind, shown_url};

/// An object that has been found, and whose first bytes are on their way.
pub(super) struct Opened {
    pub(super) info: ObjectInfo,
    /// Which of its bytes are downloaded; `None` if it has none.
    pub(super) range: Option<ByteRange>,
    /// The beginning of that range.
    pub(super) beginning: Option<ObjectReader>,
}

impl Opened {
    /// How many bytes are downloaded.
    pub(super) fn len(&self) -> u64 {
        self.range.map_or(0, ByteRange::len)
    }
}

/// Asks for the first bytes; the answer also tells everything about the object, so that a small one
/// takes one request.
pub(super) async fn open(client: &Client, request: &Download) -> Result<Opened, Error> {
    let get = GetObject {
        range: Some(first(request)),
        version_id: request.version_id.clone(),
        ..GetObject::new(request.source.bucket.clone(), request.source.key.clone())
    };
    match client.read_object(get).await {
        Ok(beginning) => Ok(found(request, beginning)),
        // An empty object has no first byte.
        Err(error) if error.kind() == ClientErrorKind::InvalidRange && request.range.is_none() => {
            empty(client, request).await
        }
        Err(error) => Err(error.into()),
    }
}

fn first(request: &Download) -> ByteRange {
    let first = first_range(request.options.part_size);
    let Some(wanted) = request.range else {
        return first;
    };
    let len = first.len().min(wanted.len());
    ByteRange::from_len(wanted.start(), len).expect("a beginning of a range that exists")
}

fn found(request: &Download, beginning: ObjectReader) -> Opened {
    let info = beginning.info().clone();
    let range = wanted(request, info.size);
    Opened {
        info,
        range,
        beginning: Some(beginning),
    }
}

/// Which bytes are wanted of an object of that size; `None` if there are none.
pub(super) fn wanted(request: &Download, object_size: u64) -> Option<ByteRange> {
    match request.range {
        None => ByteRange::new(0, object_size),
        Some(wanted) => ByteRange::new(wanted.start(), wanted.end().min(object_size)),
    }
}

/// What is known of the object.
pub(super) async fn head(client: &Client, request: &Download) -> Result<ObjectInfo, Error> {
    let head = HeadObject {
        version_id: request.version_id.clone(),
        ..HeadObject::new(request.source.bucket.clone(), request.source.key.clone())
    };
    Ok(client.head_object(&head).await?)
}

async fn empty(client: &Client, request: &Download) -> Result<Opened, Error> {
    let info = head(client, request).await?;
    if info.size > 0 {
        return Err(changed(&request.source));
    }
    Ok(Opened {
        info,
        range: None,
        beginning: None,
    })
}

/// The error that the object is another one by now.
pub(super) fn changed(source: &ObjectUrl) -> Error {
    let message = format!("{} changed while it was downloaded", shown_url(source));
    Error::new(ErrorKind::ObjectChanged, message)
}
