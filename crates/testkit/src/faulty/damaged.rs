use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame};
use ossum_client::ResponseBody;
use ossum_client::transport::TransportError;

use super::lost;

/// What happens to a body at one offset.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Damage {
    Break,
    Corrupt,
}

/// A body that is damaged at one offset.
struct Damaged {
    inner: ResponseBody,
    at: usize,
    damage: Damage,
}

pub(super) fn damaged(inner: ResponseBody, at: usize, damage: Damage) -> ResponseBody {
    ResponseBody::new(Damaged { inner, at, damage })
}

impl Body for Damaged {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if self.at == 0 && self.damage == Damage::Break {
            return Poll::Ready(Some(Err(lost())));
        }
        let chunk = {
            let next = std::pin::pin!(self.inner.chunk());
            match next.poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(chunk) => chunk,
            }
        };
        let Some(chunk) = chunk.transpose() else {
            return Poll::Ready(None);
        };
        Poll::Ready(Some(chunk.map(|chunk| Frame::data(self.harm(chunk)))))
    }
}

impl Damaged {
    fn harm(&mut self, chunk: Bytes) -> Bytes {
        let here = self.at;
        match self.damage {
            Damage::Break => {
                let kept = chunk.slice(..chunk.len().min(here));
                self.at -= kept.len();
                kept
            }
            Damage::Corrupt if here < chunk.len() => {
                self.at = usize::MAX;
                let mut bytes = chunk.to_vec();
                bytes[here] ^= 1;
                bytes.into()
            }
            Damage::Corrupt => {
                self.at = self.at.saturating_sub(chunk.len());
                chunk
            }
        }
    }
}
