//! What many parts cost: the same bytes in 10,000 parts and in 128.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::{Case, Outcome, interleave, write_file};
use crate::args::RunArguments;
use crate::measure::measure;
use crate::places::Places;
use crate::row::{Row, Unit};
use crate::sample::{Counts, Sample, figure, largest};
use crate::server::{Server, Speaks, Store};
use crate::tool::{Direction, Tool, Transfer};

/// 1 GiB, but for less than one of these parts.
const PART_SIZE: u64 = 107_374;
const PARTS: u64 = 10_000;
/// 128 of these hold the same bytes.
const LARGE_PART_SIZE: u64 = 8 << 20;

pub(super) fn run(places: &Places, arguments: &RunArguments) -> anyhow::Result<Outcome> {
    let size = arguments.sized(PARTS * PART_SIZE);
    let server = Server::start("127.0.0.1:0", Speaks::Http, Arc::new(Store::default()))?;
    let file = places.scratch("source");
    write_file(&file, size)?;
    let transfer = |part_size| Transfer {
        direction: Direction::Up,
        server: server.url(),
        ca: None,
        key: "object".to_owned(),
        file: file.clone(),
        size,
        part_size,
        connections: 4,
    };
    let mut journal_bytes = 0;
    let samples = interleave(
        &[PART_SIZE, LARGE_PART_SIZE],
        arguments.rounds(),
        name,
        |part_size| {
            let invocation = Tool::Ossum.invocation(places, &transfer(part_size));
            let journal = Growth::watch(places.scratch("source.cp"));
            let sample = measure(places, &server.store, &invocation, 0)?;
            journal_bytes = journal_bytes.max(journal.end());
            Ok(sample)
        },
    )?;
    fs::remove_file(&file)?;
    let mut outcome = Outcome {
        case: Case::ManyParts,
        bytes: size,
        counts: Counts::Median,
        samples,
        rows: Vec::new(),
        given_up: Vec::new(),
    };
    outcome.rows = rows(&outcome, journal_bytes);
    Ok(outcome)
}

fn name(part_size: u64) -> String {
    match part_size {
        PART_SIZE => "10,000 parts".to_owned(),
        _ => "128 parts".to_owned(),
    }
}

fn rows(outcome: &Outcome, journal_bytes: u64) -> Vec<Row> {
    let (many, few) = (name(PART_SIZE), name(LARGE_PART_SIZE));
    let rss = |name| largest(outcome.of(name), |sample: &Sample| figure(sample.rss_bytes));
    vec![
        Row {
            figure: "upload of 1 GiB in 10,000 parts: CPU / in 128".to_owned(),
            value: outcome.cpu_ratio(&many, &few),
            unit: Unit::Ratio,
            must: 1.35,
            aim: Some(1.15),
        },
        Row {
            figure: "its checkpoint".to_owned(),
            value: figure(journal_bytes) / 1e6,
            unit: Unit::Megabytes,
            must: 1.1,
            aim: Some(0.65),
        },
        Row {
            figure: "its RSS - that in 128 parts".to_owned(),
            value: (rss(&many) - rss(&few)) / figure(1 << 20),
            unit: Unit::Mebibytes,
            must: 4.0,
            aim: Some(2.0),
        },
    ]
}

/// How large a file grows that is only ever appended to, and removed at the end.
///
/// It is opened as soon as it is there and kept open: its length can be asked for after it is gone.
struct Growth {
    is_over: Arc<AtomicBool>,
    watcher: thread::JoinHandle<u64>,
}

impl Growth {
    fn watch(path: PathBuf) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let over = Arc::clone(&is_over);
        let watcher = thread::spawn(move || grown(&path, &over));
        Self { is_over, watcher }
    }

    /// The length that it had in the end.
    fn end(self) -> u64 {
        self.is_over.store(true, Ordering::Relaxed);
        self.watcher.join().unwrap_or_default()
    }
}

fn grown(path: &Path, is_over: &AtomicBool) -> u64 {
    let mut file = None;
    while !is_over.load(Ordering::Relaxed) {
        // Made anew under the same name, the later one counts.
        if let Ok(found) = File::open(path) {
            file = Some(found);
        }
        thread::sleep(Duration::from_millis(1));
    }
    let length = file.and_then(|file| file.metadata().ok());
    length.map_or(0, |metadata| metadata.len())
}
