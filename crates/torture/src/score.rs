//! The score sheet: the figures of all parts, by row.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use crate::{Figure, Figures};

/// What the rows are, from the first, and where else to look for one that no part has a figure for.
const ROWS: [(&str, &str); 13] = [
    ("silent corruption", NOWHERE),
    ("false success, false failure", NOWHERE),
    ("faults survived", NOWHERE),
    ("kill points", NOWHERE),
    ("power cuts", NOWHERE),
    ("I/O errors", NOWHERE),
    ("bad inputs", NOWHERE),
    ("bytes moved again", NOWHERE),
    ("liveness", NOWHERE),
    ("residue", NOWHERE),
    ("security", NOWHERE),
    ("bounds", "held by `tests/scale/run`"),
    ("models and mutants", NOWHERE),
];

const NOWHERE: &str = "not counted in this run";

/// Prints what the parts left in `directory`; tells whether every figure holds.
///
/// # Errors
/// If nothing is there, or something that no part has left.
pub fn print(directory: &Path) -> anyhow::Result<bool> {
    let all = Figures::all(directory)?;
    say(&sheet(&all));
    Ok(all.iter().all(Figures::hold))
}

/// As a table in Markdown.
fn sheet(all: &[Figures]) -> String {
    let mut text = modes(all);
    text += "\n\n| | figure | part | counted | must be | |\n|---|---|---|---|---|---|\n";
    for (row, (name, elsewhere)) in (1..).zip(ROWS) {
        if of_row(all, row).next().is_none() {
            let _ = writeln!(text, "| F{row} {name} | {elsewhere} | | | | |");
        }
        for (part, figure) in of_row(all, row) {
            let Figure {
                what,
                counted,
                bound,
                ..
            } = figure;
            let of = figure.of.map(|of| format!(" of {of}")).unwrap_or_default();
            let verdict = if figure.holds() { "ok" } else { "BROKEN" };
            let _ = writeln!(
                text,
                "| F{row} {name} | {what} | {part} | {counted}{of} | {bound} | {verdict} |"
            );
        }
    }
    for figures in all {
        for skipped in &figures.skipped {
            let _ = writeln!(text, "\nSKIPPED in {}: {skipped}", figures.part);
        }
    }
    text
}

/// Which parts it were, and in which mode.
fn modes(all: &[Figures]) -> String {
    let parts_of = |long| {
        let parts = all.iter().filter(|figures| figures.long == long);
        parts
            .map(|figures| figures.part.as_str())
            .collect::<Vec<_>>()
    };
    let modes = [("short", false), ("long", true)].map(|(name, long)| {
        let parts = parts_of(long).join(", ");
        (!parts.is_empty()).then(|| format!("in the {name} mode: {parts}"))
    });
    let modes: Vec<_> = modes.into_iter().flatten().collect();
    format!("Parts {}.", modes.join("; "))
}

fn of_row(all: &[Figures], row: u8) -> impl Iterator<Item = (&str, &Figure)> {
    all.iter().flat_map(move |figures| {
        let of_row = figures
            .counts
            .iter()
            .filter(move |figure| figure.row == row);
        of_row.map(|figure| (figures.part.as_str(), figure))
    })
}

/// Prints a line on standard output.
pub fn say(line: &str) {
    // Nobody reads it any more: nothing to be done.
    let _ = io::Write::write_fmt(&mut io::stdout(), format_args!("{line}\n"));
}

/// Prints what a part's helpers said, as they did.
pub fn say_all(told: &str) {
    let _ = io::Write::write_fmt(&mut io::stdout(), format_args!("{told}"));
}

/// Says on standard error why a part could not be done.
pub fn complain(error: &anyhow::Error) {
    let _ = io::Write::write_fmt(&mut io::stderr(), format_args!("error: {error:#}\n"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Bound;

    #[test]
    fn rows_are_in_order_and_what_was_skipped_is_said() {
        let figure = |row, counted| Figure {
            row,
            what: "points".to_owned(),
            counted,
            of: Some(9),
            bound: Bound::AtMost(0),
        };
        let figures = Figures {
            part: "power-cuts".to_owned(),
            long: false,
            counts: vec![figure(5, 0), figure(1, 1)],
            skipped: vec!["xfs: not in this kernel".to_owned()],
        };
        let sheet = sheet(&[figures]);
        let lines: Vec<_> = sheet
            .lines()
            .filter(|line| !line.contains(NOWHERE))
            .collect();
        assert_eq!(
            lines,
            [
                "Parts in the short mode: power-cuts.",
                "",
                "| | figure | part | counted | must be | |",
                "|---|---|---|---|---|---|",
                "| F1 silent corruption | points | power-cuts | 1 of 9 | <= 0 | BROKEN |",
                "| F5 power cuts | points | power-cuts | 0 of 9 | <= 0 | ok |",
                "| F12 bounds | held by `tests/scale/run` | | | | |",
                "",
                "SKIPPED in power-cuts: xfs: not in this kernel",
            ]
        );
    }
}
