use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::Response;
use http_body::{Body as _, Frame};
use tokio::time::{Sleep, sleep};

use super::header::announced_length;
use crate::body::Body;
use crate::connection::{Connection, NoAnswer};

/// Bytes that were sent before a connection ends have this long to arrive: a reset overtakes what
/// is still on its way to the socket.
const SETTLING: Duration = Duration::from_millis(20);
/// What follows a body that should have ended comes in runs of this many bytes.
const FILLER: Bytes = Bytes::from_static(&[b'x'; 4096]);

/// Something that happens at an offset of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cue {
    pub(super) at: u64,
    pub(super) act: Act,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// The byte at the offset is another one.
    Flip,
    /// The bytes from the offset on come later.
    Pause(Duration),
    /// The bytes from the offset on never come.
    End(NoAnswer),
}

impl Cue {
    pub(super) fn end(at: u64, how: NoAnswer) -> Self {
        let act = Act::End(how);
        Self { at, act }
    }
}

/// Cues by offset; those at the same offset in the order of their rules.
pub(super) fn in_order(cues: impl Iterator<Item = Cue>) -> Vec<Cue> {
    let mut cues: Vec<Cue> = cues.collect();
    cues.sort_by_key(|cue| cue.at);
    cues
}

/// `chunk` with another first byte.
pub(super) fn flip_first(chunk: &[u8]) -> Bytes {
    let mut chunk = BytesMut::from(chunk);
    if let Some(first) = chunk.first_mut() {
        *first = !*first;
    }
    chunk.freeze()
}

/// Has the body of `response` follow `cues`, and `extra` bytes follow the body.
///
/// What the head announces decides where HTTP ends the answer. On a socket, bytes after that are
/// given to the connection.
pub(super) fn script(
    response: Response<Body>,
    cues: Vec<Cue>,
    extra: u64,
    connection: Option<&Connection>,
) -> Response<Body> {
    let announced = announced_length(&response);
    let actual = response.body().size_hint().exact();
    if cues.is_empty() && extra == 0 && announced.is_some() && announced == actual {
        return response;
    }
    let unannounced = match (announced, actual) {
        (Some(announced), Some(actual)) => actual.saturating_sub(announced),
        _ => 0,
    };
    let is_ended_by_length = connection.is_some() && announced.is_some();
    let (within, behind) = if is_ended_by_length {
        (0, unannounced.saturating_add(extra))
    } else {
        (extra, 0)
    };
    response.map(|inner| {
        Body::of(Scripted {
            inner,
            cues: cues.into(),
            within,
            behind,
            owed: announced.filter(|_| connection.is_some()).unwrap_or(0),
            connection: connection.cloned(),
            rest: Bytes::new(),
            position: 0,
            flips_next: false,
            pause: None,
            ending: None,
        })
    })
}

/// A body that follows cues.
struct Scripted {
    inner: Body,
    cues: VecDeque<Cue>,
    /// Bytes that are still to be added to the body.
    within: u64,
    /// Bytes for the connection to send behind the body.
    behind: u64,
    /// How many bytes HTTP was told to expect: it throws away what it was given if fewer come.
    owed: u64,
    connection: Option<Connection>,
    /// What was read and not passed on yet.
    rest: Bytes,
    position: u64,
    flips_next: bool,
    pause: Option<Pin<Box<Sleep>>>,
    ending: Option<NoAnswer>,
}

impl Scripted {
    /// Waits as the cues up to here say; an error is the end that one of them says.
    fn poll_cues(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            if let Some(how) = self.ending {
                return Poll::Ready(Err(self.end(how)));
            }
            let position = self.position;
            let Some(cue) = self.cues.pop_front_if(|cue| cue.at <= position) else {
                return Poll::Ready(Ok(()));
            };
            match cue.act {
                Act::Flip => self.flips_next = true,
                Act::Pause(pause) => self.pause = Some(Box::pin(sleep(pause))),
                Act::End(how) => self.end_later(how),
            }
        }
    }

    fn end_later(&mut self, how: NoAnswer) {
        self.ending = Some(how);
        self.pause = Some(Box::pin(sleep(SETTLING)));
    }

    fn end(&mut self, how: NoAnswer) -> io::Error {
        self.behind = 0;
        if let Some(connection) = &self.connection {
            connection.end(how);
        }
        let kind = match how {
            NoAnswer::Reset => io::ErrorKind::ConnectionReset,
            NoAnswer::Closed => io::ErrorKind::UnexpectedEof,
        };
        io::Error::new(kind, how)
    }

    /// What of the rest comes before the next cue.
    fn take(&mut self) -> Bytes {
        let len = self.rest.len();
        let room = self.cues.front().map(|cue| cue.at - self.position);
        let room = room.map_or(len, |room| usize::try_from(room).unwrap_or(len));
        let mut chunk = self.rest.split_to(room.min(len));
        if self.flips_next && !chunk.is_empty() {
            self.flips_next = false;
            chunk = flip_first(&chunk);
        }
        self.position += chunk.len() as u64;
        chunk
    }

    /// What follows the body.
    fn fill(&mut self) -> Option<Bytes> {
        let len = usize::try_from(self.within).unwrap_or(usize::MAX);
        let filler = FILLER.slice(..len.min(FILLER.len()));
        self.within -= filler.len() as u64;
        (!filler.is_empty()).then_some(filler)
    }
}

impl http_body::Body for Scripted {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let this = &mut *self;
        loop {
            if let Err(end) = ready!(this.poll_cues(cx)) {
                return Poll::Ready(Some(Err(end)));
            }
            let chunk = this.take();
            if !chunk.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
            match ready!(Pin::new(&mut this.inner).poll_frame(cx)) {
                None => match this.fill() {
                    Some(filler) => this.rest = filler,
                    None if this.position < this.owed => this.end_later(NoAnswer::Closed),
                    None => return Poll::Ready(None),
                },
                Some(Err(cause)) => return Poll::Ready(Some(Err(cause))),
                Some(Ok(frame)) => this.rest = frame.into_data().unwrap_or_default(),
            }
        }
    }
}

impl Drop for Scripted {
    /// HTTP lets go of a body when the announced length is reached.
    fn drop(&mut self) {
        if let (Some(connection), 1..) = (&self.connection, self.behind) {
            connection.append(self.behind);
        }
    }
}
