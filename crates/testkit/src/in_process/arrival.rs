use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use ossum_client::transport::{TransportError, TransportErrorKind};

use super::link::Link;

/// The body of an answer as a client receives it: as long as announced, in chunks of bounded size.
pub(super) struct Arrival {
    body: ossum_devserver::Body,
    /// How much is still to come; `None` where no length was announced.
    remaining: Option<u64>,
    /// What has come and is not taken yet.
    here: Bytes,
    chunk_bytes: usize,
    link: Link,
}

impl Arrival {
    pub(super) fn new(
        body: ossum_devserver::Body,
        announced: Option<u64>,
        chunk_bytes: usize,
        link: Link,
    ) -> Self {
        Self {
            body,
            remaining: announced,
            here: Bytes::new(),
            chunk_bytes,
            link,
        }
    }

    /// Takes in what comes next; false at the end.
    fn poll_more(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, TransportError>> {
        loop {
            match Pin::new(&mut self.body).poll_frame(cx) {
                Poll::Pending => return self.link.poll_broken(cx).map(Err),
                Poll::Ready(None) => return Poll::Ready(self.end()),
                Poll::Ready(Some(Err(cause))) => return Poll::Ready(Err(broken(&cause))),
                Poll::Ready(Some(Ok(frame))) => {
                    self.link.moved();
                    // Trailers mean nothing to OSS or its clients.
                    let chunk = frame.into_data().unwrap_or_default();
                    if !chunk.is_empty() {
                        self.here = chunk;
                        return Poll::Ready(Ok(true));
                    }
                }
            }
        }
    }

    fn end(&self) -> Result<bool, TransportError> {
        if self.remaining.is_none() {
            return Ok(false);
        }
        let message = "the answer ended before its announced length";
        Err(TransportError::new(TransportErrorKind::Closed, message))
    }

    /// The next chunk of what is here: none beyond the announced length.
    fn take(&mut self) -> Bytes {
        let wanted = self
            .remaining
            .map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
        let len = self.here.len().min(wanted).min(self.chunk_bytes);
        self.remaining = self.remaining.map(|n| n - len as u64);
        self.here.split_to(len)
    }
}

fn broken(cause: &io::Error) -> TransportError {
    let message = format!("the connection broke while the answer came in: {cause}");
    TransportError::new(TransportErrorKind::Closed, message)
}

impl Body for Arrival {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        let this = &mut *self;
        if this.remaining == Some(0) {
            return Poll::Ready(None);
        }
        if let Err(broken) = this.link.check() {
            return Poll::Ready(Some(Err(broken)));
        }
        if this.here.is_empty() {
            match std::task::ready!(this.poll_more(cx)) {
                Ok(true) => {}
                Ok(false) => return Poll::Ready(None),
                Err(broken) => return Poll::Ready(Some(Err(broken))),
            }
        }
        Poll::Ready(Some(Ok(Frame::data(this.take()))))
    }
}
