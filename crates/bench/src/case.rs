//! What is measured: each case has every tool do the same, in turn.

mod directory;
mod many_parts;
mod one_small;
mod resume;
mod transfer;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;
use serde::Serialize;

use crate::args::RunArguments;
use crate::places::Places;
use crate::report::say;
use crate::row::Row;
use crate::sample::{Counts, Sample};
use crate::server::pattern;
use crate::tool::{Direction, Tool};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Case {
    /// Upload, parts of 8 MiB, 4 connections
    Up,
    /// Download, parts of 8 MiB, 4 connections
    Down,
    /// Upload, parts of 100 KiB, 3 connections
    UpSmallParts,
    /// Download, parts of 100 KiB, 3 connections
    DownSmallParts,
    /// Upload over TLS, parts of 8 MiB, 4 connections
    UpTls,
    /// Download over TLS, parts of 8 MiB, 4 connections
    DownTls,
    /// Upload of 1 GiB in 10,000 parts and in 128: CPU, memory, checkpoint
    ManyParts,
    /// Download of 2 GiB, of which half is there
    Resume,
    /// Requests for one object of 4 KiB
    OneSmall,
    /// Upload of 10,000 files of 4 KiB
    UpDirectory,
    /// Download of 10,000 objects of 4 KiB
    DownDirectory,
}

impl Case {
    pub(crate) const ALL: [Self; 11] = [
        Self::Up,
        Self::Down,
        Self::UpSmallParts,
        Self::DownSmallParts,
        Self::UpTls,
        Self::DownTls,
        Self::ManyParts,
        Self::Resume,
        Self::OneSmall,
        Self::UpDirectory,
        Self::DownDirectory,
    ];

    pub(crate) fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Up => "upload, 8 MiB x 4",
            Self::Down => "download, 8 MiB x 4",
            Self::UpSmallParts => "upload, 100 KiB x 3",
            Self::DownSmallParts => "download, 100 KiB x 3",
            Self::UpTls => "upload over TLS, 8 MiB x 4",
            Self::DownTls => "download over TLS, 8 MiB x 4",
            Self::ManyParts => "upload in 10,000 parts",
            Self::Resume => "resume a download",
            Self::OneSmall => "one small object",
            Self::UpDirectory => "upload of 10,000 x 4 KiB",
            Self::DownDirectory => "download of 10,000 x 4 KiB",
        }
    }
}

/// What came of a case.
#[derive(Debug, Serialize)]
pub(crate) struct Outcome {
    pub(crate) case: Case,
    /// The bytes each sample moved.
    pub(crate) bytes: u64,
    pub(crate) counts: Counts,
    /// Who, and what each time cost.
    pub(crate) samples: Vec<(String, Vec<Sample>)>,
    pub(crate) rows: Vec<Row>,
    /// Who was to take part, and could not.
    pub(crate) given_up: Vec<GivenUp>,
}

/// A peer that failed twice at the same, and so is in no figure of the case.
#[derive(Debug, Serialize)]
pub(crate) struct GivenUp {
    pub(crate) who: String,
    /// As it was found, and what the peer said.
    pub(crate) why: String,
}

impl Outcome {
    /// The samples of `who`, which took part.
    pub(crate) fn of(&self, who: &str) -> &[Sample] {
        let found = self.samples.iter().find(|(name, _)| name == who);
        found
            .map(|(_, samples)| samples.as_slice())
            .expect("it took part")
    }

    pub(crate) fn has(&self, who: &str) -> bool {
        self.samples.iter().any(|(name, _)| name == who)
    }

    /// CPU of `who` in units of that of `whom`.
    pub(crate) fn cpu_ratio(&self, who: &str, whom: &str) -> f64 {
        let cpu = |name| self.counts.of(self.of(name), Sample::cpu);
        cpu(who) / cpu(whom)
    }
}

pub(crate) fn run(
    case: Case,
    places: &Places,
    arguments: &RunArguments,
) -> anyhow::Result<Outcome> {
    match case {
        Case::Up => transfer::run(case, &transfer::UP, places, arguments),
        Case::Down => transfer::run(case, &transfer::DOWN, places, arguments),
        Case::UpSmallParts => transfer::run(case, &transfer::UP_SMALL_PARTS, places, arguments),
        Case::DownSmallParts => transfer::run(case, &transfer::DOWN_SMALL_PARTS, places, arguments),
        Case::UpTls => transfer::run(case, &transfer::UP_TLS, places, arguments),
        Case::DownTls => transfer::run(case, &transfer::DOWN_TLS, places, arguments),
        Case::ManyParts => many_parts::run(places, arguments),
        Case::Resume => resume::run(places, arguments),
        Case::OneSmall => one_small::run(places, arguments),
        Case::UpDirectory => directory::run(case, Direction::Up, places, arguments),
        Case::DownDirectory => directory::run(case, Direction::Down, places, arguments),
    }
}

/// What each of several cost, round for round.
type Samples<S> = Vec<(String, Vec<S>)>;

/// As [`interleave`], where a peer may fail: then it does it once more, and if it fails again goes on
/// with no round. Gives what the others cost, and who was given up.
fn interleave_tools(
    tools: &[Tool],
    rounds: usize,
    mut once: impl FnMut(Tool) -> anyhow::Result<Sample>,
) -> anyhow::Result<(Samples<Sample>, Vec<GivenUp>)> {
    let mut given_up: Vec<GivenUp> = Vec::new();
    let is_given_up = |given_up: &[GivenUp], name: &str| given_up.iter().any(|up| up.who == name);
    let samples = interleave(
        tools,
        rounds,
        |tool| tool.name().to_owned(),
        |tool| {
            let who = tool.name();
            if is_given_up(&given_up, who) {
                return Ok(None);
            }
            match once(tool) {
                Err(error) if tool.is_peer() => say(&format!("{who} fails: {error:#}")),
                outcome => return outcome.map(Some),
            }
            once(tool).map(Some).or_else(|error| {
                let (who, why) = (who.to_owned(), format!("{error:#}"));
                given_up.push(GivenUp { who, why });
                Ok(None)
            })
        },
    )?;
    let of_all_rounds = samples
        .into_iter()
        .filter(|(name, _)| !is_given_up(&given_up, name))
        .map(|(name, samples)| (name, samples.into_iter().flatten().collect()));
    Ok((of_all_rounds.collect(), given_up))
}

/// Has each of `who` run once a round, beginning with another one each time.
fn interleave<W: Copy, S>(
    who: &[W],
    rounds: usize,
    name: impl Fn(W) -> String,
    mut once: impl FnMut(W) -> anyhow::Result<S>,
) -> anyhow::Result<Samples<S>> {
    let mut samples: Vec<_> = who.iter().map(|w| (name(*w), Vec::new())).collect();
    for round in 0..rounds {
        for step in 0..who.len() {
            let turn = (round + step) % who.len();
            samples[turn].1.push(once(who[turn])?);
        }
    }
    Ok(samples)
}

/// Writes a file that does not compress.
fn write_file(path: &Path, size: u64) -> anyhow::Result<()> {
    let mut file = File::create(path)?;
    let mut rest = size;
    while rest > 0 {
        let bytes = pattern(size - rest, rest);
        file.write_all(bytes)?;
        rest -= bytes.len() as u64;
    }
    Ok(())
}

/// Touches as much memory as a download will fill: under a hypervisor the first touch of a page can
/// cost more than all that is measured.
fn touch(places: &Places, size: u64) -> anyhow::Result<()> {
    let path = places.scratch("touched");
    write_file(&path, size)?;
    fs::remove_file(path)?;
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use anyhow::bail;

    use super::*;

    const SAMPLE: Sample = Sample {
        user: Duration::ZERO,
        system: Duration::ZERO,
        rss_bytes: 0,
        elapsed: Duration::ZERO,
        requests: 0,
        bytes_in: 0,
        bytes_out: 0,
    };

    /// Three rounds of ossum and a peer that fails the first so many times.
    fn rounds(failures: usize) -> (Samples<Sample>, Vec<GivenUp>) {
        let mut failures = failures;
        let outcome = interleave_tools(&[Tool::Ossum, Tool::S5cmd], 3, |tool| {
            if tool == Tool::S5cmd && failures > 0 {
                failures -= 1;
                bail!("killed");
            }
            Ok(SAMPLE)
        });
        outcome.unwrap()
    }

    #[test]
    fn a_peer_that_fails_once_takes_part_in_every_round() {
        let (samples, given_up) = rounds(1);
        assert!(given_up.is_empty());
        assert!(samples.iter().all(|(_, samples)| samples.len() == 3));
        assert_eq!(samples.len(), 2);
    }

    #[test]
    fn a_peer_that_fails_twice_is_given_up_and_named() {
        let (samples, given_up) = rounds(2);
        assert_eq!(samples.len(), 1);
        assert_eq!(given_up[0].who, "s5cmd");
    }

    #[test]
    fn that_ossum_fails_ends_it() {
        let outcome = interleave_tools(&[Tool::Ossum], 1, |_| bail!("killed"));
        assert!(outcome.is_err());
    }
}
