mod malformed;

use std::io;
use std::num::NonZeroU64;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use ossum_types::Rate;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::Service;
use crate::connection::{Connection, NoAnswer, Socket, Wire};
use crate::faults::Effect;
use crate::throttle::Throttled;

/// A client that takes longer to send the head of a request, or to greet, is hung up on.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// More connections than this wait for one to end.
const MAX_CONNECTIONS: usize = 1024;
/// Bytes of a request's head, and of its body at once.
const MAX_BUFFER_BYTES: usize = 256 * 1024;
/// Header fields of a request.
const MAX_HEADERS: usize = 128;
/// How long to wait after the system refused a connection, usually for lack of files.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_millis(50);

/// Accepts connections and serves each on a task of its own.
#[derive(Clone)]
pub(crate) struct Acceptor {
    pub(crate) service: Service,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) bandwidth: Option<Rate>,
}

impl Acceptor {
    /// Serves until `shutdown` is done; connections that are open then are dropped.
    pub(crate) async fn serve_until(self, listener: TcpListener, shutdown: impl Future) {
        let mut connections = JoinSet::new();
        let free = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let next = async {
                let permit = Arc::clone(&free).acquire_owned().await;
                (permit, listener.accept().await)
            };
            let (permit, accepted) = tokio::select! {
                _ = &mut shutdown => return,
                Some(_) = connections.join_next() => continue,
                accepted = next => accepted,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let acceptor = self.clone();
                    let open = self.service.ledger().accept(peer);
                    connections.spawn(async move {
                        acceptor.serve_connection(stream, &open.connection).await;
                        drop(permit);
                    });
                }
                Err(cause) => {
                    tracing::warn!(%cause, "cannot accept a connection");
                    tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
                }
            }
        }
    }

    async fn serve_connection(&self, stream: TcpStream, connection: &Connection) {
        // Answers are written whole; waiting for more would only delay small ones.
        let _ = stream.set_nodelay(true);
        let stream = Socket::new(stream, connection.clone());
        let effects = self.service.faults().at_connection(connection.number());
        if effects.contains(&Effect::RefuseConnection) {
            connection.end(NoAnswer::Reset);
            return;
        }
        let slow = effects.iter().find_map(|effect| match effect {
            Effect::SlowConnection(rate) => NonZeroU64::new(*rate).map(Rate::new),
            _ => None,
        });
        let stream = Throttled::new(stream, slow.or(self.bandwidth));
        let served = tokio::select! {
            // What was answered is written before anybody is found idle.
            biased;
            served = self.serve(stream, connection) => served,
            () = connection.idled_out() => return,
        };
        if let Err(cause) = served {
            tracing::debug!(%cause, "a connection ended badly");
        }
    }

    async fn serve(&self, stream: Throttled<Socket>, connection: &Connection) -> io::Result<()> {
        match &self.tls {
            None => self.serve_http(stream, connection).await,
            Some(tls) => match tokio::time::timeout(HEAD_TIMEOUT, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.serve_http(stream, connection).await,
                Ok(Err(cause)) => Err(cause),
                Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut)),
            },
        }
    }

    pub(crate) async fn serve_http(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send,
        connection: &Connection,
    ) -> io::Result<()> {
        let stream = Wire::new(stream, connection.clone());
        let (stream, asked) = malformed::guard(stream, &self.service);
        let answer = service_fn(|mut request: http::Request<_>| {
            asked.set();
            request.extensions_mut().insert(connection.clone());
            self.service.try_handle(request)
        });
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_BUFFER_BYTES)
            .max_headers(MAX_HEADERS)
            // A client may close its writing side once it has asked.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), answer)
            .await
            .map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
    use tokio::time::Instant;

    use super::*;
    use crate::Settings;

    #[tokio::test(start_paused = true)]
    async fn a_head_that_does_not_end_is_hung_up_on() {
        let acceptor = Acceptor {
            service: Service::new(Settings::default()).unwrap(),
            tls: None,
            bandwidth: None,
        };
        let (mut client, server) = duplex(1024);
        let started = Instant::now();
        client.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
        let connection = Connection::new(1, "127.0.0.1:1".parse().unwrap());
        let served = acceptor.serve_http(server, &connection).await;
        assert!(served.is_err());
        assert!(started.elapsed() <= HEAD_TIMEOUT + Duration::from_secs(1));
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 200"));
    }
}
