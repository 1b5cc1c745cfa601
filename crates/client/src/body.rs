//! The bodies of one attempt: what goes out, counted and hashed, and what comes in.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use ossum_types::{Crc64, Crc64Hasher};
use tokio::time::Sleep;

use crate::limiter::{Limiter, Way};
use crate::meter::Meter;
use crate::payload::{Arriving, Chunks, Payload};
use crate::transport::TransportError;

/// What one attempt has sent so far. Read when its answer is there.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sent(Arc<Mutex<Tally>>);

#[derive(Debug, Default)]
struct Tally {
    bytes: u64,
    crc64: Crc64Hasher,
    failed: Option<io::Error>,
}

impl Sent {
    fn with<T>(&self, change: impl FnOnce(&mut Tally) -> T) -> T {
        // A tally is whole between any two statements, so a panic elsewhere leaves it usable.
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many bytes have been sent so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.with(|tally| tally.bytes)
    }

    /// The CRC-64 of the bytes sent so far.
    pub(crate) fn crc64(&self) -> Crc64 {
        self.with(|tally| tally.crc64.finish())
    }

    /// The local failure that ended the sending, if one did. It is told once.
    pub(crate) fn take_failure(&self) -> Option<io::Error> {
        self.with(|tally| tally.failed.take())
    }
}

/// The body of a request on its way out.
///
/// Never sends more than it announced: a source that grew is an error, as is one that shrank.
pub struct RequestBody {
    chunks: Option<Reading>,
    /// How many bytes are still to be read.
    remaining: u64,
    /// What completes the request, until it is known that nothing comes after it.
    last: Option<Bytes>,
    sent: Sent,
    meter: Option<Arc<Meter>>,
    limiter: Option<Limiter>,
    /// What has been read and whose time has not come.
    waiting: Bytes,
    /// How much of it goes next, and until when that waits.
    piece: usize,
    wait: Option<Pin<Box<Sleep>>>,
}

/// Where the chunks of an attempt come from.
enum Reading {
    Here(Chunks),
    Elsewhere(Arriving),
}

impl Reading {
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        match self {
            Self::Here(chunks) => Poll::Ready(chunks.next()),
            Self::Elsewhere(arriving) => arriving.as_mut().poll_next(cx),
        }
    }

    fn of(payload: &Payload) -> io::Result<Option<Self>> {
        Ok(match payload {
            Payload::Empty => None,
            Payload::Bytes(bytes) if bytes.is_empty() => None,
            Payload::Bytes(bytes) => Some(Self::once(bytes.clone())),
            Payload::Source(source) => Some(Self::Here(source.open(0)?)),
            Payload::Stream(stream) => Some(Self::Elsewhere(stream.open())),
        })
    }

    fn once(bytes: Bytes) -> Self {
        Self::Here(Box::new(std::iter::once(Ok(bytes))))
    }
}

impl RequestBody {
    /// Opens `payload` for one attempt, to be counted by `meter` and held to `limiter`.
    pub(crate) fn open(
        payload: &Payload,
        meter: Option<&Arc<Meter>>,
        limiter: Option<&Limiter>,
    ) -> io::Result<Self> {
        Ok(Self {
            chunks: Reading::of(payload)?,
            remaining: payload.len(),
            last: None,
            sent: Sent::default(),
            meter: meter.map(Arc::clone),
            limiter: limiter.cloned(),
            waiting: Bytes::new(),
            piece: 0,
            wait: None,
        })
    }

    /// A body of `bytes`, for a request that is none of OSS's.
    pub fn whole(bytes: Bytes) -> Self {
        let remaining = bytes.len() as u64;
        let chunks = (!bytes.is_empty()).then(|| Reading::once(bytes));
        Self {
            chunks,
            remaining,
            last: None,
            sent: Sent::default(),
            meter: None,
            limiter: None,
            waiting: Bytes::new(),
            piece: 0,
            wait: None,
        }
    }

    /// What this body will have sent; stays valid after the body is gone.
    pub(crate) fn sent(&self) -> Sent {
        self.sent.clone()
    }

    /// How many bytes are still to go out.
    fn left(&self) -> u64 {
        let held = self.waiting.len() + self.last.as_ref().map_or(0, Bytes::len);
        self.remaining + held as u64
    }

    /// The next chunk. The last one comes when the source has ended: a source that has more must not
    /// make the request complete.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        if self.last.is_none() {
            let chunk = match std::task::ready!(self.poll_source(cx)?) {
                Some(chunk) => chunk,
                None if self.remaining == 0 => return Poll::Ready(Ok(None)),
                None => return Poll::Ready(Err(changed("became shorter"))),
            };
            let remaining = self.remaining.checked_sub(chunk.len() as u64);
            self.remaining = remaining.ok_or_else(|| changed("became longer"))?;
            if self.remaining > 0 {
                return Poll::Ready(Ok(Some(chunk)));
            }
            self.last = Some(chunk);
        }
        while let Some(more) = std::task::ready!(self.poll_source(cx)?) {
            if !more.is_empty() {
                return Poll::Ready(Err(changed("became longer")));
            }
        }
        Poll::Ready(Ok(self.last.take()))
    }

    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        match &mut self.chunks {
            Some(chunks) => chunks.poll_next(cx).map(Option::transpose),
            None => Poll::Ready(Ok(None)),
        }
    }

    /// The next piece, once its time has come.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        if self.waiting.is_empty() {
            match std::task::ready!(self.poll_chunk(cx)?) {
                Some(chunk) => self.waiting = chunk,
                None => return Poll::Ready(Ok(None)),
            }
        }
        let Some(limiter) = &self.limiter else {
            return Poll::Ready(Ok(Some(self.release(usize::MAX))));
        };
        if self.wait.is_none() {
            self.piece = limiter.piece_bytes(Way::Up).min(self.waiting.len());
            let wait = limiter.take(Way::Up, self.piece as u64);
            self.wait = Some(Box::pin(tokio::time::sleep(wait)));
        }
        if let Some(wait) = &mut self.wait {
            std::task::ready!(wait.as_mut().poll(cx));
        }
        self.wait = None;
        Poll::Ready(Ok(Some(self.release(self.piece))))
    }

    /// Lets go of `most` bytes of those that wait.
    fn release(&mut self, most: usize) -> Bytes {
        let piece = self.waiting.split_to(most.min(self.waiting.len()));
        self.sent.with(|tally| {
            tally.bytes += piece.len() as u64;
            tally.crc64.update(&piece);
        });
        if let Some(meter) = &self.meter {
            meter.add_sent(piece.len() as u64);
        }
        piece
    }
}

fn changed(how: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        format!("the source {how} while it was sent"),
    )
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.is_end_stream() {
            return Poll::Ready(None);
        }
        match std::task::ready!(self.poll_piece(cx)) {
            Ok(chunk) => Poll::Ready(chunk.map(|chunk| Ok(Frame::data(chunk)))),
            Err(error) => {
                let told = io::Error::new(error.kind(), "the source could not be read");
                self.sent.with(|tally| tally.failed = Some(error));
                Poll::Ready(Some(Err(told)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left() == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left())
    }
}

impl fmt::Debug for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestBody({} bytes to go)", self.left())
    }
}

type BoxedBody = Pin<Box<dyn Body<Data = Bytes, Error = TransportError> + Send>>;

/// The body of an answer, read chunk by chunk as it comes in.
///
/// Dropping it before its end closes the connection it comes over.
pub struct ResponseBody {
    inner: BoxedBody,
    meter: Option<Arc<Meter>>,
    limiter: Option<Limiter>,
}

impl ResponseBody {
    /// Wraps what a [`Transport`](crate::transport::Transport) answers with.
    pub fn new(body: impl Body<Data = Bytes, Error = TransportError> + Send + 'static) -> Self {
        Self {
            inner: Box::pin(body),
            meter: None,
            limiter: None,
        }
    }

    /// Counts what is read from here on, and holds it to `limiter`.
    pub(crate) fn metered(mut self, meter: &Arc<Meter>, limiter: Option<&Limiter>) -> Self {
        self.meter = Some(Arc::clone(meter));
        self.limiter = limiter.cloned();
        self
    }

    /// Counts what is read from here on in another meter, if it is counted.
    pub(crate) fn count_by(&mut self, meter: &Arc<Meter>) {
        if let Some(counting) = &mut self.meter {
            *counting = Arc::clone(meter);
        }
    }

    /// The next bytes; `None` at the end. An end before the announced length is an error.
    ///
    /// # Errors
    /// [`TransportError`] if the connection broke, stalled or spoke nonsense. What was read before
    /// is good.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        loop {
            let frame = std::future::poll_fn(|cx| self.inner.as_mut().poll_frame(cx)).await;
            match frame.transpose()?.map(Frame::into_data) {
                None => return Ok(None),
                Some(Ok(chunk)) if chunk.is_empty() => {}
                Some(Ok(chunk)) => {
                    if let Some(limiter) = &self.limiter {
                        let wait = limiter.take(Way::Down, chunk.len() as u64);
                        tokio::time::sleep(wait).await;
                    }
                    if let Some(meter) = &self.meter {
                        meter.add_received(chunk.len() as u64);
                    }
                    return Ok(Some(chunk));
                }
                Some(Err(_trailers)) => {}
            }
        }
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ResponseBody")
    }
}
