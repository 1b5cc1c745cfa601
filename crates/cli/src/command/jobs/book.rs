//! What is unfinished, read once: transfers, and runs with the transfers that are theirs.

use std::path::Path;
use std::sync::Arc;

use ossum_checkpoint::{Pointer, Pointers, Seen, Sighting};
use ossum_durable::RealFs;
use ossum_many::{RunPointer, RunSighting, Runs};

use crate::failure::Failure;
use crate::output::{Job, JobDetail, OfRun, RunDetail};
use crate::session::Session;

/// The unfinished transfers and runs of this user on this machine.
#[derive(Debug)]
pub(in crate::command) struct Book {
    pub(super) pointers: Pointers,
    pub(super) runs: Runs,
    /// The oldest first, as are the others.
    transfers: Vec<Pointer>,
    known: Vec<RunPointer>,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(in crate::command) enum Unfinished<'a> {
    Transfer(&'a Pointer),
    Run(&'a RunPointer),
}

impl<'a> Unfinished<'a> {
    pub(super) fn id(&self) -> String {
        match self {
            Self::Transfer(pointer) => pointer.transfer.id().to_string(),
            Self::Run(run) => run.id.clone(),
        }
    }

    /// The command that began it, program first.
    pub(super) fn command(&self) -> &'a [String] {
        match self {
            Self::Transfer(pointer) => &pointer.command,
            Self::Run(run) => &run.command,
        }
    }

    /// The directory in which that was given.
    pub(super) fn directory(&self) -> Option<&'a Path> {
        match self {
            Self::Transfer(pointer) => pointer.directory.as_deref(),
            Self::Run(run) => run.directory.as_deref(),
        }
    }
}

impl Book {
    /// `None` if there is no place for them.
    pub(in crate::command) fn open(session: &Session) -> Result<Option<Self>, Failure> {
        let Some(state) = session.state_directory() else {
            return Ok(None);
        };
        let runs = Runs::new(&state);
        let pointers = Pointers::new(Arc::new(RealFs), state);
        Ok(Some(Self {
            transfers: pointers.list()?,
            known: runs.list()?,
            pointers,
            runs,
        }))
    }

    /// All of them, as they come: first each run, and then the transfers.
    pub(super) fn all(&self) -> impl Iterator<Item = Unfinished<'_>> {
        let transfers = self.transfers.iter().map(Unfinished::Transfer);
        self.known.iter().map(Unfinished::Run).chain(transfers)
    }

    /// Those that are part of no other, the oldest first.
    pub(super) fn alone(&self) -> Vec<Unfinished<'_>> {
        let is_alone = |one: &Unfinished<'_>| match one {
            Unfinished::Transfer(pointer) => self.run_of(pointer).is_none(),
            Unfinished::Run(_) => true,
        };
        let mut alone: Vec<_> = self.all().filter(is_alone).collect();
        alone.sort_by_key(|one| match one {
            Unfinished::Transfer(pointer) => pointer.began,
            Unfinished::Run(run) => run.began,
        });
        alone
    }

    /// The transfers that are part of a run.
    pub(super) fn of<'a>(&'a self, run: &'a RunPointer) -> impl Iterator<Item = &'a Pointer> {
        self.transfers.iter().filter(|transfer| run.has(transfer))
    }

    fn run_of(&self, transfer: &Pointer) -> Option<&RunPointer> {
        self.known.iter().find(|run| run.has(transfer))
    }

    /// Each with what is to be seen of it: a run, then the transfers that are its own.
    pub(in crate::command) fn jobs(&self) -> impl Iterator<Item = Job> {
        self.alone().into_iter().flat_map(|one| {
            let own = match one {
                Unfinished::Transfer(_) => Vec::new(),
                Unfinished::Run(run) => self.of(run).map(Unfinished::Transfer).collect(),
            };
            std::iter::once(one).chain(own).map(|one| self.job(one))
        })
    }

    pub(super) fn job(&self, one: Unfinished<'_>) -> Job {
        match one {
            Unfinished::Transfer(pointer) => Job::of(
                pointer,
                &look(&self.pointers, pointer),
                self.run_of(pointer),
            ),
            Unfinished::Run(run) => Job::of_run(run, &self.look_at(run)),
        }
    }

    /// All about a transfer.
    pub(in crate::command) fn detail(&self, pointer: &Pointer) -> JobDetail {
        let run = self.run_of(pointer).map(|run| OfRun {
            is_running: self.look_at(run).running.is_some(),
            run,
        });
        JobDetail::of(pointer, &look(&self.pointers, pointer), run)
    }

    /// All about a run.
    pub(in crate::command) fn run_detail(&self, run: &RunPointer) -> RunDetail {
        let own = self.of(run).map(Unfinished::Transfer);
        RunDetail::of(run, &self.look_at(run), own.map(|one| self.job(one)))
    }

    /// What is to be seen of a run. That one cannot be looked at is no reason to hide it.
    fn look_at(&self, run: &RunPointer) -> RunSighting {
        self.runs.look(run).unwrap_or_else(|error| {
            tracing::warn!("{error}");
            RunSighting::default()
        })
    }
}

/// What is to be seen of a transfer. That one cannot be looked at is no reason to hide it.
pub(in crate::command) fn look(pointers: &Pointers, pointer: &Pointer) -> Sighting {
    pointers.look(pointer).unwrap_or_else(|error| {
        tracing::warn!("{error}");
        Sighting {
            checkpoint: Seen::Missing,
            running: None,
            changed: None,
        }
    })
}
