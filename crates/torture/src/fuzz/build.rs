//! From the sources in `fuzz/` to programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use super::names_in;
use crate::checkout::cargo;

/// What has the compiler note which code runs and what is compared, on a stable toolchain: libFuzzer
/// finds its way by that.
const FLAGS: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg",
    "fuzzing",
];

/// Builds every fuzzer; their names and where they are.
///
/// # Errors
/// If that fails.
pub(super) fn build(root: &Path) -> anyhow::Result<Vec<(String, PathBuf)>> {
    // The versions that are shipped are the ones to look at.
    let lock = root.join("fuzz/Cargo.lock");
    fs::copy(root.join("Cargo.lock"), lock).context("take over the lock file")?;
    // Named, because what is built to run during the build is not instrumented then.
    let host = host()?;
    let target = root.join("target/fuzz");
    let built = Command::new(cargo())
        .args(["build", "--quiet", "--release", "--target", &host])
        .arg("--manifest-path")
        .arg(root.join("fuzz/Cargo.toml"))
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f"))
        .status()
        .context("run cargo")?;
    ensure!(built.success(), "the fuzzers are not built: {built}");
    let sources = names_in(&root.join("fuzz/targets"))?;
    let names = sources.iter().filter_map(|name| name.strip_suffix(".rs"));
    let release = target.join(host).join("release");
    Ok(names
        .map(|name| (name.to_owned(), release.join(name)))
        .collect())
}

fn host() -> anyhow::Result<String> {
    let told = Command::new("rustc")
        .arg("-vV")
        .output()
        .context("run rustc")?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not tell its host")?.to_owned())
}
