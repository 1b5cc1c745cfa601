//! The transport that ossum ships: HTTP/1.1 over connections of its own.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use ossum_types::Endpoint;

use super::connection::Connection;
use super::connector::Connector;
use super::proxy::{Proxies, Route};
use super::stall::Patience;
use super::tls::Tls;
use super::{BoxFuture, TlsSettings, Transport, TransportError};
use crate::body::{RequestBody, ResponseBody};
use crate::request::host;

/// At most this many connections wait for their next request.
const MAX_IDLE: usize = 32;

/// The head of an answer has to fit, and hyper insists on some room beside it.
const LEAST_READ_BUFFER_BYTES: usize = 64 * 1024;

/// HTTP/1.1 over TCP and TLS, directly or through a proxy.
///
/// Keeps connections open between requests. They are driven by the requests themselves, so an idle
/// one costs nothing; one that the peer closed meanwhile is noticed before it is used again.
#[derive(Clone)]
pub struct HttpTransport {
    connector: Connector,
    timeout: Duration,
    read_buffer_bytes: usize,
    idle: Arc<Idle>,
}

/// Connections between two requests, the most recently used last.
#[derive(Default)]
struct Idle(Mutex<Vec<(Scheme, Authority, Connection)>>);

impl HttpTransport {
    /// How large a connection's read buffer grows unless told otherwise: 384 KiB.
    pub const READ_BUFFER_BYTES: usize = 384 * 1024;

    /// A transport without connections yet.
    ///
    /// `timeout` bounds connecting, and any time in which nothing moves.
    pub fn new(proxies: Proxies, tls: TlsSettings, timeout: Duration) -> Self {
        Self {
            connector: Connector {
                proxies,
                tls: Tls::new(tls),
                timeout,
            },
            timeout,
            read_buffer_bytes: Self::READ_BUFFER_BYTES,
            idle: Arc::default(),
        }
    }

    /// The same with another bound for connecting.
    #[must_use]
    pub fn with_connect_timeout(mut self, timeout: Duration) -> Self {
        self.connector.timeout = timeout;
        self
    }

    /// The proxy that an endpoint is reached through, as `http://host:port`, without a user or a
    /// password; `None` if there is none.
    pub fn proxy_to(&self, endpoint: &Endpoint) -> Option<String> {
        let authority = endpoint.authority();
        let uri = Uri::builder()
            .scheme(endpoint.scheme().as_str())
            .authority(authority)
            .path_and_query("/");
        let route = self.connector.proxies.route(&uri.build().ok()?);
        let proxy = route.proxy()?;
        let (scheme, host) = (proxy.scheme_str().unwrap_or("http"), proxy.host()?);
        let default = match scheme {
            "http" => 80,
            "https" => 443,
            _ => 1080,
        };
        let port = proxy.port_u16().unwrap_or(default);
        Some(format!("{scheme}://{host}:{port}"))
    }

    /// An idle connection to the place, or a new one.
    async fn connection(&self, uri: &Uri, route: &Route) -> Result<Connection, TransportError> {
        while let Some(mut connection) = self.idle.take(uri) {
            if connection.is_ready().await {
                return Ok(connection);
            }
        }
        let patience = Patience::default();
        let io = self.connector.connect(uri, route, patience.clone()).await?;
        Connection::handshake(io, patience, self.read_buffer_bytes).await
    }

    async fn exchange(
        &self,
        mut request: Request<RequestBody>,
        patience: Duration,
    ) -> Result<Response<ResponseBody>, TransportError> {
        let uri = request.uri().clone();
        let route = self.connector.proxies.route(&uri);
        address(&mut request, &route);
        let mut connection = self.connection(&uri, &route).await?;
        match connection.send(request, patience).await {
            Ok(response) => Ok(response.map(|incoming| {
                ResponseBody::new(Arrival {
                    incoming,
                    connection: Some(connection),
                    place: uri,
                    home: Arc::clone(&self.idle),
                })
            })),
            Err(error) => {
                if error.kind().spoils_idle_connections() {
                    self.idle.clear();
                }
                Err(error)
            }
        }
    }
}

/// Puts the host into its header, and the target into the form that the route asks for.
fn address(request: &mut Request<RequestBody>, route: &Route) {
    if !request.headers().contains_key(HOST)
        && let Some(host) = host(request.uri())
    {
        request.headers_mut().insert(HOST, host);
    }
    if let Route::Forward { auth, .. } = route {
        if let Some(auth) = auth {
            request
                .headers_mut()
                .insert(PROXY_AUTHORIZATION, auth.clone());
        }
        return;
    }
    let root = || PathAndQuery::from_static("/");
    let target = request.uri().path_and_query().cloned();
    *request.uri_mut() = target.unwrap_or_else(root).into();
}

impl Idle {
    fn with<T>(&self, change: impl FnOnce(&mut Vec<(Scheme, Authority, Connection)>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn take(&self, place: &Uri) -> Option<Connection> {
        self.with(|idle| {
            let at = idle.iter().rposition(|(scheme, authority, _)| {
                Some(scheme) == place.scheme() && Some(authority) == place.authority()
            })?;
            Some(idle.remove(at).2)
        })
    }

    fn put(&self, place: &Uri, connection: Connection) {
        let (Some(scheme), Some(authority)) = (place.scheme(), place.authority()) else {
            return;
        };
        self.with(|idle| {
            if idle.len() == MAX_IDLE {
                idle.remove(0);
            }
            idle.push((scheme.clone(), authority.clone(), connection));
        });
    }

    fn clear(&self) {
        self.with(Vec::clear);
    }
}

/// An answer's body, which brings its connection home at its end.
struct Arrival {
    incoming: Incoming,
    connection: Option<Connection>,
    place: Uri,
    home: Arc<Idle>,
}

impl Arrival {
    /// Keeps the connection for the next request, unless something is left of this one: a body
    /// that the service did not wait for, or bytes behind the answer.
    fn go_home(&mut self, cx: &mut Context<'_>) {
        if let Some(mut connection) = self.connection.take()
            && connection.has_settled(cx)
        {
            self.home.put(&self.place, connection);
        }
    }
}

impl Body for Arrival {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let this = &mut *self;
        let mut frame = Pin::new(&mut this.incoming).poll_frame(cx);
        if frame.is_pending() {
            if let Some(connection) = &mut this.connection {
                connection.drive(cx);
            }
            frame = Pin::new(&mut this.incoming).poll_frame(cx);
        }
        match frame {
            Poll::Ready(None) => {
                this.go_home(cx);
                Poll::Ready(None)
            }
            Poll::Ready(Some(Ok(frame))) => {
                // Who knows the length may never ask for the end.
                if this.incoming.is_end_stream() {
                    this.go_home(cx);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            other => other.map_err(|error| TransportError::from_hyper(error, true, true)),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}

impl Transport for HttpTransport {
    fn send(
        &self,
        request: Request<RequestBody>,
        patience: Option<Duration>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        let patience = patience.map_or(self.timeout, |least| least.max(self.timeout));
        Box::pin(self.exchange(request, patience))
    }

    fn separate(&self, read_buffer_bytes: usize) -> Arc<dyn Transport> {
        Arc::new(Self {
            read_buffer_bytes: read_buffer_bytes.max(LEAST_READ_BUFFER_BYTES),
            idle: Arc::default(),
            ..self.clone()
        })
    }
}

impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpTransport")
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
