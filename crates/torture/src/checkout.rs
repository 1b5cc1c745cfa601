//! The sources that are worked in, for parts that build something of them.

use std::env;
use std::path::PathBuf;

use anyhow::Context;

/// The checkout that the current directory is in.
///
/// # Errors
/// If it is in none.
pub(crate) fn root() -> anyhow::Result<PathBuf> {
    let here = env::current_dir()?;
    let mut above = here.ancestors();
    let root = above.find(|directory| directory.join("fuzz/Cargo.toml").is_file());
    Ok(root.context("not in a checkout of ossum")?.to_owned())
}

/// The cargo that this was begun by, or the usual one.
pub(crate) fn cargo() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}
