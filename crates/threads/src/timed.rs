//! A channel whose time is up whenever chance says so.

use std::sync::mpsc::{RecvError, RecvTimeoutError, SendError, TryRecvError};
use std::time::Duration;

use shuttle::rand::Rng as _;
use shuttle::sync::mpsc;

/// See [`std::sync::mpsc::Sender`].
#[derive(Debug)]
pub struct Sender<T>(mpsc::Sender<T>);

/// See [`std::sync::mpsc::Receiver`].
#[derive(Debug)]
pub struct Receiver<T>(mpsc::Receiver<T>);

/// See [`std::sync::mpsc::channel`].
pub fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (sender, receiver) = mpsc::channel();
    (Sender(sender), Receiver(receiver))
}

impl<T> Sender<T> {
    /// See [`std::sync::mpsc::Sender::send`].
    ///
    /// # Errors
    /// As there.
    pub fn send(&self, message: T) -> Result<(), SendError<T>> {
        self.0.send(message)
    }
}

impl<T> Receiver<T> {
    /// See [`std::sync::mpsc::Receiver::recv`].
    ///
    /// # Errors
    /// As there.
    pub fn recv(&self) -> Result<T, RecvError> {
        self.0.recv()
    }

    /// See [`std::sync::mpsc::Receiver::recv_timeout`]. However long it is, the time may be up at
    /// once, and may never be.
    ///
    /// # Errors
    /// As there.
    pub fn recv_timeout(&self, _: Duration) -> Result<T, RecvTimeoutError> {
        if shuttle::rand::thread_rng().gen_bool(0.5) {
            return self
                .0
                .recv()
                .map_err(|RecvError| RecvTimeoutError::Disconnected);
        }
        match self.0.try_recv() {
            Ok(message) => Ok(message),
            Err(TryRecvError::Empty) => Err(RecvTimeoutError::Timeout),
            Err(TryRecvError::Disconnected) => Err(RecvTimeoutError::Disconnected),
        }
    }
}
