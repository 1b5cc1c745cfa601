//! Calls about one object.

mod get;
mod head;
mod put;
