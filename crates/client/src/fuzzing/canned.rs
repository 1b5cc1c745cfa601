use std::cell::RefCell;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body, Frame};
use tokio::runtime::{Builder, Runtime};

use crate::body::{RequestBody, ResponseBody};
use crate::client::{Client, Settings};
use crate::clock::Clock;
use crate::retry::RetryPolicy;
use crate::transport::{BoxFuture, Transport, TransportError};

/// What comes back, whatever was asked, however often.
#[derive(Debug, Clone)]
pub(super) struct Canned {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::new(
        Builder::new_current_thread().enable_time().build().expect("a runtime"),
    );
}

/// Runs `work` with a client that has `answer` for everything, and tries nothing twice.
pub(super) fn answered_by<T>(answer: Canned, work: impl AsyncFnOnce(&Client) -> T) -> T {
    let endpoint = "https://oss-cn-hangzhou.aliyuncs.com".parse();
    // Nothing is signed: that would take most of the time, and reads nothing.
    let settings = Settings {
        retry: RetryPolicy {
            retries: 0,
            ..RetryPolicy::default()
        },
        // The same input does the same, whenever.
        clock: Clock::over(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_651_300)),
        ..Settings::new(endpoint.expect("an endpoint"))
    };
    let client = Client::new(settings, Arc::new(answer)).expect("settings that fit together");
    RUNTIME.with_borrow(|runtime| runtime.block_on(work(&client)))
}

impl Transport for Canned {
    fn send(
        &self,
        request: Request<RequestBody>,
        _patience: Option<Duration>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        let mut response = Response::new(ResponseBody::new(Whole(Some(self.body.clone()))));
        *response.status_mut() = self.status;
        response.headers_mut().clone_from(&self.headers);
        Box::pin(async {
            // What is sent counts only once it was taken.
            let mut body = request.into_body();
            while let Some(frame) = frame_of(&mut body).await {
                frame?;
            }
            Ok(response)
        })
    }

    fn separate(&self, _read_buffer_bytes: usize) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

async fn frame_of(body: &mut RequestBody) -> Option<Result<Frame<Bytes>, TransportError>> {
    let frame = std::future::poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
    frame.map(|frame| {
        frame.map_err(|error| {
            TransportError::new(
                crate::transport::TransportErrorKind::Closed,
                error.to_string(),
            )
        })
    })
}

/// A body in one piece.
#[derive(Debug)]
struct Whole(Option<Bytes>);

impl Body for Whole {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let whole = self.0.take().filter(|bytes| !bytes.is_empty());
        Poll::Ready(whole.map(|bytes| Ok(Frame::data(bytes))))
    }
}
