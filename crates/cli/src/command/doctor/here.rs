//! What can be looked at on this machine alone.

use std::path::Path;

use rustix::process::{Resource, getrlimit};

use super::exam::Exam;
use crate::command::jobs::book::Book;
use crate::failure::Failure;
use crate::session::Session;

/// With fewer open files than this a transfer may not get all its connections.
const ENOUGH_FILES: u64 = 256;

pub(super) fn look(session: &Session, exam: &mut Exam<'_>) -> Result<(), Failure> {
    state_directory(session, exam)?;
    jobs(session, exam)?;
    open_files(exam)
}

/// Whether what outlives a run can be kept.
fn state_directory(session: &Session, exam: &mut Exam<'_>) -> Result<(), Failure> {
    const CHECK: &str = "state";
    let Some(state) = session.state_directory() else {
        return exam.warn(
            CHECK,
            "there is no place for what outlives a run",
            "set HOME or XDG_STATE_HOME; without it copies are not continued, and jobs not listed",
        );
    };
    // It is made when it is first needed; until then what counts is where it would be.
    let existing = state.ancestors().find(|path| path.is_dir());
    let existing = existing.unwrap_or(Path::new("/"));
    match tempfile::tempfile_in(existing) {
        Ok(_) => exam.ok(CHECK, format!("{} can be written", state.display())),
        Err(source) => exam.fail(
            CHECK,
            Failure::Local {
                action: "write to",
                path: existing.to_owned(),
                source,
            },
        ),
    }
}

/// What was left by transfers and runs that did not end.
fn jobs(session: &Session, exam: &mut Exam<'_>) -> Result<(), Failure> {
    const CHECK: &str = "jobs";
    let book = match Book::open(session) {
        Ok(Some(book)) => book,
        Ok(None) => return Ok(()),
        Err(failure) => return exam.fail(CHECK, failure),
    };
    let (running, stopped): (Vec<_>, Vec<_>) = book.jobs().partition(|job| job.state == "running");
    let (running, stopped) = (running.len(), stopped.len());
    let told = format!("{running} transfers and runs running, {stopped} stopped");
    match stopped {
        0 => exam.ok(CHECK, told),
        _ => exam.warn(
            CHECK,
            told,
            "ossum jobs ls shows them, ossum jobs resume --all goes on with them",
        ),
    }
}

fn open_files(exam: &mut Exam<'_>) -> Result<(), Failure> {
    const CHECK: &str = "open files";
    match getrlimit(Resource::Nofile).current {
        Some(limit) if limit < ENOUGH_FILES => exam.warn(
            CHECK,
            format!("at most {limit} files and connections may be open"),
            "allow more with ulimit -n 1024, or ask for less with --concurrency",
        ),
        Some(limit) => exam.ok(CHECK, format!("up to {limit} may be open")),
        None => exam.ok(CHECK, "as many as may be"),
    }
}
