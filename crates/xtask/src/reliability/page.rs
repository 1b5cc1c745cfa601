//! The page itself.

use std::fmt::Write as _;

use super::catalogue::{Catalogue, FAMILIES, Family};
use super::marks::{Marks, Test};
use super::score;

const BEFORE: &str = "\
# Reliability: what can go wrong, and the tests that hold it

This page is written by `cargo xtask reliability`, from [reliability.toml](reliability.toml) and from what the
tests say of themselves. A test fails if it is not up to date.

## What is promised

What `ossum cp` promises is in [semantics.md](semantics.md). In every case below, a test holds it to this:

- **Exit 0 means that the target has exactly the source's bytes, durably.**
- **Any other end leaves an existing target as it was**, and no half file under the final name.
- **The same command again succeeds**, once the fault is gone, and moves what was not there.
- **No crash, no hang, no storm of requests.** A panic is a defect, as is a wait that no limit ends.
- **No secret** in output, log, checkpoint or arguments.

A test counts for a case only if its fault provably happened: it asks the server's account, the simulated disk's,
or the kernel's tracer.

## How to run it

    cargo test --workspace     every test below, but for those that need hours or root
    cargo xtask torture        faults by the ten thousand, in minutes; with `--long`, in a night
    tests/scale/run            sizes that users have

";

const BEFORE_SCORE: &str = "\
## The score

What one run of the parts that it names counted. `.ci/run torture` counts all of it anew with every change, and
fails where a figure is not as it must be.

In the long mode the power was cut 9,000 times, 1,000 times each under a download, an upload and a small download on ext4, xfs
and btrfs: nothing was wrong, and nothing left (`ossum-torture power-cuts --long`, twelve minutes; needs mkfs of all three).

";

/// The page that these make.
pub(super) fn of(catalogue: &Catalogue, marks: &Marks, score: &str) -> String {
    let mut page = BEFORE.to_owned() + BEFORE_SCORE;
    page += &score::marked(score);
    page += "\n";
    page += "## The cases\n\n";
    let open = catalogue.families().filter(|family| family.open).count();
    let held = usize::from(FAMILIES) - open;
    let _ = writeln!(page, "{held} of {FAMILIES} kinds of fault are held.\n");
    for group in &catalogue.group {
        let _ = writeln!(page, "### {}: {}\n", group.letter, group.name);
        page += "| | what goes wrong | what happens | held by |\n|---|---|---|---|\n";
        for family in &group.family {
            page += &row(family, marks.get(&family.number).map_or(&[], Vec::as_slice));
        }
        page += "\n";
    }
    page.truncate(page.trim_end().len());
    page + "\n"
}

fn row(family: &Family, tests: &[Test]) -> String {
    let mut held_by: Vec<String> = tests.iter().map(link).collect();
    held_by.extend(family.without.clone());
    if family.open {
        held_by.push("nothing yet".to_owned());
    }
    let (fault, outcome) = (cell(&family.fault), cell(&family.outcome));
    let held_by = held_by.join(", ");
    format!("| {} | {fault} | {outcome} | {held_by} |\n", family.number)
}

/// To the file only: a line number would be wrong with the next edit.
fn link(test: &Test) -> String {
    format!("[`{test}`](../{})", test.file)
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
