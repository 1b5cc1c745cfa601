//! The C API: what a program written for the resumable transfers of the official OSS C SDK calls,
//! with ossum behind it.
//!
//! The headers in `include/` are written by hand and are the contract; what stands here is held
//! against them by `tests/`. Names and shapes are those of the official samples and of the C SDK's
//! headers, so a file of exported functions reads like C on its first line of each and like the
//! rest of ossum below it.
//!
//! A call goes: [`boundary`] catches panics and checks pointers, [`config`] turns the options into a
//! client, the work is done by the rooms below, and [`status`] makes of how it ended what C expects.
//! All memory that is handed out lives in the caller's pool ([`memory`]). Start at `resumable.rs`.
//!
//! This is the one crate with `unsafe`: each block says why it holds.
#![allow(
    unsafe_code,
    reason = "pointers come from C, and functions go to it; every block states its argument"
)]
#![allow(
    unreachable_pub,
    reason = "C reaches exported functions and their types whatever module they are in"
)]

mod abi;
mod acl;
mod boundary;
mod bucket;
mod config;
mod content_type;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
mod http_io;
mod list;
mod listing;
mod log;
mod memory;
mod multipart;
mod names;
mod object;
mod plain;
mod request_headers;
mod resumable;
mod sign;
mod status;
mod util;
