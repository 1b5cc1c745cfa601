//! Writes docs/reliability.md: every kind of fault, what happens then, and the tests that hold it.
//!
//! The kinds and the words are in docs/reliability.toml. Which tests hold one is said by the tests
//! themselves, in the last line of the comment above them: `Cases: 47, 51.` The score is a record of a
//! run of the torture: it stays as it is until another is put in its place.

mod catalogue;
mod marks;
mod page;
mod score;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use catalogue::Catalogue;

const CATALOGUE: &str = "docs/reliability.toml";
const PAGE: &str = "docs/reliability.md";

/// Writes the page in place of the one before.
pub(crate) fn write(root: &Path) -> Result<()> {
    let page = compose(root, &score::of(&there(root)?))?;
    fs::write(root.join(PAGE), page).context(PAGE)
}

/// Writes the page with this score in place of the one before.
pub(crate) fn record(root: &Path, score: &str) -> Result<()> {
    let page = compose(root, score.trim())?;
    fs::write(root.join(PAGE), page).context(PAGE)
}

/// Fails if the page is not the one that [`write()`] would write, or none could be written.
pub(crate) fn check(root: &Path) -> Result<()> {
    let there = there(root)?;
    let page = compose(root, &score::of(&there))?;
    ensure!(
        there == page,
        "{PAGE} is not what the tests say: cargo xtask reliability"
    );
    Ok(())
}

fn there(root: &Path) -> Result<String> {
    fs::read_to_string(root.join(PAGE)).context(PAGE)
}

fn compose(root: &Path, score: &str) -> Result<String> {
    let text = fs::read_to_string(root.join(CATALOGUE)).context(CATALOGUE)?;
    let catalogue: Catalogue = toml::from_str(&text).context(CATALOGUE)?;
    let marks = marks::below(root)?;
    catalogue.accepts(&marks)?;
    Ok(page::of(&catalogue, &marks, score))
}
