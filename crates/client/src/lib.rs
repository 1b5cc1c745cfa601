//! Speaks OSS over HTTP: signs, sends, retries what may be retried, and tells errors apart.
//!
//! Opens no data files and reports no progress but the counts of a [`Meter`]. An operation is a
//! method of [`Client`], in the file named for it under `op/`; every one goes through
//! `execute.rs`, where an attempt is signed, sent, classified and perhaps repeated. Start there.

mod addressing;
mod answer;
pub mod auth;
mod body;
mod call;
mod client;
mod clock;
mod date;
mod encode;
mod error;
mod execute;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod limiter;
mod meter;
pub mod op;
mod operation;
mod payload;
mod place;
mod presign;
mod request;
mod request_log;
mod request_rate;
mod retry;
mod traffic_limit;
pub mod transport;
mod xml;

pub use addressing::{AddressError, Addressing};
pub use body::{RequestBody, ResponseBody};
pub use client::{ClearText, Client, Settings, SettingsError};
pub use clock::{Clock, ClockSkew};
pub use error::{Error, ErrorKind, ServiceError};
pub use limiter::Limiter;
pub use meter::{Meter, Retry};
pub use operation::Operation;
pub use payload::{Arriving, Chunks, Payload, PayloadSource, PayloadStream};
pub use place::Place;
pub use presign::{AnswerHeader, Lifetime, Presignable, PresignedRequest};
pub use request_rate::RequestRate;
pub use retry::{RetryBudget, RetryPolicy};
pub use traffic_limit::TrafficLimit;
pub use xml::{MalformedXml, read as read_document};
