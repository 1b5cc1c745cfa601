//! `migrate`: many objects, in shards.

mod auditing;
mod planning;
mod recipes;
mod running;
