use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Response;
use http_body::Frame;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::body::Body;

/// So many times a second bytes come, if there are enough to come.
const STEPS_A_SECOND: u64 = 20;

/// Has the body of `response` come at `rate` bytes a second.
pub(super) fn slow_down(response: Response<Body>, rate: u64) -> Response<Body> {
    let rate = rate.max(1);
    let step = (rate / STEPS_A_SECOND).max(1);
    response.map(|inner| {
        Body::of(Trickling {
            inner,
            step: usize::try_from(step).unwrap_or(usize::MAX),
            interval: Duration::from_secs(step) / u32::try_from(rate).unwrap_or(u32::MAX),
            rest: Bytes::new(),
            next: Box::pin(sleep_until(Instant::now())),
        })
    })
}

/// A body that comes a few bytes at a time.
struct Trickling {
    inner: Body,
    step: usize,
    interval: Duration,
    rest: Bytes,
    next: Pin<Box<Sleep>>,
}

impl http_body::Body for Trickling {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        while this.rest.is_empty() {
            match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(cause)) => return Poll::Ready(Some(Err(cause))),
                Some(Ok(frame)) => this.rest = frame.into_data().unwrap_or_default(),
            }
        }
        ready!(this.next.as_mut().poll(cx));
        let next = Instant::now() + this.interval;
        this.next.as_mut().reset(next);
        let chunk = this.rest.split_to(this.step.min(this.rest.len()));
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }
}
