//! Finds connections on which nothing moves, or next to nothing.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// Fewer bytes than these in one whole period are a stall: a peer that drips a byte a second
/// would otherwise hold a connection for ever.
const FEWEST_BYTES: u64 = 1024;

/// A period whose end is noticed this late was not waited through: this process was stopped, or
/// busy with a slow disk.
const SLACK: Duration = Duration::from_secs(1);

/// How long a connection may stand still; shared with whoever sends on it.
#[derive(Debug, Clone, Default)]
pub(super) struct Patience(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    period_millis: AtomicU64,
    request: AtomicU64,
}

impl Patience {
    /// A request begins that may take `period` without anything moving; [`Duration::MAX`] has no end.
    pub(super) fn begin(&self, period: Duration) {
        let millis = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
        self.0.period_millis.store(millis, Ordering::Relaxed);
        self.0.request.fetch_add(1, Ordering::Relaxed);
    }

    fn period(&self) -> Option<Duration> {
        let millis = self.0.period_millis.load(Ordering::Relaxed);
        (millis < u64::MAX).then(|| Duration::from_millis(millis))
    }

    fn request(&self) -> u64 {
        self.0.request.load(Ordering::Relaxed)
    }
}

/// A connection that fails with [`io::ErrorKind::TimedOut`] when it stalls.
///
/// The first period begins when something has to wait; whenever enough has moved, the next one
/// does. Data is looked for before the clock is: a process that was itself stopped for ten minutes
/// finds what arrived meanwhile, not a timeout.
#[derive(Debug)]
pub(super) struct StallGuard<T> {
    inner: T,
    patience: Patience,
    period: Option<Period>,
}

/// The time in which enough has to move.
#[derive(Debug)]
struct Period {
    end: Pin<Box<Sleep>>,
    length: Duration,
    moved: u64,
    request: u64,
}

impl Period {
    fn begin(request: u64, length: Duration) -> Self {
        Self {
            end: Box::pin(tokio::time::sleep(length)),
            length,
            moved: 0,
            request,
        }
    }

    /// Begins anew for another request. The timer stays the same: to set it for later costs nothing, to make
    /// one for each request did.
    fn pass_to(&mut self, request: u64, length: Duration) {
        (self.request, self.length) = (request, length);
        self.restart();
    }

    /// Begins anew, and keeps its timer set: a reader that is waiting since before the last bytes
    /// were written does not ask again until something comes, or this timer wakes it.
    fn restart(&mut self) {
        self.moved = 0;
        // A period too long to have an end needs none.
        if let Some(end) = Instant::now().checked_add(self.length) {
            self.end.as_mut().reset(end);
        }
    }
}

impl<T> StallGuard<T> {
    pub(super) fn new(inner: T, patience: Patience) -> Self {
        Self {
            inner,
            patience,
            period: None,
        }
    }

    fn moved(&mut self, bytes: usize) {
        if let Some(period) = &mut self.period {
            period.moved += bytes as u64;
            if period.moved >= FEWEST_BYTES {
                period.restart();
            }
        }
    }

    /// Waits on: pending until the period is over.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            let (request, length) = (self.patience.request(), self.patience.period());
            let Some(length) = length else {
                return Poll::Pending;
            };
            let period = self
                .period
                .get_or_insert_with(|| Period::begin(request, length));
            if period.request != request {
                period.pass_to(request, length);
            }
            if period.end.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let late = Instant::now().saturating_duration_since(period.end.deadline());
            self.period = None;
            if late <= SLACK {
                return Poll::Ready(stalled(length));
            }
        }
    }
}

fn stalled(period: Duration) -> io::Error {
    let message = format!("next to nothing moved in {} s", period.as_secs_f64());
    io::Error::new(io::ErrorKind::TimedOut, message)
}

impl<T: AsyncRead + Unpin> AsyncRead for StallGuard<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.inner).poll_read(cx, buf) {
            Poll::Pending => self.wait(cx).map(Err),
            ready @ Poll::Ready(_) => {
                self.moved(buf.filled().len() - before);
                ready
            }
        }
    }
}

impl<T: AsyncWrite + Unpin> StallGuard<T> {
    fn written(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Pending => self.wait(cx).map(Err),
            Poll::Ready(Ok(bytes)) => {
                self.moved(bytes);
                Poll::Ready(Ok(bytes))
            }
            failed @ Poll::Ready(Err(_)) => failed,
        }
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for StallGuard<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.written(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.written(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests;
