//! Lets `object_store` ask for credentials by the way that all requests go.

use std::sync::Arc;

use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use ossum_client::RequestBody;
use ossum_client::transport::Transport;

#[derive(Debug)]
pub(super) struct Connector(Arc<dyn Transport>);

#[derive(Debug)]
struct Service(Arc<dyn Transport>);

/// What gives credentials answers with little.
const MOST_BYTES: usize = 1 << 20;
const READ_BUFFER_BYTES: usize = 64 << 10;

impl Connector {
    pub(super) fn new(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Service(Arc::clone(&self.0))))
    }
}

#[async_trait::async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        let bytes = body.as_bytes().cloned().unwrap_or_default();
        let request = http::Request::from_parts(head, RequestBody::whole(bytes));
        // Whichever thread asks: connections belong to the one that made them.
        let transport = self.0.separate(READ_BUFFER_BYTES);
        let failed = |error| HttpError::new(HttpErrorKind::Connect, error);
        let answer = transport.send(request, None).await.map_err(failed)?;
        let (head, body) = answer.into_parts();
        let bytes = super::read_all(body, MOST_BYTES).await.map_err(failed)?;
        Ok(http::Response::from_parts(
            head,
            HttpResponseBody::from(bytes),
        ))
    }
}
