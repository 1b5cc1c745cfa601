//! Finds out what a client is told: from flags, the environment and configuration files to
//! [`Settings`](ossum_client::Settings) and a transport.
//!
//! Knows no command line and reads no environment by itself: both come in as values, so that a test
//! is one call. Where settings come from is a list of layers; of each setting the first layer that
//! has it counts, and where it was found is remembered. Credentials come from one layer as a whole;
//! those that have to be fetched are fetched by `provider`. Start at [`resolve`].

mod credentials;
mod environment;
mod error;
mod file;
mod flags;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod gather;
mod key;
mod layer;
mod place;
mod provider;
mod proxy;
mod resolve;
mod set;
mod state;
mod survey;
mod trust;

pub use credentials::CredentialsKind;
pub use environment::Environment;
pub use error::{Error, ErrorKind, PassedOver, Warning};
pub use file::{FileKind, FileState, SeenFile};
pub use flags::{Access, Flags};
pub use key::Key;
pub use layer::Origin;
pub use resolve::{Resolved, resolve, resolve_for};
pub use set::{config_path, set};
pub use state::state_directory;
pub use survey::{ShownSetting, Survey, survey};
