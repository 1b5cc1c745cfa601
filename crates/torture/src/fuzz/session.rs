use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::Context;

use super::build::Fuzzer;
use super::names_in;

/// The fuzzer, about to feed a reader.
#[derive(Debug)]
pub(super) struct Session<'a> {
    /// That of the reader.
    pub(super) name: String,
    pub(super) fuzzer: &'a Fuzzer,
    /// What it begins with.
    pub(super) seeds: PathBuf,
    /// Where it works, and leaves what it found.
    pub(super) directory: PathBuf,
    pub(super) seconds: u64,
}

/// What became of it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tally {
    name: String,
    pub(super) tried: u64,
    /// Of the whole process, the fuzzer's own memory included.
    pub(super) peak_mib: u64,
    pub(super) crashes: u64,
    pub(super) hangs: u64,
    pub(super) floods: u64,
    /// Where what it found lies.
    found: PathBuf,
}

/// No input may take longer, in seconds; the slowest take milliseconds.
const PATIENCE_SECONDS: u32 = 10;

/// The process may not have more. What is read is at most 64 KiB; a fuzzer keeps its corpus, and notes
/// on every place in the code.
pub(super) const MOST_MEMORY_MIB: u64 = 128;

/// Larger inputs only take longer: what is read in pieces has smaller ones.
const MOST_BYTES: u32 = 64 * 1024;

impl Session<'_> {
    /// Runs it for its time, or until it finds something.
    pub(super) fn run(&self) -> anyhow::Result<Tally> {
        let found = self.directory.join("found");
        // What an earlier run found is told by that one.
        if found.exists() {
            fs::remove_dir_all(&found)?;
        }
        let temporary = self.directory.join("tmp");
        for directory in [&self.corpus(), &found, &temporary, &self.seeds] {
            fs::create_dir_all(directory)?;
        }
        let log = self.directory.join("log");
        let ended = self
            .fuzzer
            .of(&self.name)
            .arg(self.corpus())
            .arg(&self.seeds)
            .arg(format!("-max_total_time={}", self.seconds))
            .arg(format!("-timeout={PATIENCE_SECONDS}"))
            .arg(format!("-rss_limit_mb={MOST_MEMORY_MIB}"))
            .arg(format!("-max_len={MOST_BYTES}"))
            .arg(format!("-artifact_prefix={}/", found.display()))
            .args(["-print_final_stats=1", "-verbosity=0"])
            .env("TMPDIR", &temporary)
            .stdout(Stdio::null())
            .stderr(File::create(&log)?)
            .status()
            .context("run the fuzzer")?;
        let told = fs::read(&log)?;
        let tally = self.tally(&String::from_utf8_lossy(&told), &found)?;
        anyhow::ensure!(
            ended.success() || tally.found_something(),
            "{} ended with {ended}: see {}",
            self.name,
            log.display()
        );
        Ok(tally)
    }

    /// Inputs that reached code which those before them did not.
    pub(super) fn corpus(&self) -> PathBuf {
        self.directory.join("corpus")
    }

    fn tally(&self, told: &str, found: &Path) -> anyhow::Result<Tally> {
        let names = names_in(found)?;
        let beginning = |word: &str| {
            let names = names.iter().filter(|name| name.starts_with(word));
            names.count() as u64
        };
        Ok(Tally {
            name: self.name.clone(),
            tried: stat(told, "number_of_executed_units").unwrap_or_default(),
            peak_mib: stat(told, "peak_rss_mb").unwrap_or_default(),
            crashes: beginning("crash-") + beginning("leak-"),
            hangs: beginning("timeout-") + beginning("slow-unit-"),
            floods: beginning("oom-"),
            found: found.to_owned(),
        })
    }
}

impl Tally {
    fn found_something(&self) -> bool {
        self.crashes + self.hangs + self.floods > 0
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            tried,
            peak_mib,
            ..
        } = self;
        write!(f, "fuzz {name}: {tried} inputs, {peak_mib} MiB")?;
        if self.found_something() {
            write!(f, "; FOUND SOMETHING: {}", self.found.display())?;
        }
        Ok(())
    }
}

/// A number that libFuzzer tells at its end: `stat::peak_rss_mb: 42`.
fn stat(told: &str, name: &str) -> Option<u64> {
    let line = told.lines().find_map(|line| {
        let line = line.strip_prefix("stat::")?.strip_prefix(name)?;
        line.strip_prefix(':')
    });
    line?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_libfuzzer_tells_at_its_end_is_read() {
        let told = "Done 7 runs\nstat::number_of_executed_units: 1234567\n\
                    stat::average_exec_per_sec:     11\nstat::peak_rss_mb:              61\n";
        assert_eq!(stat(told, "number_of_executed_units"), Some(1_234_567));
        assert_eq!(stat(told, "peak_rss_mb"), Some(61));
        assert_eq!(stat(told, "slowest_unit_time_sec"), None);
    }
}
