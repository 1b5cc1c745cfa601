use std::path::PathBuf;

use ossum_client::op::ObjectHeaders;
use ossum_transfer::{Adopt, Options, VerifyKept};

use super::headers::overwrite;
use super::kind::private::Ask;
use super::prepared::Transfer;
use super::{IfExists, Request};
use crate::error::Error;

/// From a file to an object: what [`Ossum::upload`](crate::Ossum::upload) asks for.
#[derive(Debug)]
pub struct Upload {
    file: PathBuf,
    object: String,
    pub(super) headers: ObjectHeaders,
    if_exists: IfExists,
    adopt: Adopt,
    verify_kept: VerifyKept,
}

impl Upload {
    pub(crate) fn new(file: PathBuf, object: String) -> Self {
        Self {
            file,
            object,
            headers: ObjectHeaders::default(),
            if_exists: IfExists::default(),
            adopt: Adopt::default(),
            verify_kept: VerifyKept::default(),
        }
    }
}

/// Of uploads.
impl<M> Request<Upload, M> {
    /// Whether an object that is there already may be replaced; it is unless told otherwise.
    pub fn if_exists(mut self, if_exists: IfExists) -> Self {
        self.what.if_exists = if_exists;
        self
    }

    /// Continues an open upload of the same key that no checkpoint knows, of another program or a
    /// lost machine, if its parts can be this file's. Each part is compared by its CRC-64. What is
    /// kept with the object was fixed when that upload began.
    pub fn adopt(mut self) -> Self {
        self.what.adopt = Adopt::Yes;
        self
    }

    /// When the file is read again before a part sent earlier counts as there; always unless told
    /// otherwise.
    pub fn verify_kept(mut self, verify_kept: VerifyKept) -> Self {
        self.what.verify_kept = verify_kept;
        self
    }
}

impl Ask for Upload {
    fn transfer(self, options: Options) -> Result<Transfer, Error> {
        Ok(Transfer::Upload(Box::new(ossum_transfer::Upload {
            headers: self.headers,
            overwrite: overwrite(self.if_exists),
            verify_kept: self.verify_kept,
            adopt: self.adopt,
            options,
            ..ossum_transfer::Upload::new(self.file, self.object.parse()?)
        })))
    }
}
