//! What people read: lines as cases end, then the table; and what programs read.

use std::fmt::Write;
use std::fs;
use std::io;

use serde::Serialize;

use crate::args::RunArguments;
use crate::case::{Case, GivenUp, Outcome};
use crate::chart;
use crate::row::Row;
use crate::sample::{Counts, Sample, figure, largest};

const GIB: f64 = figure(1 << 30);
const MIB: f64 = figure(1 << 20);

/// All that was measured so far.
#[derive(Serialize)]
pub(crate) struct Report {
    rounds: usize,
    down_rounds: usize,
    outcomes: Vec<Outcome>,
}

impl Report {
    pub(crate) fn new(arguments: &RunArguments) -> Self {
        Self {
            rounds: arguments.rounds(),
            down_rounds: arguments.down_rounds(),
            outcomes: Vec::new(),
        }
    }

    #[allow(clippy::unused_self)] // a case begins within a report
    pub(crate) fn begin(&self, case: Case) {
        say(&format!("\n{} ({})", case.title(), case.name()));
    }

    pub(crate) fn add(&mut self, outcome: Outcome) {
        say(&costs(&outcome));
        self.outcomes.push(outcome);
    }

    /// Prints all rows, and writes what was asked for.
    pub(crate) fn finish(&self, arguments: &RunArguments) -> anyhow::Result<()> {
        let rows: Vec<&Row> = self
            .outcomes
            .iter()
            .flat_map(|outcome| &outcome.rows)
            .collect();
        say(&format!("\n{}", table(&rows)));
        if let Some(path) = &arguments.json {
            fs::write(path, serde_json::to_string_pretty(self)?)?;
        }
        if let Some(path) = &arguments.svg {
            fs::write(path, chart::draw(&self.outcomes))?;
        }
        Ok(())
    }
}

/// A line for each tool: what one GiB costs it.
fn costs(outcome: &Outcome) -> String {
    let mut text = format!(
        "{:16} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9}\n",
        "", "CPU s/GiB", "least", "most", "GiB/s", "RSS MiB", "requests"
    );
    let gib = figure(outcome.bytes) / GIB;
    for (name, samples) in &outcome.samples {
        let cpu = outcome.counts.of(samples, Sample::cpu) / gib;
        let least = Counts::Minimum.of(samples, Sample::cpu) / gib;
        let most = largest(samples, Sample::cpu) / gib;
        let speed = gib
            / outcome
                .counts
                .of(samples, |sample| sample.elapsed.as_secs_f64());
        let rss = largest(samples, |sample| figure(sample.rss_bytes)) / MIB;
        let requests = largest(samples, |sample| figure(sample.requests));
        let _ = writeln!(
            text,
            "{name:16} {cpu:9.3} {least:9.3} {most:9.3} {speed:9.2} {rss:9.1} {requests:9.0}"
        );
    }
    for GivenUp { who, why } in &outcome.given_up {
        let _ = writeln!(text, "{who:16} cannot do it: {why}");
    }
    text
}

/// Every row in Markdown, so that it can be copied.
fn table(rows: &[&Row]) -> String {
    let mut text = "| figure | measured | must | aim | |\n|---|---|---|---|---|\n".to_owned();
    for row in rows {
        let aim = row.aim.map(|aim| row.unit.show(aim)).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {aim} | {} |",
            row.figure,
            row.unit.show(row.value),
            row.unit.show(row.must),
            row.verdict().word(),
        );
    }
    text
}

/// Prints a line. Who closed the other end does not want to know.
pub(crate) fn say(line: &str) {
    let _ = io::Write::write_fmt(&mut io::stdout(), format_args!("{line}\n"));
}

pub(crate) fn complain(error: &anyhow::Error) {
    let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("error: {error:#}\n"));
}
