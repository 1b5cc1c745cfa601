use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use bytes::{Buf, Bytes};
use http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::Service;

/// Gives the answer to what is no HTTP the form of OSS.
///
/// The HTTP library answers that on its own, with a status and nothing else. As long as it has not
/// passed on a request, whatever it writes is such an answer.
pub(super) fn guard<S>(stream: S, service: &Service) -> (Guarded<S>, Asked) {
    let asked = Asked(Arc::new(AtomicBool::new(false)));
    let guarded = Guarded {
        inner: stream,
        service: service.clone(),
        asked: asked.clone(),
        answer: None,
    };
    (guarded, asked)
}

/// Whether a request came that can be answered.
#[derive(Debug, Clone)]
pub(super) struct Asked(Arc<AtomicBool>);

impl Asked {
    pub(super) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A connection whose first answer is replaced if nobody asked for it.
#[derive(Debug)]
pub(super) struct Guarded<S> {
    inner: S,
    service: Service,
    asked: Asked,
    /// What is still to be written in place of the library's answer.
    answer: Option<Bytes>,
}

impl<S: AsyncWrite + Unpin> Guarded<S> {
    /// Writes the whole answer of OSS in place of the library's.
    fn poll_replace(&mut self, cx: &mut Context<'_>, theirs: &[u8]) -> Poll<io::Result<usize>> {
        let service = &self.service;
        let make = || service.answer_malformed(status_of(theirs));
        let answer = self.answer.get_or_insert_with(make);
        while answer.has_remaining() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, answer))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            answer.advance(written);
        }
        Poll::Ready(Ok(theirs.len()))
    }
}

/// The status in the head of an answer: `HTTP/1.1 400 Bad Request`.
fn status_of(head: &[u8]) -> StatusCode {
    let digits = head.get(9..12).unwrap_or_default();
    StatusCode::from_bytes(digits).unwrap_or(StatusCode::BAD_REQUEST)
}

impl<S: AsyncRead + Unpin> AsyncRead for Guarded<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Guarded<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.asked.get() {
            return Pin::new(&mut self.inner).poll_write(cx, bytes);
        }
        self.poll_replace(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if self.asked.get() {
            return Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        }
        let first = slices.iter().find(|slice| !slice.is_empty());
        self.poll_replace(cx, first.map_or(&[], |slice| &**slice))
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
