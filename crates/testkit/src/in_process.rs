mod arrival;
mod departure;
mod link;
mod waits;

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, request};
use http_body::Body as _;
use ossum_client::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use ossum_client::{RequestBody, ResponseBody};
use ossum_devserver::{Body, Service};
use tokio_util::sync::CancellationToken;

use arrival::Arrival;
use departure::Departure;
use link::Link;
pub use waits::Waits;

/// How long nothing may move unless a request says so.
const USUAL_PATIENCE: Duration = Duration::from_secs(30);

/// How many bytes of an answer come at once, as from a read buffer of a socket's.
const USUAL_CHUNK_BYTES: usize = 512 * 1024;
const LEAST_CHUNK_BYTES: usize = 64 * 1024;

/// A transport straight into a [`Service`]: no socket, no thread, no task.
///
/// Both bodies stream: the service takes chunks of the request as it wants them, the client those of
/// the answer. What HTTP/1.1 on a socket would do holds here as well: whoever drops a body or a
/// request has cut the connection, an answer ends where its `Content-Length` says, and one that ends
/// sooner is broken. Fault rules that are about connections do nothing here.
///
/// Clones and [`separate`](Transport::separate) ones reach the same service from any thread and
/// runtime.
#[derive(Clone)]
pub struct InProcess {
    service: Service,
    line: Arc<Line>,
    waits: Waits,
    chunk_bytes: usize,
}

/// What all connections run over. The token is of those that stand now.
#[derive(Debug, Default)]
struct Line(Mutex<CancellationToken>);

impl Line {
    fn token(&self) -> MutexGuard<'_, CancellationToken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl InProcess {
    /// A way to `service`.
    pub fn new(service: Service, waits: Waits) -> Self {
        Self {
            service,
            line: Arc::default(),
            waits,
            chunk_bytes: USUAL_CHUNK_BYTES,
        }
    }

    /// Cuts every connection there is, as when the server dies: requests and answers under way end
    /// with [`TransportErrorKind::Closed`]. Later requests get through.
    pub fn cut(&self) {
        std::mem::take(&mut *self.line.token()).cancel();
    }

    async fn exchange(
        &self,
        request: Request<RequestBody>,
        patience: Duration,
    ) -> Result<Response<ResponseBody>, TransportError> {
        self.waits.take_effect();
        let mut link = Link::new(self.line.token().clone(), patience);
        let method = request.method().clone();
        let (head, body) = request.into_parts();
        let (departure, departed) = Departure::new(body);
        let request = Request::from_parts(on_the_wire(head), departure);
        let answer = link
            .carry(self.service.try_handle(request), &departed)
            .await?;
        match answer {
            Ok(answer) if !departed.has_failed() => Ok(self.receive(&method, answer, link)),
            Ok(_) => Err(closed("the request broke off")),
            Err(how) => Err(closed(&how.to_string())),
        }
    }

    /// The answer as it arrives: its length is announced, and ends it.
    fn receive(
        &self,
        method: &Method,
        mut answer: Response<Body>,
        link: Link,
    ) -> Response<ResponseBody> {
        let whole_len = answer.body().size_hint().exact();
        let no_body = method == Method::HEAD || has_no_body(answer.status());
        if let (Some(len), false) = (whole_len, no_body) {
            let headers = answer.headers_mut();
            headers.entry(CONTENT_LENGTH).or_insert(len.into());
        }
        let announced = if no_body {
            Some(0)
        } else {
            content_length(answer.headers())
        };
        answer.map(|body| ResponseBody::new(Arrival::new(body, announced, self.chunk_bytes, link)))
    }
}

fn closed(why: &str) -> TransportError {
    TransportError::new(TransportErrorKind::Closed, why)
}

/// The head of a request as a server finds it: the host stands in its header alone.
fn on_the_wire(mut head: request::Parts) -> request::Parts {
    let target = head.uri.path_and_query().cloned();
    head.uri = target.map_or_else(Uri::default, Uri::from);
    head
}

fn has_no_body(status: StatusCode) -> bool {
    status.is_informational() || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

impl Transport for InProcess {
    fn send(
        &self,
        request: Request<RequestBody>,
        patience: Option<Duration>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        Box::pin(self.exchange(request, patience.unwrap_or(USUAL_PATIENCE)))
    }

    fn separate(&self, read_buffer_bytes: usize) -> Arc<dyn Transport> {
        Arc::new(Self {
            chunk_bytes: read_buffer_bytes.max(LEAST_CHUNK_BYTES),
            ..self.clone()
        })
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InProcess")
            .field("waits", &self.waits)
            .finish_non_exhaustive()
    }
}
