use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use ossum_client::RequestBody;

/// The body of a request on its way to the service, watched by whoever sends it.
pub(super) struct Departure {
    body: RequestBody,
    departed: Arc<Departed>,
}

/// What became of a body so far.
#[derive(Debug, Default)]
pub(super) struct Departed {
    chunks: AtomicU64,
    failed: AtomicBool,
}

impl Departed {
    /// How many chunks the service has taken.
    pub(super) fn chunks(&self) -> u64 {
        self.chunks.load(Ordering::Relaxed)
    }

    /// Whether reading the body failed: then its sender has hung up, and hears no answer.
    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }
}

impl Departure {
    pub(super) fn new(body: RequestBody) -> (Self, Arc<Departed>) {
        let departed = Arc::<Departed>::default();
        let departure = Self {
            body,
            departed: Arc::clone(&departed),
        };
        (departure, departed)
    }
}

impl Body for Departure {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        match &frame {
            Poll::Ready(Some(Ok(_))) => {
                self.departed.chunks.fetch_add(1, Ordering::Relaxed);
            }
            Poll::Ready(Some(Err(_))) => self.departed.failed.store(true, Ordering::Relaxed),
            Poll::Ready(None) | Poll::Pending => {}
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
