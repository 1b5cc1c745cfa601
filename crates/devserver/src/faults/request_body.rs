use std::collections::VecDeque;
use std::error::Error;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;

use super::Plan;
use super::response_body::{Act, Cue, flip_first};
use crate::connection::NoAnswer;

/// The body of a request, counted, and damaged as a plan says.
pub(crate) struct RequestBody<B> {
    inner: Pin<Box<B>>,
    cues: VecDeque<Cue>,
    read: Arc<AtomicU64>,
    broken: Broken,
    /// What came and was not passed on yet.
    rest: Bytes,
    position: u64,
    flips_next: bool,
}

/// How a request broke off, if it did.
#[derive(Debug, Clone, Default)]
pub(crate) struct Broken(Arc<OnceLock<NoAnswer>>);

impl Broken {
    pub(crate) fn get(&self) -> Option<NoAnswer> {
        self.0.get().copied()
    }
}

impl<B> RequestBody<B> {
    /// Counts in `read` the bytes of `inner`, of which `announced` are to come.
    pub(crate) fn new(
        inner: B,
        plan: &Plan,
        announced: Option<u64>,
        read: Arc<AtomicU64>,
    ) -> (Self, Broken) {
        let broken = Broken::default();
        let body = Self {
            inner: Box::pin(inner),
            cues: plan.request_cues(announced).into(),
            read,
            broken: broken.clone(),
            rest: Bytes::new(),
            position: 0,
            flips_next: false,
        };
        (body, broken)
    }

    /// What of the rest comes before the next cue; `None` if the request breaks off here.
    fn take(&mut self) -> Option<Bytes> {
        while let Some(cue) = self.cues.pop_front_if(|cue| cue.at <= self.position) {
            match cue.act {
                Act::Flip => self.flips_next = true,
                Act::Pause(_) => {}
                Act::End(how) => {
                    // The first one decides.
                    let _ = self.broken.0.set(how);
                    return None;
                }
            }
        }
        let room = self.cues.front().map(|cue| cue.at - self.position);
        let len = room.map_or(self.rest.len(), |room| {
            usize::try_from(room).map_or(self.rest.len(), |room| room.min(self.rest.len()))
        });
        let mut chunk = self.rest.split_to(len);
        if self.flips_next && !chunk.is_empty() {
            self.flips_next = false;
            chunk = flip_first(&chunk);
        }
        self.position += chunk.len() as u64;
        Some(chunk)
    }
}

impl<B> http_body::Body for RequestBody<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = &mut *self;
        loop {
            if let Some(how) = this.broken.get() {
                return Poll::Ready(Some(Err(how.into())));
            }
            match this.take() {
                None => continue,
                Some(chunk) if !chunk.is_empty() => {
                    return Poll::Ready(Some(Ok(Frame::data(chunk))));
                }
                Some(_) => {}
            }
            let frame = match ready!(this.inner.as_mut().poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(cause)) => return Poll::Ready(Some(Err(cause.into()))),
                Some(Ok(frame)) => frame,
            };
            // Trailers say nothing that anybody here wants to know.
            if let Ok(chunk) = frame.into_data() {
                this.read.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                this.rest = chunk;
            }
        }
    }
}
