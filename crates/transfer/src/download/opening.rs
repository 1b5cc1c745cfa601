use ossum_client::op::{GetObject, HeadObject, ObjectInfo, ObjectReader};
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_plan::first_range;
use ossum_types::{ByteRange, ObjectUrl, VersionId};

use super::Download;
use crate::error::{Error, ErrorKind, shown_url};

/// Which bytes are wanted of which object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) source: &'a ObjectUrl,
    pub(crate) version_id: Option<&'a VersionId>,
    /// `None` is all of them.
    pub(crate) range: Option<ByteRange>,
    /// How many of them the first request asks for, at most; at least 1.
    pub(crate) first_bytes: u64,
}

impl<'a> Wanted<'a> {
    pub(super) fn of(request: &'a Download) -> Self {
        Self {
            source: &request.source,
            version_id: request.version_id.as_ref(),
            range: request.range,
            first_bytes: first_range(request.options.part_size).len(),
        }
    }

    fn first(&self) -> ByteRange {
        let start = self.range.map_or(0, ByteRange::start);
        let most = self.range.map_or(u64::MAX, ByteRange::len);
        let len = self.first_bytes.min(most);
        ByteRange::from_len(start, len).expect("a beginning of a range that exists")
    }

    /// Which bytes those are of an object of that size; `None` if there are none.
    pub(crate) fn within(&self, object_size: u64) -> Option<ByteRange> {
        match self.range {
            None => ByteRange::new(0, object_size),
            Some(wanted) => ByteRange::new(wanted.start(), wanted.end().min(object_size)),
        }
    }
}

/// An object that has been found, and whose first bytes are on their way.
pub(crate) struct Opened {
    pub(crate) info: ObjectInfo,
    /// Which of its bytes are downloaded; `None` if it has none.
    pub(crate) range: Option<ByteRange>,
    /// The beginning of that range.
    pub(crate) beginning: Option<Box<ObjectReader>>,
}

impl Opened {
    /// How many bytes are downloaded.
    pub(crate) fn len(&self) -> u64 {
        self.range.map_or(0, ByteRange::len)
    }
}

/// Asks for the first bytes; the answer also tells everything about the object, so that a small one
/// takes one request.
pub(crate) async fn open(client: &Client, wanted: &Wanted<'_>) -> Result<Opened, Error> {
    let get = GetObject {
        range: Some(wanted.first()),
        version_id: wanted.version_id.cloned(),
        ..GetObject::new(wanted.source.bucket.clone(), wanted.source.key.clone())
    };
    match client.read_object(get).await {
        Ok(beginning) => Ok(found(wanted, Box::new(beginning))),
        // An empty object has no first byte.
        Err(error) if error.kind() == ClientErrorKind::InvalidRange && wanted.range.is_none() => {
            empty(client, wanted).await
        }
        Err(error) => Err(error.into()),
    }
}

fn found(wanted: &Wanted<'_>, beginning: Box<ObjectReader>) -> Opened {
    let info = beginning.info().clone();
    let range = wanted.within(info.size);
    Opened {
        info,
        range,
        beginning: Some(beginning),
    }
}

/// What is known of the object.
pub(super) async fn head(client: &Client, wanted: &Wanted<'_>) -> Result<ObjectInfo, Error> {
    let head = HeadObject {
        version_id: wanted.version_id.cloned(),
        ..HeadObject::new(wanted.source.bucket.clone(), wanted.source.key.clone())
    };
    Ok(client.head_object(&head).await?)
}

async fn empty(client: &Client, wanted: &Wanted<'_>) -> Result<Opened, Error> {
    let info = head(client, wanted).await?;
    if info.size > 0 {
        return Err(changed(wanted.source));
    }
    Ok(Opened {
        info,
        range: None,
        beginning: None,
    })
}

/// The error that the object is another one by now.
pub(crate) fn changed(source: &ObjectUrl) -> Error {
    let message = format!("{} changed while it was downloaded", shown_url(source));
    Error::new(ErrorKind::ObjectChanged, message)
}
