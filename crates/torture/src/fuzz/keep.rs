//! Keeps what reaches more code than what is kept already, as long as it is small.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, ensure};

use super::names_in;
use super::session::Session;
use crate::score::say;

/// So many bytes of one fuzzer are kept, besides what was there before.
const MOST_BYTES: u64 = 20 * 1024;
/// In so many files.
const MOST_FILES: usize = 40;
/// No file is larger.
const LARGEST_BYTES: u64 = 2 * 1024;

/// Puts into `fuzz/corpus/` some of what `session` has found, of all sizes.
///
/// # Errors
/// If the fuzzer does not tell, or files cannot be copied.
pub(super) fn keep(session: &Session<'_>) -> anyhow::Result<()> {
    let merged = session.directory.join("merged");
    if merged.exists() {
        fs::remove_dir_all(&merged)?;
    }
    copy(&session.seeds, &merged, &names_in(&session.seeds)?)?;
    let before = names_in(&merged)?;
    let told = session
        .fuzzer
        .of(&session.name)
        .arg("-merge=1")
        .args([&merged, &session.corpus()])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("merge what was found")?;
    ensure!(told.success(), "{} does not merge: {told}", session.name);
    let mut fresh = Vec::new();
    for name in names_in(&merged)? {
        let size = fs::metadata(merged.join(&name))?.len();
        if !before.contains(&name) && size <= LARGEST_BYTES {
            fresh.push((size, name));
        }
    }
    fresh.sort();
    let mut bytes = 0;
    let apart = fresh.len().div_ceil(MOST_FILES).max(1);
    let fits = fresh.into_iter().step_by(apart).take_while(|(size, _)| {
        bytes += size;
        bytes <= MOST_BYTES
    });
    let kept: Vec<String> = fits.map(|(_, name)| name).collect();
    copy(&merged, &session.seeds, &kept)?;
    say(&format!(
        "fuzz {}: {} inputs more are kept",
        session.name,
        kept.len()
    ));
    Ok(())
}

fn copy(from: &Path, to: &Path, names: &[String]) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for name in names {
        fs::copy(from.join(name), to.join(name))?;
    }
    Ok(())
}
