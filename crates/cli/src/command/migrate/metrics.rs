//! Tells Prometheus how far it is.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use ossum_migrate::Progress;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::failure::Failure;

/// The version of the format, as Prometheus wants it named.
const FORMAT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// A server of metrics, until it is dropped.
pub(super) struct Metrics {
    address: SocketAddr,
    end: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Metrics {
    /// Listens at `address`, and answers `/metrics` there.
    pub(super) fn serve(address: SocketAddr, progress: &Arc<Progress>) -> Result<Self, Failure> {
        let failed = |source| Failure::System {
            action: format!("listen at {address} for whoever asks for metrics"),
            source,
        };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        tracing::info!("metrics are at http://{address}/metrics");
        let (end, ended) = oneshot::channel();
        let progress = Arc::clone(progress);
        let serving = thread::Builder::new()
            .name("metrics".to_owned())
            .spawn(move || serve(&runtime, listener, &progress, ended));
        Ok(Self {
            address,
            end: Some(end),
            thread: Some(serving.map_err(failed)?),
        })
    }
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Metrics({})", self.address)
    }
}

impl Drop for Metrics {
    fn drop(&mut self) {
        if let Some(end) = self.end.take() {
            let _ = end.send(()); // it may have ended by itself
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(
    runtime: &Runtime,
    listener: TcpListener,
    progress: &Arc<Progress>,
    ended: oneshot::Receiver<()>,
) {
    let local = tokio::task::LocalSet::new();
    local.block_on(runtime, async {
        tokio::select! {
            _ = ended => {}
            () = accept(listener, progress) => {}
        }
    });
}

async fn accept(listener: TcpListener, progress: &Arc<Progress>) {
    let listener = match tokio::net::TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => return tracing::warn!("nobody is told of metrics: {error}"),
    };
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, say: it may pass.
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            continue;
        };
        let progress = Arc::clone(progress);
        let service = service_fn(move |request| {
            let response = answer(&request, &progress);
            async { Ok::<_, Infallible>(response) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        // Whoever asked may be gone.
        tokio::task::spawn_local(async { drop(connection.await) });
    }
}

fn answer(request: &Request<Incoming>, progress: &Progress) -> Response<Full<Bytes>> {
    let (status, text) = match request.uri().path() {
        "/metrics" => (StatusCode::OK, ossum_migrate::metrics(&progress.so_far())),
        _ => (
            StatusCode::NOT_FOUND,
            "metrics are at /metrics\n".to_owned(),
        ),
    };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let format = http::HeaderValue::from_static(FORMAT);
    response.headers_mut().insert(CONTENT_TYPE, format);
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    fn get(metrics: &Metrics, path: &str) -> String {
        let mut stream = TcpStream::connect(metrics.address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn whoever_asks_is_told_and_it_ends_with_whoever_is_asked_about() {
        let progress = Arc::new(Progress::new());
        let local = SocketAddr::from(([127, 0, 0, 1], 0));
        let metrics = Metrics::serve(local, &progress).unwrap();
        let answer = get(&metrics, "/metrics");
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("version=0.0.4"), "{answer}");
        assert!(
            answer.contains("\nossum_migrate_rows_under_way 0\n"),
            "{answer}"
        );
        assert!(get(&metrics, "/").starts_with("HTTP/1.1 404 "));
        let error = Metrics::serve(metrics.address, &progress).unwrap_err();
        assert!(error.to_string().contains("listen at"), "{error}");
        drop(metrics);
    }
}
