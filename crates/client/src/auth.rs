//! Who asks, and the proof of it: credentials, where they come from, and signatures.
//!
//! Signing is pure: the same request, credentials and moment give the same signature. Nothing here
//! reads a file or the environment, and only [`CachedCredentials`] reads a clock, which it is given.
//! Start at [`Signer`].

mod cached;
mod canonical;
mod credentials;
mod provider;
mod signer;
mod v1;
mod v4;

pub use cached::CachedCredentials;
pub use credentials::{Credentials, masked};
pub use provider::{
    BoxFuture, CredentialsError, CredentialsErrorKind, CredentialsProvider, StaticCredentials,
};
pub use signer::{PresignError, Product, SignatureVersion, Signer, SigningScope, ToSign};
