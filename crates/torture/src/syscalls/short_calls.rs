//! The library that cuts calls short: strace can make a call fail or lie, but not move less.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = include_str!("short_calls.c");

/// Where it lies.
#[derive(Debug)]
pub(super) struct ShortCalls(pub(super) PathBuf);

impl ShortCalls {
    /// Builds it in `directory`; where that cannot be done, tells why.
    pub(super) fn build(directory: &Path) -> (Option<Self>, Option<String>) {
        match build(directory) {
            Ok(library) => (Some(Self(library)), None),
            Err(error) => (None, Some(format!("calls cut short: {error:#}"))),
        }
    }
}

fn build(directory: &Path) -> anyhow::Result<PathBuf> {
    fs::create_dir_all(directory)?;
    let source = directory.join("short_calls.c");
    let library = directory.join("short_calls.so");
    fs::write(&source, SOURCE)?;
    let mut compiler = Command::new("cc");
    compiler
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .args([&library, &source])
        .arg("-ldl");
    let output = compiler.output()?;
    anyhow::ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(fs::canonicalize(library)?)
}
