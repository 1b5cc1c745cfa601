use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Uri};
use ossum_client::auth::{BoxFuture, Credentials, CredentialsError, CredentialsProvider};

use super::document;
use super::web::{Web, failure};

/// An address that gives credentials to whoever can reach it.
pub(super) struct CredentialsUri {
    pub(super) web: Web,
    pub(super) uri: Uri,
}

const WHOM: &str = "the credentials URI";

impl CredentialsUri {
    async fn fetch(&self) -> Result<Arc<Credentials>, CredentialsError> {
        let make = || Request::builder().uri(&self.uri).body(Bytes::new());
        let reply = self.web.ask(WHOM, make).await?;
        if !reply.status.is_success() {
            let status = reply.status.as_u16();
            return Err(failure(format!("{WHOM} gives no credentials: {status}")));
        }
        document::read(WHOM, &document::json(WHOM, &reply.body)?)
    }
}

impl CredentialsProvider for CredentialsUri {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        Box::pin(self.fetch())
    }
}

impl fmt::Debug for CredentialsUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rest of it may be what keeps others out.
        f.debug_tuple("CredentialsUri")
            .field(&self.uri.host())
            .finish()
    }
}
