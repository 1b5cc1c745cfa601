//! `migrate`: many objects, in shards.

mod planning;
