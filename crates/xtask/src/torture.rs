//! Runs every part of the torture, one after the other, and shows the score.
//!
//! A part is a command of `ossum-torture` and leaves its figures in a file of its own. One that fails
//! does not stop the others: what they found is wanted too.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;

use crate::reliability;

/// What is run, and what becomes of its figures.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Goes on for a night, not for minutes
    #[arg(long)]
    long: bool,
    /// Writes nothing into docs/reliability.md
    #[arg(long)]
    check: bool,
    /// Only these parts; then nothing is written either
    #[arg(value_name = "PART", value_parser = PARTS)]
    parts: Vec<String>,
}

/// The parts, in the order in which they run: the quickest to tell first.
const PARTS: [&str; 6] = [
    "model",
    "interleavings",
    "power-cuts",
    "simulated",
    "syscalls",
    "fuzz",
];

/// Runs the parts and shows the score; writes it into the page, unless it is told not to.
///
/// # Errors
/// If a part fails or a figure is not as it must be, after all of them.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    build(root)?;
    let figures = figures(root);
    forget_earlier(&figures)?;
    let is_chosen =
        |part: &str| options.parts.is_empty() || options.parts.iter().any(|it| it == part);
    let mut failed = Vec::new();
    for part in PARTS.into_iter().filter(|part| is_chosen(part)) {
        let began = Instant::now();
        say(&format!("== torture {part}"));
        let ended = torture(root)
            .arg(part)
            .args(options.long.then_some("--long"))
            .status()
            .with_context(|| format!("run {part}"))?;
        let seconds = began.elapsed().as_secs();
        say(&format!("== torture {part}: {ended} in {seconds} s"));
        if !ended.success() {
            failed.push(part);
        }
    }
    let (score, holds) = score(root)?;
    say(&score);
    // A part that died before it left its figures would be missed in the record.
    let is_whole = PARTS
        .iter()
        .all(|part| figures.join(part).with_extension("json").exists());
    if is_whole && !options.check {
        reliability::record(root, &score)?;
    }
    ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
    ensure!(holds, "a figure is not as it must be");
    Ok(())
}

/// Builds what is broken, as it is released, and then what breaks it.
///
/// Built together, the program would get features of its tormentor, a clock that can be stopped among them. For the
/// tormentor both are named all the same: what the two have in common is compiled once.
fn build(root: &Path) -> Result<()> {
    cargo_build(root, &["--package", "ossum-cli"])?;
    let tormentor = ["--package", "ossum-torture", "--bin", "ossum-torture"];
    cargo_build(
        root,
        &[&["--package", "ossum-cli"], &tormentor[..]].concat(),
    )
}

fn cargo_build(root: &Path, what: &[&str]) -> Result<()> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .current_dir(root)
        .args(["build", "--quiet", "--release", "--locked"])
        .args(what)
        .status()
        .context("run cargo")?;
    ensure!(built.success(), "nothing is built: {built}");
    Ok(())
}

/// Where cargo has put what it built.
fn target(root: &Path) -> PathBuf {
    let elsewhere = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root.join(elsewhere.unwrap_or_else(|| "target".into()))
}

fn figures(root: &Path) -> PathBuf {
    target(root).join("torture")
}

/// Removes what the parts left in an earlier run.
fn forget_earlier(figures: &Path) -> Result<()> {
    for part in PARTS {
        let left = figures.join(part).with_extension("json");
        if left.exists() {
            fs::remove_file(&left).with_context(|| left.display().to_string())?;
        }
    }
    Ok(())
}

fn torture(root: &Path) -> Command {
    let mut command = Command::new(target(root).join("release/ossum-torture"));
    command
        .current_dir(root)
        .arg("--figures")
        .arg(figures(root));
    command
}

/// The score sheet, and whether every figure in it is as it must be.
fn score(root: &Path) -> Result<(String, bool)> {
    let told = torture(root).arg("score").output().context("run score")?;
    if told.stdout.is_empty() {
        bail!("no score: {}", String::from_utf8_lossy(&told.stderr));
    }
    let sheet = String::from_utf8(told.stdout).context("read the score")?;
    Ok((sheet, told.status.success()))
}

/// Prints a line on standard output.
fn say(line: &str) {
    // Nobody reads it any more: nothing to be done.
    let _ = writeln!(io::stdout(), "{line}");
}
