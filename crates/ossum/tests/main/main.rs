//! The facade against a local OSS: one binary.
#![allow(clippy::unwrap_used)] // clippy.toml's permission reaches only functions marked #[test]

mod bench;
mod blocked;
mod continued;
mod refused;
mod said;
mod samples;
mod steered;
