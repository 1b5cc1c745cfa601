use std::sync::Arc;

use ossum_checkpoint::Pointers;
use ossum_durable::RealFs;
use ossum_many::{Told, What};

use crate::command::moving;
use crate::failure::Failure;
use crate::message;
use crate::output::{Done, ItemError, Planned, Skipped};
use crate::progress::happened;
use crate::session::Session;

/// Tells what became of each item: scripts all of it, people what they would not expect.
pub(super) struct Teller<'a> {
    session: &'a Session,
    /// Where whoever looks later reads why a transfer ended.
    pointers: Option<Pointers>,
}

impl<'a> Teller<'a> {
    pub(super) fn of(session: &'a Session) -> Self {
        let state = session.state_directory();
        Self {
            session,
            pointers: state.map(|state| Pointers::new(Arc::new(RealFs), state)),
        }
    }

    pub(super) fn tell(&self, told: Told) {
        let output = &self.session.output;
        // Where it cannot be written, the last line will tell.
        let _ = match told {
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
                bytes_total,
            }),
            Told::Failed(what, error) => {
                self.failed(what, &error.into());
                Ok(())
            }
            Told::Happened(what, event) => happened::tell(output, Some(&what), event),
            _ => Ok(()),
        };
    }

    fn failed(&self, what: What, failure: &Failure) {
        if let (Failure::Transfer(error), Some(pointers)) = (failure, &self.pointers) {
            moving::remember_end(self.session, pointers, error, failure);
        }
        self.session.output.item_error(&ItemError {
            source: what.source,
            destination: what.destination,
            error: message::event(failure),
        });
    }
}
