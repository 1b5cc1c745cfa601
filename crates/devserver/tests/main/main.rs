//! What the server answers, asked as a client would ask.

// All of this is tests, also what stands outside a `#[test]`.
#![allow(clippy::unwrap_used)]

mod anonymous;
mod append;
mod bucket;
mod callback;
mod control;
mod copy;
mod disk;
mod fakes;
mod faults;
mod hostile;
mod multipart;
mod object;
mod oss;
mod pace;
mod refusal_table;
mod refusals;
mod scale;
mod signatures;
mod special;
mod vector;
mod versions;
mod wire;
mod wishes;
