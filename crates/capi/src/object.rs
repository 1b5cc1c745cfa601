//! Calls about one object.

mod append;
mod delete;
mod get;
mod head;
mod put;
