//! Calls about one object.

mod acl;
mod append;
mod by_url;
mod copy;
mod delete;
mod delete_by_prefix;
mod get;
mod head;
mod put;
mod restore;
mod symlink;
mod tagging;
