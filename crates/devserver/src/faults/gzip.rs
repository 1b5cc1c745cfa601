use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::Response;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body::Frame;

use crate::answer;
use crate::body::Body;

/// Says that a body is compressed as proxies do it: on the way, so that nobody knows how long it
/// will be.
pub(super) fn announce(mut response: Response<Body>) -> Response<Body> {
    response.headers_mut().remove(CONTENT_LENGTH);
    answer::set(&mut response, CONTENT_ENCODING, "gzip");
    response
}

/// Compresses the body, and says so.
pub(super) fn compress(response: Response<Body>) -> Response<Body> {
    announce(response).map(|inner| {
        Body::of(Compressing {
            inner,
            encoder: Some(GzEncoder::new(Vec::new(), Compression::fast())),
        })
    })
}

/// A body that is compressed as it comes.
struct Compressing {
    inner: Body,
    /// `None` when it has ended.
    encoder: Option<GzEncoder<Vec<u8>>>,
}

impl Compressing {
    /// What of the compressed bytes is there after `chunk`; after `None`, the rest.
    fn compress(&mut self, chunk: Option<&[u8]>) -> io::Result<Vec<u8>> {
        let Some(mut encoder) = self.encoder.take() else {
            return Ok(Vec::new());
        };
        let Some(chunk) = chunk else {
            return encoder.finish();
        };
        encoder.write_all(chunk)?;
        let ready = std::mem::take(encoder.get_mut());
        self.encoder = Some(encoder);
        Ok(ready)
    }
}

impl http_body::Body for Compressing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        while this.encoder.is_some() {
            let chunk = match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                None => None,
                Some(Err(cause)) => return Poll::Ready(Some(Err(cause))),
                Some(Ok(frame)) => Some(frame.into_data().unwrap_or_default()),
            };
            let compressed = this.compress(chunk.as_deref())?;
            if !compressed.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(compressed.into()))));
            }
        }
        Poll::Ready(None)
    }
}
