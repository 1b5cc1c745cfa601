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
    /// A request begins that may take `period` without anything moving.
    pub(super) fn begin(&self, period: Duration) {
        let millis = u64::try_from(period.as_millis()).unwrap_or(u64::MAX);
        self.0.period_millis.store(millis, Ordering::Relaxed);
        self.0.request.fetch_add(1, Ordering::Relaxed);
    }

    fn period(&self) -> Duration {
        Duration::from_millis(self.0.period_millis.load(Ordering::Relaxed))
    }

    fn request(&self) -> u64 {
        self.0.request.load(Ordering::Relaxed)
    }
}

/// A connection that fails with [`io::ErrorKind::TimedOut`] when it stalls.
///
/// A period begins when something has to wait and ends when enough has moved. Data is looked for
/// before the clock is: a process that was itself stopped for ten minutes finds what arrived
/// meanwhile, not a timeout.
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
    fn begin(patience: &Patience) -> Self {
        let length = patience.period();
        Self {
            end: Box::pin(tokio::time::sleep(length)),
            length,
            moved: 0,
            request: patience.request(),
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
                self.period = None;
            }
        }
    }

    /// Waits on: pending until the period is over.
    fn wait(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            let request = self.patience.request();
            let patience = &self.patience;
            let period = match &mut self.period {
                Some(period) if period.request == request => period,
                stale => stale.insert(Period::begin(patience)),
            };
            if period.end.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let late = Instant::now().saturating_duration_since(period.end.deadline());
            let length = period.length;
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
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn guarded(
        patience_secs: u64,
    ) -> (StallGuard<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
        let (near, far) = tokio::io::duplex(4096);
        let patience = Patience::default();
        patience.begin(Duration::from_secs(patience_secs));
        (StallGuard::new(near, patience), far)
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_after_the_period() {
        let (mut near, _far) = guarded(30);
        let began = Instant::now();
        let error = near.read_u8().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(began.elapsed().as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn a_byte_a_second_is_silence_too() {
        let (mut near, mut far) = guarded(30);
        let drip = async {
            loop {
                far.write_u8(0).await.unwrap();
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        };
        let read = async { while near.read_u8().await.is_ok() {} };
        let began = Instant::now();
        tokio::select! { () = drip => {}, () = read => {} }
        assert_eq!(began.elapsed().as_secs(), 30);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_line_is_no_stall() {
        let (mut near, mut far) = guarded(30);
        let feed = async {
            for _ in 0..100 {
                far.write_all(&[0; 2048]).await.unwrap();
                tokio::time::sleep(Duration::from_secs(20)).await;
            }
            drop(far);
        };
        let mut all = Vec::new();
        let (read, ()) = tokio::join!(near.read_to_end(&mut all), feed);
        assert_eq!(read.unwrap(), 100 * 2048);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_does_not_read_is_found() {
        let (mut near, _far) = guarded(30);
        let error = near.write_all(&vec![0; 100_000]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_new_request_begins_a_new_period() {
        let (mut near, mut far) = guarded(30);
        far.write_u8(1).await.unwrap();
        let patience = near.patience.clone();
        let first = async {
            (
                near.read_u8().await,
                tokio::time::timeout(Duration::from_secs(29), near.read_u8())
                    .await
                    .is_err(),
            )
        };
        assert!(matches!(first.await, (Ok(1), true)));
        patience.begin(Duration::from_secs(30));
        let began = Instant::now();
        near.read_u8().await.unwrap_err();
        assert_eq!(began.elapsed().as_secs(), 30);
    }
}
