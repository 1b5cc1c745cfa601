use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::Duration;

use ossum_client::transport::{TransportError, TransportErrorKind};
use tokio::time::{Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::departure::Departed;

/// The connection of one request: it can be cut, and it stalls when nothing moves for too long.
pub(super) struct Link {
    cut: CancellationToken,
    patience: Duration,
    waiting: Option<Pin<Box<Waiting>>>,
}

/// A time in which nothing has moved, so far.
struct Waiting {
    end: Pin<Box<Sleep>>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Link {
    pub(super) fn new(cut: CancellationToken, patience: Duration) -> Self {
        Self {
            cut,
            patience,
            waiting: None,
        }
    }

    /// Waits for what the service answers, as long as it takes of the request or the patience lasts.
    pub(super) async fn carry<T>(
        &mut self,
        answering: impl Future<Output = T>,
        departed: &Departed,
    ) -> Result<T, TransportError> {
        let mut answering = pin!(answering);
        let mut chunks = 0;
        poll_fn(|cx| {
            if let Err(broken) = self.check() {
                return Poll::Ready(Err(broken));
            }
            if let Poll::Ready(answer) = answering.as_mut().poll(cx) {
                self.moved();
                return Poll::Ready(Ok(answer));
            }
            if departed.chunks() != chunks {
                chunks = departed.chunks();
                self.moved();
            }
            self.poll_broken(cx).map(Err)
        })
        .await
    }

    /// Whether the connection still stands.
    pub(super) fn check(&self) -> Result<(), TransportError> {
        if self.cut.is_cancelled() {
            return Err(cut());
        }
        Ok(())
    }

    /// Something has moved.
    pub(super) fn moved(&mut self) {
        self.waiting = None;
    }

    /// Nothing moves: pending until that is an error.
    pub(super) fn poll_broken(&mut self, cx: &mut Context<'_>) -> Poll<TransportError> {
        let waiting = self.waiting.get_or_insert_with(|| {
            Box::pin(Waiting {
                end: Box::pin(sleep(self.patience)),
                cut: Box::pin(self.cut.clone().cancelled_owned()),
            })
        });
        if waiting.cut.as_mut().poll(cx).is_ready() {
            return Poll::Ready(cut());
        }
        waiting.end.as_mut().poll(cx).map(|()| {
            let message = format!("nothing moved in {} s", self.patience.as_secs_f64());
            TransportError::new(TransportErrorKind::Timeout, message)
        })
    }
}

fn cut() -> TransportError {
    TransportError::new(TransportErrorKind::Closed, "the connection was cut")
}
