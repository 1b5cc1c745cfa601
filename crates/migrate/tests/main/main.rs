//! Migrations, against a local OSS without sockets.

// Everything here is a test, or arranges one.
#![allow(clippy::unwrap_used)]

mod auditing;
mod finishing;
mod lists;
mod migration;
mod planning;
mod running;
mod sources;
