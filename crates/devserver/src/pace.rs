use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use ossum_types::Rate;

use crate::body::Body;
use crate::throttle::Brake;

/// Has `body` come no faster than `rate`.
pub(crate) fn pace(body: Body, rate: Rate) -> Body {
    Body::of(Paced {
        inner: body,
        brake: Brake::new(rate),
        rest: Bytes::new(),
    })
}

/// A body that comes in steps.
struct Paced {
    inner: Body,
    brake: Brake,
    /// What came at once and has to wait.
    rest: Bytes,
}

impl http_body::Body for Paced {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        let room = ready!(this.brake.poll_room(cx));
        while this.rest.is_empty() {
            match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(cause)) => return Poll::Ready(Some(Err(cause))),
                Some(Ok(frame)) => this.rest = frame.into_data().unwrap_or_default(),
            }
        }
        let step = this.rest.split_to(room.min(this.rest.len()));
        this.brake.passed(step.len());
        Poll::Ready(Some(Ok(Frame::data(step))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let rest = self.rest.len() as u64;
        let inner = self.inner.size_hint().exact();
        inner.map_or_else(SizeHint::new, |inner| SizeHint::with_exact(inner + rest))
    }
}
