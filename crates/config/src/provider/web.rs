//! Small requests and their answers.

use std::fmt::Display;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use ossum_client::RequestBody;
use ossum_client::auth::{CredentialsError, CredentialsErrorKind};
use ossum_client::transport::{Transport, TransportError};

/// How long nothing may move.
pub(super) const TIMEOUT: Duration = Duration::from_secs(10);

/// A failure that may pass is tried so often in all.
const TRIES: u32 = 3;
const FIRST_WAIT: Duration = Duration::from_millis(200);
/// No answer with credentials is longer.
const MAX_BYTES: usize = 64 * 1024;
/// The least that a connection's buffer takes.
const READ_BUFFER_BYTES: usize = 64 * 1024;

/// Whoever is asked over HTTP.
#[derive(Debug, Clone)]
pub(super) struct Web(Arc<dyn Transport>);

/// An answer.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

impl Web {
    pub(super) fn new(transport: Arc<dyn Transport>) -> Self {
        Self(transport)
    }

    /// Sends what `make` makes, anew for each try: a signature counts once.
    ///
    /// The connection is made for this and ends with it, as whoever asks next may do so from
    /// another runtime.
    pub(super) async fn ask(
        &self,
        whom: &str,
        make: impl Fn() -> Result<Request<Bytes>, http::Error>,
    ) -> Result<Reply, CredentialsError> {
        let connection = self.0.separate(READ_BUFFER_BYTES);
        let mut wait = FIRST_WAIT;
        for tries_left in (0..TRIES).rev() {
            let request = make().map_err(|error| unusable(whom, error))?;
            match send(connection.as_ref(), request, None).await {
                Ok(reply) if tries_left == 0 || !may_pass(reply.status) => return Ok(reply),
                Err(error) if tries_left == 0 => return Err(unreachable(whom, error)),
                Ok(_) | Err(_) => {}
            }
            tokio::time::sleep(wait).await;
            wait *= 2;
        }
        Err(failure(format!("{whom} does not answer")))
    }

    /// Sends `request` once, and gives up when nothing moves for `patience`.
    pub(super) async fn ask_once(
        &self,
        request: Request<Bytes>,
        patience: Duration,
    ) -> Option<Reply> {
        let connection = self.0.separate(READ_BUFFER_BYTES);
        let sent = send(connection.as_ref(), request, Some(patience));
        tokio::time::timeout(patience, sent).await.ok()?.ok()
    }
}

async fn send(
    connection: &dyn Transport,
    request: Request<Bytes>,
    patience: Option<Duration>,
) -> Result<Reply, TransportError> {
    let request = request.map(RequestBody::whole);
    let answer = connection.send(request, patience).await?;
    let status = answer.status();
    let mut incoming = answer.into_body();
    let mut body = Vec::new();
    while let Some(chunk) = incoming.chunk().await? {
        // What is cut off is no document, and refused for that.
        let room = MAX_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if body.len() == MAX_BYTES {
            break;
        }
    }
    Ok(Reply { status, body })
}

fn may_pass(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

pub(super) fn failure(message: String) -> CredentialsError {
    CredentialsError::new(CredentialsErrorKind::Unavailable, message)
}

fn unreachable(whom: &str, error: TransportError) -> CredentialsError {
    failure(format!("{whom} cannot be asked for credentials")).with_source(error)
}

fn unusable(whom: &str, error: impl Display) -> CredentialsError {
    let message = format!("{whom} cannot be asked: {error}");
    CredentialsError::new(CredentialsErrorKind::Invalid, message)
}

/// Whether `uri` is on this machine, or on its link, as the metadata of instances is: no proxy
/// leads there.
pub(super) fn is_near(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => v4.is_loopback() || v4.is_link_local() || host == "100.100.100.200",
        Ok(IpAddr::V6(v6)) => v6.is_loopback(),
        Err(_) => host.eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_this_machine_or_its_link_is_near() {
        for (uri, near) in [
            ("http://127.0.0.1:9000/x", true),
            ("http://[::1]/", true),
            ("http://LOCALHOST/", true),
            ("http://169.254.1.1/", true),
            ("http://100.100.100.200/", true),
            ("http://10.0.0.1/", false),
            ("http://localhost.example.com/", false),
        ] {
            assert_eq!(is_near(&uri.parse().unwrap()), near, "{uri}");
        }
    }
}
