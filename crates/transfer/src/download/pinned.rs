use ossum_client::op::{Conditions, GetObject, ObjectInfo, ObjectReader};
use ossum_client::{Client, ErrorKind as ClientErrorKind};
use ossum_types::{ByteRange, ObjectUrl, VersionId};

use super::opening::changed;
use crate::error::Error;

/// An object pinned to what was found first: every request for its bytes says so.
#[derive(Debug)]
pub(crate) struct Pinned {
    pub(crate) source: ObjectUrl,
    /// By version and ETag.
    pub(crate) object: GetObject,
    pub(crate) size: u64,
}

impl Pinned {
    /// Pins `source` to what `info` tells of it.
    pub(crate) fn new(source: &ObjectUrl, asked: Option<&VersionId>, info: &ObjectInfo) -> Self {
        let version_id = info.version_id.as_ref().or(asked);
        Self {
            source: source.clone(),
            object: GetObject {
                version_id: version_id.cloned(),
                conditions: Conditions::matching(info.etag.clone()),
                ..GetObject::new(source.bucket.clone(), source.key.clone())
            },
            size: info.size,
        }
    }

    /// Asks for a range of its bytes.
    pub(crate) async fn open(
        &self,
        client: &Client,
        range: ByteRange,
    ) -> Result<ObjectReader, Error> {
        let object = GetObject {
            range: Some(range),
            ..self.object.clone()
        };
        let reader = client.read_object(object).await;
        let reader = reader.map_err(|error| self.explain(error))?;
        if reader.info().size != self.size || reader.range() != Some(range) {
            return Err(changed(&self.source));
        }
        Ok(reader)
    }

    /// What a failed request means: if it is the pin that failed, the object is another one.
    pub(crate) fn explain(&self, error: ossum_client::Error) -> Error {
        if error.kind() == ClientErrorKind::PreconditionFailed {
            return changed(&self.source).with_cause(error);
        }
        error.into()
    }
}
