//! Programs in C against the header and the library, as a user builds and runs them.

mod buckets;
mod compiler;
mod multipart;
mod objects;
mod samples;
mod signed_urls;
mod signing;
mod ways;
