use ossum_client::op::ObjectHeaders;
use ossum_transfer::Options;

use super::headers::overwrite;
use super::kind::private::Ask;
use super::prepared::Transfer;
use super::{IfExists, Request};
use crate::error::Error;

/// From an object to another one: what [`Ossum::copy`](crate::Ossum::copy) asks for.
#[derive(Debug)]
pub struct Copy {
    source: String,
    destination: String,
    version_id: Option<String>,
    pub(super) headers: ObjectHeaders,
    if_exists: IfExists,
}

impl Copy {
    pub(crate) fn new(source: String, destination: String) -> Self {
        Self {
            source,
            destination,
            version_id: None,
            headers: ObjectHeaders::default(),
            if_exists: IfExists::default(),
        }
    }
}

/// Of copies.
impl<M> Request<Copy, M> {
    /// The version of the source; absent, it is the current one.
    pub fn version_id(mut self, version_id: impl Into<String>) -> Self {
        self.what.version_id = Some(version_id.into());
        self
    }

    /// Whether an object that is there already may be replaced; it is unless told otherwise.
    pub fn if_exists(mut self, if_exists: IfExists) -> Self {
        self.what.if_exists = if_exists;
        self
    }
}

impl Ask for Copy {
    fn transfer(self, options: Options) -> Result<Transfer, Error> {
        let (source, destination) = (self.source.parse()?, self.destination.parse()?);
        Ok(Transfer::Copy(Box::new(ossum_transfer::Copy {
            version_id: self.version_id.map(|id| id.parse()).transpose()?,
            headers: self.headers,
            overwrite: overwrite(self.if_exists),
            options,
            ..ossum_transfer::Copy::new(source, destination)
        })))
    }
}
