use std::error::Error;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use ossum_types::Rate;

use crate::refusal::Refusal;
use crate::throttle::Brake;

/// A client that sends nothing of a body for longer is given up.
const MAX_PAUSE: Duration = Duration::from_mins(1);

type Cause = Box<dyn Error + Send + Sync>;

/// The body of a request, wherever it comes from.
pub(crate) struct Incoming {
    source: Pin<Box<dyn Source + Send>>,
    /// How slowly it is taken in, if that was asked for.
    brake: Option<Brake>,
    /// Nothing more will come: to wait for it again would only delay the answer.
    failed: bool,
}

/// A body whose frames and errors have been reduced to what a server needs.
trait Source {
    fn poll_chunk(self: Pin<&mut Self>, cx: &mut Context<'_>)
    -> Poll<Option<Result<Bytes, Cause>>>;
}

impl<B> Source for B
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Cause>,
{
    fn poll_chunk(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Cause>>> {
        loop {
            return match std::task::ready!(self.as_mut().poll_frame(cx)) {
                None => Poll::Ready(None),
                Some(Err(cause)) => Poll::Ready(Some(Err(cause.into()))),
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(chunk) => Poll::Ready(Some(Ok(chunk))),
                    Err(_trailers) => continue,
                },
            };
        }
    }
}

impl Incoming {
    pub(crate) fn new<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Cause>,
    {
        Self {
            source: Box::pin(body),
            brake: None,
            failed: false,
        }
    }

    /// Has what is still to come be taken in no faster than `rate`.
    pub(crate) fn slow_down(&mut self, rate: Rate) {
        self.brake = Some(Brake::new(rate));
    }

    /// The next bytes; `None` after the last, and after an error.
    pub(crate) async fn next(&mut self) -> Option<Result<Bytes, Refusal>> {
        if self.failed {
            return None;
        }
        if let Some(brake) = &mut self.brake {
            poll_fn(|cx| brake.poll_room(cx)).await;
        }
        let next = poll_fn(|cx| self.source.as_mut().poll_chunk(cx));
        let next = match tokio::time::timeout(MAX_PAUSE, next).await {
            Ok(chunk) => chunk?.map_err(|cause| broken_off(&cause.to_string())),
            Err(_) => Err(paused()),
        };
        if let (Some(brake), Ok(chunk)) = (&mut self.brake, &next) {
            brake.passed(chunk.len());
        }
        self.failed = next.is_err();
        Some(next)
    }

    /// The whole body, if it has at most `limit` bytes.
    pub(crate) async fn whole(&mut self, limit: usize) -> Result<Vec<u8>, Refusal> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.next().await {
            let chunk = chunk?;
            if whole.len() + chunk.len() > limit {
                return Err(Refusal::malformed_xml());
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }
}

impl fmt::Debug for Incoming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming").finish_non_exhaustive()
    }
}

/// The answer to a body that ends before it should; nobody may be left to hear it.
pub(crate) fn broken_off(cause: &str) -> Refusal {
    let message = format!("The request body ended early: {cause}.");
    Refusal::new(StatusCode::BAD_REQUEST, "BadRequest", message)
}

fn paused() -> Refusal {
    let message = "Your socket connection to the server was not read from or written to \
                   within the timeout period.";
    Refusal::new(StatusCode::BAD_REQUEST, "RequestTimeout", message)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use http_body::Frame;
    use tokio::time::Instant;

    use super::*;

    /// So many chunks of 1,000 bytes, all there at once.
    struct Chunks(u32);

    impl http_body::Body for Chunks {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let next = self.0.checked_sub(1);
            Poll::Ready(next.map(|left| {
                self.0 = left;
                Ok(Frame::data(Bytes::from_static(&[0; 1000])))
            }))
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_taken_in_as_slowly_as_was_asked() {
        let mut body = Incoming::new(Chunks(11));
        body.slow_down("1000".parse().unwrap());
        let started = Instant::now();
        assert_eq!(body.whole(11_000).await.unwrap().len(), 11_000);
        assert!(started.elapsed() >= Duration::from_secs(10));
    }
}
