//! Calls about one object.

mod append;
mod by_url;
mod copy;
mod delete;
mod get;
mod head;
mod put;
mod restore;
mod symlink;
