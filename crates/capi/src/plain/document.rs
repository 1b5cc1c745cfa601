use ossum_client::read_document;
use serde::de::DeserializeOwned;

use super::Answer;
use crate::status::{AOSE_XML_PARSE_ERROR, Failed, XML_PARSE_ERROR};

impl Answer {
    /// The document with the root element `root` that `body`, the body of this answer, must be.
    pub(crate) fn document<T: DeserializeOwned>(
        &self,
        root: &'static str,
        body: &[u8],
    ) -> Result<T, Failed> {
        read_document(root, body).map_err(|error| self.malformed(error.to_string()))
    }

    /// The failure that this answer is not as it should be.
    pub(crate) fn malformed(&self, message: impl Into<String>) -> Failed {
        Failed::new(AOSE_XML_PARSE_ERROR, XML_PARSE_ERROR, message).answered_with(&self.headers)
    }
}
