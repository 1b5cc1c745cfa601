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
use crate::row::Row;
use crate::sample::{Counts, Sample};
use crate::server::pattern;
use crate::tool::Direction;

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

/// Has each of `who` run once a round, beginning with another one each time.
fn interleave<W: Copy>(
    who: &[W],
    rounds: usize,
    name: impl Fn(W) -> String,
    mut once: impl FnMut(W) -> anyhow::Result<Sample>,
) -> anyhow::Result<Vec<(String, Vec<Sample>)>> {
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
