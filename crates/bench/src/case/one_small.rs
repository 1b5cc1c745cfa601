//! How many requests one small object takes.

use std::sync::Arc;

use super::{Case, Outcome, interleave, remove, write_file};
use crate::args::RunArguments;
use crate::measure::measure;
use crate::places::Places;
use crate::row::{Row, Unit};
use crate::sample::{Counts, figure, largest};
use crate::server::{Server, Speaks, Store};
use crate::tool::{Direction, Tool, Transfer};

const SIZE: u64 = 4 << 10;

pub(super) fn run(places: &Places, arguments: &RunArguments) -> anyhow::Result<Outcome> {
    let store = Arc::new(Store::default());
    store.offer(["object".to_owned()], SIZE);
    let server = Server::start("127.0.0.1:0", Speaks::Http, store)?;
    let file = places.scratch("small");
    let samples = interleave(
        &[Direction::Up, Direction::Down],
        arguments.rounds(),
        |direction| direction.word().to_owned(),
        |direction| {
            let key = match direction {
                Direction::Up => "uploaded",
                Direction::Down => "object",
            };
            remove(&file)?;
            if direction == Direction::Up {
                write_file(&file, SIZE)?;
            }
            let transfer = Transfer {
                direction,
                server: server.url(),
                ca: None,
                key: key.to_owned(),
                file: file.clone(),
                size: SIZE,
                part_size: 8 << 20,
                connections: 4,
            };
            let invocation = Tool::Ossum.invocation(places, &transfer);
            measure(places, &server.store, &invocation, 0)
        },
    )?;
    remove(&file)?;
    let mut outcome = Outcome {
        case: Case::OneSmall,
        bytes: SIZE,
        counts: Counts::Median,
        samples,
        rows: Vec::new(),
        given_up: Vec::new(),
    };
    outcome.rows = [Direction::Up, Direction::Down]
        .map(|direction| row(&outcome, direction))
        .into();
    Ok(outcome)
}

fn row(outcome: &Outcome, direction: Direction) -> Row {
    let word = direction.word();
    Row {
        figure: format!("requests for an object of 4 KiB, {word}"),
        value: largest(outcome.of(word), |sample| figure(sample.requests)),
        unit: Unit::Requests,
        must: 1.0,
        aim: None,
    }
}
