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
    /// The other half alone, as an object of its own that was begun: its space is reserved, as that
    /// of the whole is, which costs more than to read it.
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
    let download = |key: &str, size, connections| Transfer {
        direction: Direction::Down,
        server: server.url(),
        ca: None,
        key: key.to_owned(),
        file: target.clone(),
        size,
        part_size: PART_SIZE,
        connections,
    };
    let ossum = |transfer| Tool::Ossum.invocation(places, &transfer);
    let half = ossum(download("half", size / 2, 4));
    let read = Invocation::of(&places.floor)
        .word("read")
        .word(&target)
        .word((size / 2).to_string());
    let run = |invocation: &Invocation, code| measure(places, &server.store, invocation, code);
    // Moves some parts of an object, and then the rest.
    let resume = |key: &str, size, parts| {
        server.store.give_downloads(Some(parts));
        // Over one connection, so that nothing is under way when it fails.
        let let_down = ossum(download(key, size, 1)).option("--retries", "0");
        run(&let_down, SERVER_FAILED)?;
        server.store.give_downloads(None);
        let resumed = run(&ossum(download(key, size, 4)), 0)?;
        let missing = size - parts * PART_SIZE;
        ensure!(
            resumed.bytes_out == missing,
            "other than {parts} parts were there"
        );
        Ok(resumed)
    };

    let samples = interleave(
        &[What::Resume, What::FetchHalf, What::ReadHalf],
        arguments.down_rounds(),
        What::name,
        |what| {
            remove(&target)?;
            touch(places, size)?;
            match what {
                What::Resume => resume("whole", size, size / 2 / PART_SIZE),
                What::FetchHalf => resume("half", size / 2, 1),
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
