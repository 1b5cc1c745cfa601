//! The examples of docs/semantics.md, run as they stand.
//!
//! A line that begins with `$ ` is given to a shell; what follows is what it says, where `...` stands for
//! anything, and `# exit N` how it ends. A comment `<!-- faults ... -->` puts these rules in force.

use ossum_testkit::Outcome;

use crate::desk::Desk;

const PAGE: &str = include_str!("../../../../docs/semantics.md");

/// A command of the page and what it claims.
#[derive(Debug, Default)]
struct Step {
    command: String,
    says: String,
    exit: i32,
}

#[test]
fn every_example_of_the_semantics_is_true() {
    let desk = Desk::new();
    let mut steps = 0;
    for block in blocks(PAGE) {
        match block {
            Block::Faults(rules) => desk.faults(rules),
            Block::Console(lines) => {
                for step in steps_of(lines) {
                    let command = format!("{{ {}\n}} 2>&1", step.command);
                    check(&step, &desk.shell(&command));
                    steps += 1;
                }
            }
        }
    }
    assert!(steps > 10, "the page has lost its examples");
}

enum Block<'a> {
    Faults(&'a str),
    Console(&'a str),
}

/// The blocks of a page that mean something here, in order.
fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut rest = page;
    loop {
        let faults = rest
            .find("<!-- faults")
            .map(|at| (at, "<!-- faults\n", "-->"));
        let console = rest
            .find("```console")
            .map(|at| (at, "```console\n", "\n```"));
        let next = [faults, console].into_iter().flatten().min();
        let Some((at, opening, closing)) = next else {
            return blocks;
        };
        let inside = &rest[at + opening.len()..];
        let end = inside.find(closing).expect("a block has an end");
        blocks.push(if closing == "-->" {
            Block::Faults(&inside[..end])
        } else {
            Block::Console(&inside[..end])
        });
        rest = &inside[end + closing.len()..];
    }
}

fn steps_of(block: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in block.lines() {
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step {
                command: command.to_owned(),
                ..Step::default()
            });
            continue;
        }
        let step = steps.last_mut().expect("a command comes first");
        if let Some(code) = line.strip_prefix("# exit ") {
            step.exit = code.parse().expect("an exit code");
        } else {
            step.says.push_str(line);
            step.says.push('\n');
        }
    }
    steps
}

#[track_caller]
fn check(step: &Step, outcome: &Outcome) {
    outcome.exit(step.exit);
    assert!(
        fits(&step.says, outcome.stdout()),
        "{} is said to say\n{}\nbut says\n{}",
        step.command,
        step.says,
        outcome.stdout()
    );
}

/// Whether a text is a pattern in which `...` stands for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split("...");
    let first = pieces.next().expect("a text has a first piece");
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(mut last) = pieces.next() else {
        return rest.is_empty();
    };
    for piece in pieces {
        let Some(at) = rest.find(last) else {
            return false;
        };
        rest = &rest[at + last.len()..];
        last = piece;
    }
    rest.ends_with(last)
}

#[test]
fn dots_stand_for_anything() {
    assert!(fits("a\n", "a\n"));
    assert!(fits("a...c\n", "abc\n"));
    assert!(fits("a ..., b ...\n", "a 1, b 2\n"));
    assert!(!fits("a\n", "a\nb\n"));
    assert!(!fits("a...c\n", "abd\n"));
}
