//! Runs the command of an unfinished transfer or run again, as it was typed, where it was typed.

use std::collections::HashSet;
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex, PoisonError};

use rustix::process::{Pid, Signal, kill_process};

use super::book::{Book, Unfinished};
use super::find;
use crate::args::JobsResumeArgs;
use crate::failure::Failure;
use crate::message;
use crate::output::ResumedTotal;
use crate::session::Session;
use crate::signals::Signal as Ending;
use crate::words::{self, Words};

/// Goes on with one, or with all that do not run, one after the other.
pub(super) fn run(session: &Session, args: &JobsResumeArgs) -> Result<(), Failure> {
    let book = Book::open(session)?;
    if let Some(id) = &args.which.id {
        let (_, one) = find::one(book.as_ref(), id)?;
        let mut command = command(session, one)?;
        session.output.flush().map_err(Failure::Output)?;
        // This process becomes that one: its exit code and its signals are that one's.
        return Err(cannot_start(command.exec()));
    }
    let running = Running::default();
    let stopped = running.clone();
    session
        .interrupts
        .end_by_signal(move |signal| stopped.pass_on(signal));
    let mut total = ResumedTotal::default();
    if let Some(book) = book {
        run_all(session, &book, &running, &mut total)?;
    }
    session.output.total(&total).map_err(Failure::Output)?;
    Failure::if_any(total.failed, total.jobs)
}

/// A run goes on with all that is its own.
fn run_all(
    session: &Session,
    book: &Book,
    running: &Running,
    total: &mut ResumedTotal,
) -> Result<(), Failure> {
    let mut begun = HashSet::new();
    for one in book.alone() {
        match check_unused(book, one) {
            Ok(()) => {}
            Err(failure) if failure.is_in_use() => {
                total.running += 1;
                continue;
            }
            Err(failure) => {
                total.jobs += 1;
                total.failed += 1;
                message::report(&failure, &session.output);
                continue;
            }
        }
        // One command may have begun several, which all end with it.
        let is_first = one.command().is_empty() || begun.insert((one.command(), one.directory()));
        if !is_first || !is_left(book, one)? {
            continue;
        }
        total.jobs += 1;
        let outcome = command(session, one)
            .and_then(|mut command| running.run(&mut command).map_err(cannot_start));
        match outcome {
            Ok(true) => {}
            Ok(false) => total.failed += 1,
            Err(failure) => {
                total.failed += 1;
                message::report(&failure, &session.output);
            }
        }
        if let Some(interrupted) = session.interrupted() {
            return Err(interrupted);
        }
    }
    Ok(())
}

fn check_unused(book: &Book, one: Unfinished<'_>) -> Result<(), Failure> {
    match one {
        Unfinished::Transfer(pointer) => Ok(book.pointers.check_unused(pointer, None)?),
        Unfinished::Run(run) => Ok(book.runs.check_unused(run)?),
    }
}

/// Whether it is unfinished still.
fn is_left(book: &Book, one: Unfinished<'_>) -> Result<bool, Failure> {
    Ok(match one {
        Unfinished::Transfer(pointer) => book.pointers.find(&pointer.transfer)?.is_some(),
        Unfinished::Run(run) => book.runs.find(&run.id)?.is_some(),
    })
}

/// The child that runs, for whoever is to stop it.
#[derive(Debug, Clone, Default)]
struct Running(Arc<Mutex<Option<u32>>>);

impl Running {
    /// Runs a command to its end, and tells whether it succeeded.
    fn run(&self, command: &mut Command) -> io::Result<bool> {
        let mut child: Child = command.spawn()?;
        self.set(Some(child.id()));
        let status = child.wait();
        self.set(None);
        let status = status?;
        Ok(status.success() && status.signal().is_none())
    }

    /// Asks the child to end as well. What is typed at a terminal it gets itself, and a second signal
    /// would end it at once.
    fn pass_on(&self, signal: Ending) {
        if signal == Ending::Interrupt {
            return;
        }
        let id = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pid = id.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        if let Some(pid) = pid {
            // It may have ended already, which is what was wanted.
            let _ = kill_process(pid, Signal::TERM);
        }
    }

    fn set(&self, id: Option<u32>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = id;
    }
}

/// The command that began it, to be run by this very program.
fn command(session: &Session, one: Unfinished<'_>) -> Result<Command, Failure> {
    let [_, recorded @ ..] = one.command() else {
        return Err(Failure::usage(
            "it was begun by a program that kept no command",
            "go on with it by that program",
        ));
    };
    if let Some(missing) = words::left_out(recorded) {
        return Err(Failure::usage(
            format!("the command is not kept whole: {missing}"),
            format!(
                "run it by hand with what is missing: {}",
                Words::recorded(one.command())
            ),
        ));
    }
    let program = std::env::current_exe().map_err(|source| Failure::System {
        action: "find the program that runs".to_owned(),
        source,
    })?;
    let mut command = Command::new(program);
    let is_asked_for_json = recorded.iter().any(|word| word == "--json");
    if session.output.is_json() && !is_asked_for_json {
        command.arg("--json");
    }
    command.args(recorded);
    if let Some(directory) = one.directory() {
        let found = std::fs::metadata(directory);
        found.map_err(|source| Failure::Local {
            action: "go to",
            path: directory.to_owned(),
            source,
        })?;
        command.current_dir(directory);
    }
    Ok(command)
}

fn cannot_start(source: io::Error) -> Failure {
    Failure::System {
        action: "run the command again".to_owned(),
        source,
    }
}
