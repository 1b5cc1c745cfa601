//! From the crates of this workspace to a fuzzer.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::checkout::cargo;

/// What has the compiler note which code runs and what is compared, on a stable toolchain: libFuzzer
/// finds its way by that.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "--cfg=fuzzing",
];

/// For the crates that are fuzzed: what more would find takes longer to compile than a minute of fuzzing gains by it.
const OPTIMISED: [&str; 2] = ["-Copt-level=2", "-Ccodegen-units=16"];

/// Where the fuzzer sees which code an input reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    /// In the crates of this workspace, and in what is generic and compiled with them, as parsers mostly are.
    /// Third-party crates are those that the tests were built with.
    Ours,
    /// In third-party crates, too: all of them are built for it.
    All,
}

/// A program that is the fuzzer of every reader.
#[derive(Debug)]
pub(super) struct Fuzzer {
    program: PathBuf,
}

impl Fuzzer {
    /// Builds it: with optimisation, and yet with every check that a debug build has.
    ///
    /// # Errors
    /// If that fails.
    pub(super) fn build(root: &Path, seen: Seen) -> anyhow::Result<Self> {
        let mut command = Command::new(cargo());
        command
            .current_dir(root)
            .args(["test", "--no-run", "--quiet", "--locked"])
            // The whole workspace is named for the features of third-party crates; only one test has that name.
            .args(["--workspace", "--test", "fuzzer"])
            .args(["--features", "ossum-fuzz/libfuzzer"])
            .args(["--message-format", "json-render-diagnostics"])
            .env("CARGO_INCREMENTAL", "0");
        match seen {
            Seen::Ours => command
                .env("RUSTC_WORKSPACE_WRAPPER", root.join("fuzz/instrument"))
                .env(
                    "OSSUM_FUZZ_FLAGS",
                    [&FLAGS[..], &OPTIMISED].concat().join(" "),
                ),
            Seen::All => command
                // Named, because what is built to run during the build is not instrumented then.
                .args(["--target", &host()?])
                .env("CARGO_TARGET_DIR", root.join("target/fuzz"))
                .env("CARGO_PROFILE_DEV_OPT_LEVEL", "3")
                .env("CARGO_ENCODED_RUSTFLAGS", FLAGS.join("\x1f")),
        };
        let built = command
            .stderr(Stdio::inherit())
            .output()
            .context("run cargo")?;
        ensure!(
            built.status.success(),
            "the fuzzer is not built: {}",
            built.status
        );
        let program = executable(&String::from_utf8_lossy(&built.stdout));
        Ok(Self {
            program: program.context("cargo does not tell where the fuzzer is")?,
        })
    }

    /// The names of what it feeds.
    ///
    /// # Errors
    /// If it does not tell.
    pub(super) fn readers(&self) -> anyhow::Result<Vec<String>> {
        let told = Command::new(&self.program)
            .env_remove(CHOICE)
            .output()
            .context("run the fuzzer")?;
        let names = String::from_utf8(told.stdout).context("read the names")?;
        ensure!(
            told.status.success() && !names.is_empty(),
            "the fuzzer tells no names: {}",
            told.status
        );
        Ok(names.lines().map(str::to_owned).collect())
    }

    /// It as it feeds one reader.
    pub(super) fn of(&self, reader: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.env(CHOICE, OsString::from(reader));
        command
    }
}

const CHOICE: &str = "OSSUM_FUZZED";

/// Where a program is that cargo tells of in one of its lines.
fn executable(told: &str) -> Option<PathBuf> {
    #[derive(Deserialize)]
    struct Line {
        executable: Option<PathBuf>,
    }
    let mut lines = told.lines().rev();
    lines.find_map(|line| serde_json::from_str::<Line>(line).ok()?.executable)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_where_cargo_says() {
        let told = concat!(
            r#"{"reason":"compiler-artifact","executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","executable":"/t/fuzzer-1"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(executable(told), Some(PathBuf::from("/t/fuzzer-1")));
        assert_eq!(executable("no JSON"), None);
    }
}
