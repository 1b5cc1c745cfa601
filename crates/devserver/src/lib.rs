//! A local OSS: the service that developers and tests talk to instead of the real one.
//!
//! It exists to contradict the client, so it shares no code with it: signatures are verified and
//! requests are parsed here anew, from the official documentation. It speaks to no other server
//! but the one a callback names, reads no environment and prints nothing. What it does not know it refuses with 501 rather than
//! guess.
//!
//! Start at [`Service`], which answers one [`http::Request`]; [`Server`] puts sockets around it, and
//! [`faults`] make either fail on purpose.

mod answer;
mod auth;
mod body;
mod clock;
mod connection;
mod control;
pub mod fakes;
pub mod faults;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod id;
mod ledger;
mod listener;
mod op;
mod operation;
mod pace;
mod refusal;
mod request;
mod server;
mod service;
mod settings;
mod store;
mod throttle;
mod tls;
mod xml;

pub use body::Body;
pub use clock::Clock;
pub use connection::NoAnswer;
pub use operation::Operation;
pub use server::{Listening, RunningServer, Server};
pub use service::Service;
pub use settings::{Access, AccessKey, CallbackHosts, ETagForm, SecurityToken, Settings, Storage};
