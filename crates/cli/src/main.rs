//! ossum
fn main() {}
