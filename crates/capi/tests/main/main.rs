//! Programs in C against the header and the library, as a user builds and runs them.

mod compiler;
mod objects;
mod samples;
mod signed_urls;
