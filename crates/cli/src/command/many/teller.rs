use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use ossum_checkpoint::Pointers;
use ossum_durable::RealFs;
use ossum_many::{Monitor, Told, What};
use ossum_types::PrefixUrl;

use crate::command::moving;
use crate::failure::Failure;
use crate::message;
use crate::output::{Deleted, DeletedFile, Done, ItemError, Planned, Skipped};
use crate::progress::happened;
use crate::session::Session;

/// Tells what became of each item: scripts all of it, people what they would not expect.
pub(super) struct Teller<'a> {
    session: &'a Session,
    monitor: Monitor,
    is_dry_run: bool,
    /// Where whoever looks later reads why a transfer ended.
    pointers: Option<Pointers>,
    /// Why something could not be told, which has ended the run.
    untold: Mutex<Option<io::Error>>,
}

impl<'a> Teller<'a> {
    pub(super) fn of(session: &'a Session, monitor: &Monitor, is_dry_run: bool) -> Self {
        let state = session.state_directory();
        Self {
            session,
            monitor: monitor.clone(),
            is_dry_run,
            pointers: state.map(|state| Pointers::new(Arc::new(RealFs), state)),
            untold: Mutex::default(),
        }
    }

    /// Tells it. Where that cannot be written the run ends: whoever reads what it did would miss
    /// some of it. That nobody reads is no reason to move nothing, but one to plan nothing.
    pub(super) fn tell(&self, told: Told) {
        let Err(error) = self.write(told) else {
            return;
        };
        if error.kind() == io::ErrorKind::BrokenPipe && !self.is_dry_run {
            return;
        }
        let mut untold = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
        untold.get_or_insert(error);
        self.monitor.cancel();
    }

    /// Why the run was ended by what could not be told, if it was.
    pub(super) fn untold(self) -> Option<Failure> {
        let untold = self.untold.into_inner();
        let untold = untold.unwrap_or_else(PoisonError::into_inner);
        untold.map(Failure::Output)
    }

    fn write(&self, told: Told) -> io::Result<()> {
        let output = &self.session.output;
        match told {
            Told::Done(what, report) => {
                let done = Done::of(what.source, what.destination, &report);
                output.note_in_json(&done)
            }
            Told::Skipped(what, why) => {
                if why.is_about_the_source() && !output.is_json() {
                    tracing::warn!("skipped {}: {why}", what.source);
                }
                output.note_in_json(&Skipped {
                    source: what.source,
                    destination: what.destination,
                    reason: why.reason(),
                })
            }
            Told::Planned(what, bytes_total) => output.note(&Planned {
                source: what.source,
                destination: what.destination,
                copied_from: None,
                bytes_total,
            }),
            Told::DoneFrom { what, from, report } => {
                let done = Done::of(what.source, what.destination, &report);
                output.note_in_json(&done.made_of(from))
            }
            Told::PlannedFrom { what, from, bytes } => output.note(&Planned {
                source: what.source,
                destination: what.destination,
                copied_from: Some(from),
                bytes_total: bytes,
            }),
            Told::Deleted { what, moved_to } => self.deleted(what, moved_to),
            Told::Failed(what, error) => self.failed(what, &error.into()),
            Told::Happened(what, event) => happened::tell(output, Some(&what), event),
            _ => Ok(()),
        }
    }

    /// People are told of what would be deleted, and of what was with the sum.
    fn deleted(&self, what: String, moved_to: Option<String>) -> io::Result<()> {
        let (output, dry_run) = (&self.session.output, self.is_dry_run);
        if !dry_run && !output.is_json() {
            return Ok(());
        }
        if PrefixUrl::is_oss(&what) {
            output.note(&Deleted {
                object: what,
                version_id: None,
                moved_to,
                dry_run,
            })
        } else {
            output.note(&DeletedFile {
                file: what,
                dry_run,
            })
        }
    }

    fn failed(&self, what: What, failure: &Failure) -> io::Result<()> {
        if let (Failure::Transfer(error), Some(pointers)) = (failure, &self.pointers) {
            moving::remember_end(self.session, pointers, error, failure);
        }
        self.session.output.item_error(&ItemError {
            source: what.source,
            destination: what.destination,
            error: message::event(failure),
        })
    }
}
