//! One HTTP/1.1 connection, driven by whoever uses it.
//!
//! Hyper splits a connection into a handle and a driver that has to be polled. Here both stay
//! together and the driver is polled inside the request's own future: no task of its own, no
//! hand-over between threads, and a stalled disk holds up only its own connection.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::client::conn::http1;

use super::connector::Io;
use super::stall::Patience;
use super::{TransportError, TransportErrorKind};
use crate::body::RequestBody;

pub(super) struct Connection {
    sender: http1::SendRequest<RequestBody>,
    driver: http1::Connection<Box<dyn Io>, RequestBody>,
    patience: Patience,
    open: bool,
    served: u64,
}

impl Connection {
    pub(super) async fn handshake(
        io: Box<dyn Io>,
        patience: Patience,
        read_buffer_bytes: usize,
    ) -> Result<Self, TransportError> {
        let (sender, driver) = http1::Builder::new()
            .max_buf_size(read_buffer_bytes)
            .handshake(io)
            .await
            .map_err(|error| TransportError::from_hyper(error, false, false))?;
        Ok(Self {
            sender,
            driver,
            patience,
            open: true,
            served: 0,
        })
    }

    /// Whether another request may be sent: nothing left over, and the peer has not hung up.
    pub(super) async fn is_ready(&mut self) -> bool {
        // Whatever patience the last request had is over; looking takes no time.
        self.patience.begin(Duration::MAX);
        std::future::poll_fn(|cx| Poll::Ready(self.has_settled(cx))).await
    }

    /// Whether the last exchange is complete in both directions, and the connection still stands.
    pub(super) fn has_settled(&mut self, cx: &mut Context<'_>) -> bool {
        self.drive(cx);
        if self.sender.poll_ready(cx).is_pending() {
            // The driver may need a second look to see that the last exchange is complete.
            self.drive(cx);
        }
        self.open && matches!(self.sender.poll_ready(cx), Poll::Ready(Ok(())))
    }

    /// Sends `request` and waits for the head of the answer.
    pub(super) async fn send(
        &mut self,
        request: http::Request<RequestBody>,
        patience: Duration,
    ) -> Result<http::Response<Incoming>, TransportError> {
        self.patience.begin(patience);
        let reused = self.served > 0;
        self.served += 1;
        let mut answer = Box::pin(self.sender.send_request(request));
        let driver = &mut self.driver;
        let open = &mut self.open;
        std::future::poll_fn(move |cx| {
            if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                return Poll::Ready(answer);
            }
            if *open && Pin::new(&mut *driver).poll(cx).is_ready() {
                *open = false;
            }
            answer.as_mut().poll(cx)
        })
        .await
        .map_err(|error| TransportError::from_hyper(error, reused, false))
    }

    /// Moves whatever can move. The driver's error reaches the one who waits on its request.
    pub(super) fn drive(&mut self, cx: &mut Context<'_>) {
        if self.open && Pin::new(&mut self.driver).poll(cx).is_ready() {
            self.open = false;
        }
    }
}

impl TransportErrorKind {
    /// Whether the same request over a new connection is likely to do better.
    pub(super) fn spoils_idle_connections(self) -> bool {
        matches!(self, Self::Stale | Self::Closed)
    }
}
