use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ossum_types::Rate;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// A connection moves at most what the rate allows in this time at once.
const STEP: Duration = Duration::from_millis(50);

/// A connection whose two directions each move no faster than a rate.
#[derive(Debug)]
pub(crate) struct Throttled<S> {
    inner: S,
    reading: Option<Brake>,
    writing: Option<Brake>,
}

impl<S> Throttled<S> {
    /// Slows `inner` down to `rate`; `None` leaves it alone.
    pub(crate) fn new(inner: S, rate: Option<Rate>) -> Self {
        Self {
            inner,
            reading: rate.map(Brake::new),
            writing: rate.map(Brake::new),
        }
    }
}

/// Lets bytes pass in steps and makes the next step wait for the time the last one took.
#[derive(Debug)]
pub(crate) struct Brake {
    bytes_per_second: u64,
    free_at: Pin<Box<Sleep>>,
}

impl Brake {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            bytes_per_second: rate.bytes_per_second(),
            free_at: Box::pin(sleep_until(Instant::now())),
        }
    }

    /// How many bytes may pass now, at least 1, once that is any.
    pub(crate) fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<usize> {
        ready!(self.free_at.as_mut().poll(cx));
        let step = u128::from(self.bytes_per_second) * STEP.as_millis() / 1000;
        Poll::Ready(usize::try_from(step).unwrap_or(usize::MAX).max(1))
    }

    /// Accounts for `moved` bytes.
    pub(crate) fn passed(&mut self, moved: usize) {
        let nanos = moved as u128 * 1_000_000_000 / u128::from(self.bytes_per_second);
        let cost = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        // Idle time is not saved up: a burst after a pause would beat the rate.
        let start = self.free_at.deadline().max(Instant::now());
        self.free_at.as_mut().reset(start + cost);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Throttled<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(brake) = &mut this.reading else {
            return Pin::new(&mut this.inner).poll_read(cx, buf);
        };
        let room = ready!(brake.poll_room(cx)).min(buf.remaining());
        let mut some = ReadBuf::new(buf.initialize_unfilled_to(room));
        ready!(Pin::new(&mut this.inner).poll_read(cx, &mut some))?;
        let moved = some.filled().len();
        buf.advance(moved);
        brake.passed(moved);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Throttled<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let Some(brake) = &mut this.writing else {
            return Pin::new(&mut this.inner).poll_write(cx, bytes);
        };
        let room = ready!(brake.poll_room(cx)).min(bytes.len());
        let moved = ready!(Pin::new(&mut this.inner).poll_write(cx, &bytes[..room]))?;
        brake.passed(moved);
        Poll::Ready(Ok(moved))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.writing.is_none() {
            return Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        }
        let first = slices.iter().find(|slice| !slice.is_empty());
        self.poll_write(cx, first.map_or(&[], |slice| &**slice))
    }

    fn is_write_vectored(&self) -> bool {
        self.writing.is_none() && self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
