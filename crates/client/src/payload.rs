//! What a request sends, in a form that every attempt can read from the start.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;

/// The chunks of one attempt, in order. Taking the next one may block on a disk.
pub type Chunks = Box<dyn Iterator<Item = io::Result<Bytes>> + Send>;

/// A place that bytes to be sent can be read from, more than once.
pub trait PayloadSource: Send + Sync + 'static {
    /// How many bytes there are. The same at every call, or the request fails.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Starts reading at `offset`, at most [`len`](Self::len).
    ///
    /// Called once for each attempt. The chunks must add up to `len() - offset` bytes; reading
    /// happens on the thread that sends, which is why a thread of its own should do that.
    ///
    /// # Errors
    /// Whatever reading says. It ends the request: a local failure is not tried again.
    fn open(&self, offset: u64) -> io::Result<Chunks>;
}

/// The chunks of one attempt as they arrive from elsewhere, in order.
pub type Arriving = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// Bytes that come from elsewhere while they are sent, and come again as often as they are asked for.
pub trait PayloadStream: Send + Sync + 'static {
    /// How many bytes there are. The same at every call, or the request fails.
    fn len(&self) -> u64;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Has them come from the first one on.
    ///
    /// Called once for each attempt, within the runtime of the thread that sends; polled there, and
    /// no faster than the network takes what comes. The chunks must add up to [`len`](Self::len). An
    /// error ends the request: whoever gets bytes from elsewhere tries again by itself.
    fn open(&self) -> Arriving;
}

/// The body of a request.
#[derive(Clone, Default)]
pub enum Payload {
    /// No body.
    #[default]
    Empty,
    /// Bytes in memory.
    Bytes(Bytes),
    /// Bytes read as they are sent.
    Source(Arc<dyn PayloadSource>),
    /// Bytes that arrive as they are sent.
    Stream(Arc<dyn PayloadStream>),
}

impl Payload {
    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Source(source) => source.len(),
            Self::Stream(stream) => stream.len(),
        }
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Self {
        Self::Bytes(bytes)
    }
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Payload({} bytes)", self.len())
    }
}
