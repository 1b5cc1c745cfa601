//! devserver.
