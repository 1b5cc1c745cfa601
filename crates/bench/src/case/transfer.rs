//! One large object, up or down.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::ensure;

use super::{Case, Outcome, interleave_tools, remove, touch, write_file};
use crate::args::RunArguments;
use crate::measure::measure_without_start;
use crate::places::Places;
use crate::row::{Row, Unit};
use crate::sample::{Counts, Sample, figure, largest};
use crate::server::{Server, Speaks, Store};
use crate::tool::{Direction, Tool, Transfer};

/// What is moved how, and what it may cost in units of the floor.
pub(super) struct Setting {
    direction: Direction,
    speaks: Speaks,
    part_size: u64,
    connections: u64,
    must: f64,
    aim: f64,
}

const LARGE: u64 = 8 << 20;
const SMALL: u64 = 100 << 10;

/// Far from 10,000, where ossum would take larger parts than it was asked for.
const MOST_PARTS: u64 = 2500;

const RSS_MUST_MIB: f64 = 24.0;
const RSS_AIM_MIB: f64 = 16.0;

pub(super) const UP: Setting = setting(Direction::Up, Speaks::Http, (LARGE, 4), (1.05, 0.95));
pub(super) const DOWN: Setting = setting(Direction::Down, Speaks::Http, (LARGE, 4), (1.0, 0.8));
pub(super) const UP_SMALL_PARTS: Setting =
    setting(Direction::Up, Speaks::Http, (SMALL, 3), (1.3, 1.1));
pub(super) const DOWN_SMALL_PARTS: Setting =
    setting(Direction::Down, Speaks::Http, (SMALL, 3), (1.3, 1.1));
pub(super) const UP_TLS: Setting = setting(Direction::Up, Speaks::Https, (LARGE, 4), (1.05, 0.95));
pub(super) const DOWN_TLS: Setting =
    setting(Direction::Down, Speaks::Https, (LARGE, 4), (1.05, 0.95));

const fn setting(
    direction: Direction,
    speaks: Speaks,
    (part_size, connections): (u64, u64),
    (must, aim): (f64, f64),
) -> Setting {
    Setting {
        direction,
        speaks,
        part_size,
        connections,
        must,
        aim,
    }
}

pub(super) fn run(
    case: Case,
    setting: &Setting,
    places: &Places,
    arguments: &RunArguments,
) -> anyhow::Result<Outcome> {
    let size = arguments.sized(arguments.size.min(MOST_PARTS * setting.part_size));
    let store = Arc::new(Store::default());
    store.offer(["object".to_owned()], size);
    let server = Server::start("127.0.0.1:0", setting.speaks, store)?;
    let ca = write_ca(places, &server)?;
    let (file, rounds, counts) = match setting.direction {
        Direction::Up => ("source", arguments.rounds(), Counts::Median),
        Direction::Down => ("target", arguments.down_rounds(), Counts::Minimum),
    };
    let transfer = Transfer {
        direction: setting.direction,
        server: server.url(),
        ca,
        key: "object".to_owned(),
        file: places.scratch(file),
        size,
        part_size: setting.part_size,
        connections: setting.connections,
    };
    if setting.direction == Direction::Up {
        write_file(&transfer.file, size)?;
    }
    let peers = arguments.peers()?.into_iter();
    let mut tools = vec![Tool::Floor, Tool::Ossum];
    tools.extend(peers.filter(|tool| tool.can(&transfer)));
    let (samples, given_up) = interleave_tools(&tools, rounds, |tool| {
        once(places, &server, tool, &transfer)
    })?;
    fs::remove_file(&transfer.file)?;
    let mut outcome = Outcome {
        case,
        bytes: size,
        counts,
        samples,
        rows: Vec::new(),
        given_up,
    };
    outcome.rows = rows(&outcome, setting);
    Ok(outcome)
}

/// One transfer by one tool, whose bytes all went over the wire.
fn once(
    places: &Places,
    server: &Server,
    tool: Tool,
    transfer: &Transfer,
) -> anyhow::Result<Sample> {
    if transfer.direction == Direction::Down {
        remove(&transfer.file)?;
        touch(places, transfer.size)?;
    }
    let invocation = tool.invocation(places, transfer);
    let sample = measure_without_start(places, &server.store, tool, &invocation)?;
    let moved = match transfer.direction {
        Direction::Up => sample.bytes_in,
        Direction::Down => {
            let len = fs::metadata(&transfer.file)?.len();
            ensure!(
                len == transfer.size,
                "{}: a file of {len} bytes",
                tool.name()
            );
            sample.bytes_out
        }
    };
    let name = tool.name();
    ensure!(moved >= transfer.size, "{name}: {moved} bytes moved");
    Ok(sample)
}

fn rows(outcome: &Outcome, setting: &Setting) -> Vec<Row> {
    let title = outcome.case.title();
    let rss = largest(outcome.of("ossum"), |sample| figure(sample.rss_bytes));
    vec![
        Row {
            figure: format!("{title}: CPU / floor"),
            value: outcome.cpu_ratio("ossum", "floor"),
            unit: Unit::Ratio,
            must: setting.must,
            aim: Some(setting.aim),
        },
        Row {
            figure: format!("{title}: RSS"),
            value: rss / f64::from(1 << 20),
            unit: Unit::Mebibytes,
            must: RSS_MUST_MIB,
            aim: Some(RSS_AIM_MIB),
        },
    ]
}

fn write_ca(places: &Places, server: &Server) -> anyhow::Result<Option<PathBuf>> {
    let Some(pem) = &server.ca_pem else {
        return Ok(None);
    };
    let path = places.scratch("ca.pem");
    fs::write(&path, pem)?;
    Ok(Some(path))
}
