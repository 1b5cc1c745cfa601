//! Programs in C against the header and the library, as a user builds and runs them.

mod basics;
mod between_calls;
mod buckets;
mod compiler;
mod interface;
mod multipart;
mod objects;
mod resumable;
mod samples;
mod signed_urls;
mod signing;
mod ways;
