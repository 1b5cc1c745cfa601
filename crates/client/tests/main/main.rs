//! What a user of the client can rely on, through its public interface alone.

// The functions that tests share are tests too; the lint knows only those marked `#[test]`.
#![allow(clippy::unwrap_used)]

mod awkward_keys;
mod signature_vectors;
