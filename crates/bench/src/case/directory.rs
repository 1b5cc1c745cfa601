//! A directory of many small files, up or down.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::ensure;

use super::{Case, Outcome, interleave_tools, write_file};
use crate::args::RunArguments;
use crate::measure::measure;
use crate::places::Places;
use crate::row::{Row, Unit};
use crate::sample::{Counts, Sample};
use crate::server::{Server, Speaks, Store};
use crate::tool::{BUCKET, Direction, Invocation, Tool, ossum_with, peer, s5cmd_with};

const FILES: u64 = 10_000;
const SIZE: u64 = 4 << 10;
const PREFIX: &str = "files/";

/// Of requests at a time where a peer wants to be told; s5cmd and ossum have their own.
const OBSTORE_CONNECTIONS: &str = "16";

pub(super) fn run(
    case: Case,
    direction: Direction,
    places: &Places,
    arguments: &RunArguments,
) -> anyhow::Result<Outcome> {
    let files = arguments.sized(FILES);
    let store = Arc::new(Store::default());
    let server = Server::start("127.0.0.1:0", Speaks::Http, store)?;
    let directory = places.scratch("files");
    fs::create_dir(&directory)?;
    if direction == Direction::Up {
        for name in names(files) {
            write_file(&directory.join(name), SIZE)?;
        }
    }
    let mut tools = vec![Tool::Ossum];
    let peers = arguments.peers()?.into_iter();
    tools.extend(peers.filter(|tool| matches!(tool, Tool::S5cmd | Tool::Obstore)));
    let (samples, given_up) = interleave_tools(&tools, arguments.rounds(), |tool| {
        server.store.clear();
        if direction == Direction::Down {
            server
                .store
                .offer(names(files).map(|name| format!("{PREFIX}{name}")), SIZE);
            fs::remove_dir_all(&directory)?;
            fs::create_dir(&directory)?;
        }
        let invocation = invocation(places, &server.url(), tool, direction, &directory);
        let sample = measure(places, &server.store, &invocation, 0)?;
        let moved = sample.bytes_in.max(sample.bytes_out);
        ensure!(
            moved == files * SIZE,
            "{}: {moved} bytes moved",
            tool.name()
        );
        let there = fs::read_dir(&directory)?.count() as u64;
        ensure!(there == files, "{}: {there} files", tool.name());
        Ok(sample)
    })?;
    fs::remove_dir_all(&directory)?;
    let mut outcome = Outcome {
        case,
        bytes: files * SIZE,
        counts: Counts::Median,
        samples,
        rows: Vec::new(),
        given_up,
    };
    outcome.rows = row(&outcome).into_iter().collect();
    Ok(outcome)
}

fn names(files: u64) -> impl Iterator<Item = String> {
    (0..files).map(|number| format!("{number:05}.bin"))
}

fn invocation(
    places: &Places,
    server: &str,
    tool: Tool,
    direction: Direction,
    directory: &Path,
) -> Invocation {
    let object = |scheme: &str, rest: &str| format!("{scheme}://{BUCKET}/{PREFIX}{rest}");
    let below = format!("{}/", directory.display());
    match (tool, direction) {
        (Tool::S5cmd, Direction::Up) => s5cmd_with(places, server)
            .word("cp")
            .word(below)
            .word(object("s3", "")),
        (Tool::S5cmd, Direction::Down) => s5cmd_with(places, server)
            .word("cp")
            .word(object("s3", "*"))
            .word(below),
        (Tool::Obstore, direction) => peer(places, tool)
            .word(format!("{}-many", direction.word()))
            .word(server)
            .word(BUCKET)
            .word(PREFIX)
            .word(directory)
            .word(OBSTORE_CONNECTIONS),
        (_, Direction::Up) => ossum_with(places, server)
            .word("cp")
            .word("-r")
            .word(directory)
            .word(object("oss", "")),
        (_, Direction::Down) => ossum_with(places, server)
            .word("cp")
            .word("-r")
            .word(object("oss", ""))
            .word(directory),
    }
}

/// Held against the better of the peers; nothing without one.
fn row(outcome: &Outcome) -> Option<Row> {
    let cpu = |samples: &[Sample]| outcome.counts.of(samples, Sample::cpu);
    let peers = outcome.samples.iter().filter(|(name, _)| name != "ossum");
    let best = peers
        .map(|(_, samples)| cpu(samples))
        .min_by(f64::total_cmp)?;
    Some(Row {
        figure: format!("{}: CPU / the better peer", outcome.case.title()),
        value: cpu(outcome.of("ossum")) / best,
        unit: Unit::Ratio,
        must: 1.0 / 3.0,
        aim: Some(1.0 / 6.0),
    })
}
