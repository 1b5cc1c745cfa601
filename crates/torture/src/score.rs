//! The score sheet: the figures of all parts, by row.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use crate::{Figure, Figures};

/// What the rows are, from the first.
const ROWS: [&str; 13] = [
    "silent corruption",
    "false success, false failure",
    "faults survived",
    "kill points",
    "power cuts",
    "I/O errors",
    "bad inputs",
    "bytes moved again",
    "liveness",
    "residue",
    "security",
    "bounds",
    "models and mutants",
];

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
    let mut text =
        "| | figure | part | counted | must be | |\n|---|---|---|---|---|---|\n".to_owned();
    for (row, name) in (1..).zip(ROWS) {
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
        let lines: Vec<_> = sheet.lines().skip(2).collect();
        assert_eq!(
            lines,
            [
                "| F1 silent corruption | points | power-cuts | 1 of 9 | <= 0 | BROKEN |",
                "| F5 power cuts | points | power-cuts | 0 of 9 | <= 0 | ok |",
                "",
                "SKIPPED in power-cuts: xfs: not in this kernel",
            ]
        );
    }
}
