use std::io;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::Connection;

/// What HTTP writes of its own accord when the body of a request that expects it is wanted.
const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";
/// An answer that nobody asked for, and that is like any other.
const STRAY: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstray";
/// What is written where nothing belongs.
const FILLER: [u8; 4096] = [b'x'; 4096];

/// What HTTP writes to: keeps back what the connection is not to send, adds what it is to.
#[derive(Debug)]
pub(crate) struct Wire<S> {
    inner: S,
    connection: Connection,
    /// What is left to write of a stray answer.
    stray: &'static [u8],
}

impl<S> Wire<S> {
    pub(crate) fn new(inner: S, connection: Connection) -> Self {
        Self {
            inner,
            connection,
            stray: &[],
        }
    }

    /// Whether `bytes` begin with what is to be swallowed.
    fn swallows(&self, bytes: &[u8]) -> bool {
        self.connection.0.is_mute.load(Ordering::Relaxed) && bytes.starts_with(CONTINUE)
    }
}

impl<S: AsyncWrite + Unpin> Wire<S> {
    /// Writes what follows the answer.
    fn poll_follow(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_fill(cx))?;
        let strays = &self.connection.0.strays;
        while !self.stray.is_empty() || strays.load(Ordering::Relaxed) > 0 {
            if self.stray.is_empty() {
                strays.fetch_sub(1, Ordering::Relaxed);
                self.stray = STRAY;
            }
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, self.stray))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.stray = &self.stray[written..];
        }
        Poll::Ready(Ok(()))
    }

    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let filler = &self.connection.0.filler;
        loop {
            let left = usize::try_from(filler.load(Ordering::Relaxed)).unwrap_or(usize::MAX);
            if left == 0 {
                return Poll::Ready(Ok(()));
            }
            let bytes = &FILLER[..left.min(FILLER.len())];
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, bytes))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            filler.fetch_sub(written as u64, Ordering::Relaxed);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.swallows(bytes) {
            return Poll::Ready(Ok(CONTINUE.len()));
        }
        Pin::new(&mut self.inner).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().find(|slice| !slice.is_empty());
        if first.is_some_and(|first| self.swallows(first)) {
            return Poll::Ready(Ok(CONTINUE.len()));
        }
        Pin::new(&mut self.inner).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // HTTP flushes when it has written all it has: now comes what belongs to nothing.
        ready!(self.poll_follow(cx))?;
        ready!(Pin::new(&mut self.inner).poll_flush(cx))?;
        self.connection.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_follow(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
