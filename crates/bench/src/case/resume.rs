//! What it costs to prove, on resuming, what an interrupted download has left.

use std::sync::Arc;

use anyhow::ensure;

use super::{Case, Outcome, interleave, remove, touch};
use crate::args::RunArguments;
use crate::measure::measure;
use crate::places::Places;
use crate::row::{Row, Unit};
use crate::sample::{Counts, Sample};
use crate::server::{Server, Speaks, Store};
use crate::tool::{Direction, Invocation, Tool, Transfer};

const SIZE: u64 = 2 << 30;
const PART_SIZE: u64 = 8 << 20;

/// Exit code of an ossum that a server has let down.
const SERVER_FAILED: i32 = 5;

#[derive(Clone, Copy)]
enum What {
    /// Half of it is there: that half is read again, the other one fetched.
    Resume,
    /// The other half alone, as an object of its own.
    FetchHalf,
    /// Reading the first half and computing its CRC-64, and nothing else.
    ReadHalf,
}

impl What {
    fn name(self) -> String {
        match self {
            Self::Resume => "resume at 50 %".to_owned(),
            Self::FetchHalf => "fetch one half".to_owned(),
            Self::ReadHalf => "read the other half".to_owned(),
        }
    }
}

pub(super) fn run(places: &Places, arguments: &RunArguments) -> anyhow::Result<Outcome> {
    let size = arguments.sized(SIZE);
    let store = Arc::new(Store::default());
    store.offer(["whole".to_owned()], size);
    store.offer(["half".to_owned()], size / 2);
    let server = Server::start("127.0.0.1:0", Speaks::Http, store)?;
    let target = places.scratch("target");
    let download = |key: &str, size| Transfer {
        direction: Direction::Down,
        server: server.url(),
        ca: None,
        key: key.to_owned(),
        file: target.clone(),
        size,
        part_size: PART_SIZE,
        connections: 4,
    };
    let whole = Tool::Ossum.invocation(places, &download("whole", size));
    let half = Tool::Ossum.invocation(places, &download("half", size / 2));
    let let_down = whole.clone().option("--retries", "0");
    let read = Invocation::of(&places.floor)
        .word("read")
        .word(&target)
        .word((size / 2).to_string());
    let run = |invocation: &Invocation, code| measure(places, &server.store, invocation, code);

    let samples = interleave(
        &[What::Resume, What::FetchHalf, What::ReadHalf],
        arguments.down_rounds(),
        What::name,
        |what| {
            remove(&target)?;
            touch(places, size)?;
            match what {
                What::Resume => {
                    server.store.give_downloads(Some(size / 2 / PART_SIZE));
                    run(&let_down, SERVER_FAILED)?;
                    server.store.give_downloads(None);
                    let resumed = run(&whole, 0)?;
                    ensure!(resumed.bytes_out == size / 2, "other than half was there");
                    Ok(resumed)
                }
                What::FetchHalf => run(&half, 0),
                What::ReadHalf => {
                    run(&half, 0)?;
                    run(&read, 0)
                }
            }
        },
    )?;
    remove(&target)?;
    let mut outcome = Outcome {
        case: Case::Resume,
        bytes: size / 2,
        counts: Counts::Minimum,
        samples,
        rows: Vec::new(),
        given_up: Vec::new(),
    };
    outcome.rows = vec![row(&outcome)];
    Ok(outcome)
}

fn row(outcome: &Outcome) -> Row {
    let cpu = |what: What| Counts::Minimum.of(outcome.of(&what.name()), Sample::cpu);
    let verifying = cpu(What::Resume) - cpu(What::FetchHalf);
    Row {
        figure: "resume of 2 GiB with half there: CPU of verifying / of reading with CRC-64"
            .to_owned(),
        value: verifying / cpu(What::ReadHalf),
        unit: Unit::Ratio,
        must: 1.3,
        aim: Some(1.1),
    }
}
