//! Keeps an answer that came before the request was sent whole.
//!
//! A service that refuses a request may say so after its headers, and close the connection while
//! the body is still on its way. Sending then fails, often before the answer has been read; the
//! answer is what matters.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connection on which a failure to send is no failure yet: from then on nothing more is sent,
/// and reading tells how it ends.
#[derive(Debug)]
pub(super) struct KeepListening<T> {
    inner: T,
    deaf_peer: bool,
}

impl<T> KeepListening<T> {
    pub(super) fn new(inner: T) -> Self {
        Self {
            inner,
            deaf_peer: false,
        }
    }

    /// Turns a failure because the peer has hung up into waiting for what it said before.
    fn sent<R>(&mut self, polled: Poll<io::Result<R>>) -> Poll<io::Result<R>> {
        match polled {
            Poll::Ready(Err(error)) if hung_up(&error) => {
                self.deaf_peer = true;
                // No waker is kept: the reader's own will find the answer, the end or an error.
                Poll::Pending
            }
            other => other,
        }
    }
}

fn hung_up(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::WriteZero
    )
}

impl<T: AsyncRead + Unpin> AsyncRead for KeepListening<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for KeepListening<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.deaf_peer {
            return Poll::Pending;
        }
        let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
        self.sent(polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.deaf_peer {
            return Poll::Pending;
        }
        let polled = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        self.sent(polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.deaf_peer {
            return Poll::Pending;
        }
        let polled = Pin::new(&mut self.inner).poll_flush(cx);
        self.sent(polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
