use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};

use crate::store::ObjectReader;

/// The body of an answer: nothing, a document, or an object's bytes as they are read.
///
/// It can be dropped at any point; nothing needs to be finished.
pub struct Body(Content);

enum Content {
    Whole(Option<Bytes>),
    Object(ObjectReader),
    /// Another body, which somebody watches or damages.
    Of(Pin<Box<dyn http_body::Body<Data = Bytes, Error = io::Error> + Send>>),
}

impl Body {
    pub(crate) fn empty() -> Self {
        Self(Content::Whole(None))
    }

    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self(Content::Whole((!bytes.is_empty()).then_some(bytes)))
    }

    pub(crate) fn object(reader: ObjectReader) -> Self {
        Self(Content::Object(reader))
    }

    pub(crate) fn of<B>(body: B) -> Self
    where
        B: http_body::Body<Data = Bytes, Error = io::Error> + Send + 'static,
    {
        Self(Content::Of(Box::pin(body)))
    }

    /// What is left of a document; nothing of an object, which is not held as a whole.
    pub(crate) fn into_whole(self) -> Bytes {
        match self.0 {
            Content::Whole(bytes) => bytes.unwrap_or_default(),
            Content::Object(_) | Content::Of(_) => Bytes::new(),
        }
    }

    /// How many bytes are still to come, if that is known.
    fn remaining(&self) -> Option<u64> {
        match &self.0 {
            Content::Whole(bytes) => Some(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64)),
            Content::Object(reader) => Some(reader.remaining()),
            Content::Of(body) => body.size_hint().exact(),
        }
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = match &mut self.0 {
            Content::Whole(bytes) => bytes.take().map(Ok),
            Content::Object(reader) => reader.next_chunk(),
            Content::Of(body) => return body.as_mut().poll_frame(cx),
        };
        Poll::Ready(next.map(|chunk| chunk.map(Frame::data)))
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Content::Of(body) => body.is_end_stream(),
            _ => self.remaining() == Some(0),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.remaining()
            .map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

/// Without the bytes.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("remaining", &self.remaining())
            .finish_non_exhaustive()
    }
}
