//! How a request travels. [`Transport`] is the seam: the network here, a server in the same
//! process in tests.

mod connection;
mod connector;
mod error;
mod http1;
mod keep_listening;
mod proxy;
mod stall;
mod tls;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

pub use error::{TransportError, TransportErrorKind};
pub use http1::HttpTransport;
pub use proxy::Proxies;
pub use tls::{ExtraRoots, TlsSettings};

use crate::body::{RequestBody, ResponseBody};

/// A future that a trait object can return.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Sends one request and brings the head of its answer.
///
/// A transport neither retries nor follows redirects, so no credentials go anywhere but where the
/// request says.
pub trait Transport: Send + Sync + fmt::Debug + 'static {
    /// Sends `request`, whose URI is absolute.
    ///
    /// `patience` is how long nothing may move before that is an error, at least: the transport's
    /// usual time counts where it is longer, and alone with `None`.
    ///
    /// Dropping the future abandons the request; the service may have carried it out.
    fn send(
        &self,
        request: http::Request<RequestBody>,
        patience: Option<Duration>,
    ) -> BoxFuture<'_, Result<http::Response<ResponseBody>, TransportError>>;

    /// A transport with the same settings and connections of its own, whose read buffers grow to
    /// `read_buffer_bytes` at most.
    ///
    /// Connections belong to the runtime they were made on: a worker with its own runtime needs
    /// its own.
    fn separate(&self, read_buffer_bytes: usize) -> Arc<dyn Transport>;
}
