//! What happens in a transfer, told to scripts.

use std::io;

use ossum_many::What;
use ossum_transfer::Event as Happened;

use crate::output::{Event, OfItem, Output, PartEvent, RestartedEvent, ResumedEvent, RetryEvent};

/// Tells scripts what happened, to which item if it is one of a run.
pub(crate) fn tell(output: &Output, item: Option<&What>, happened: Happened) -> io::Result<()> {
    match happened {
        Happened::Part {
            number,
            bytes,
            reused,
        } => {
            let number = number.get();
            let part = PartEvent {
                number,
                bytes,
                reused,
            };
            note(output, item, part)
        }
        Happened::Resumed { parts } => note(output, item, ResumedEvent { parts }),
        Happened::Restarted(reason) => {
            let reason = reason.to_string();
            note(output, item, RestartedEvent { reason })
        }
        Happened::Retry(retry) => note(output, item, RetryEvent::from(retry)),
        _ => Ok(()),
    }
}

fn note<E: Event>(output: &Output, item: Option<&What>, event: E) -> io::Result<()> {
    match item {
        None => output.note_in_json(&event),
        Some(What {
            source,
            destination,
        }) => output.note_in_json(&OfItem {
            source,
            destination,
            event,
        }),
    }
}
