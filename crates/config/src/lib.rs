//! Finds out what a client is told: from flags and the environment to
//! [`Settings`](ossum_client::Settings) and a transport.
//!
//! Knows no command line and reads no environment by itself: both come in as values, so that a test
//! is one call. Where settings come from is a list of layers; of each setting the first layer that
//! has it counts, and where it was found is remembered. Start at [`resolve`].

mod credentials;
mod environment;
mod error;
mod flags;
mod layer;
mod place;
mod proxy;
mod resolve;
mod state;
mod trust;

pub use environment::Environment;
pub use error::{Error, ErrorKind};
pub use flags::{Access, Flags};
pub use layer::{Key, Origin};
pub use resolve::{Resolved, resolve};
pub use state::state_directory;
