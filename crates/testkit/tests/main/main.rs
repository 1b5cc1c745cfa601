//! The local OSS without sockets, as tests of other crates use it.

// All of this is tests, also what stands outside a `#[test]`.
#![allow(clippy::unwrap_used)]

mod clocks;
mod connections;
mod credentials;
mod faults;
mod round_trips;
mod transfers;
mod waits;
