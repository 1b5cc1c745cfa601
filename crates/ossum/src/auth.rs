//! Who asks: credentials, and where they come from.
//!
//! An access key that stays goes straight to
//! [`Builder::access_key`](crate::Builder::access_key). What is fetched, or renewed, is a
//! [`CredentialsProvider`].

pub use ossum_client::auth::{
    BoxFuture, Credentials, CredentialsError, CredentialsErrorKind, CredentialsProvider,
    StaticCredentials,
};
