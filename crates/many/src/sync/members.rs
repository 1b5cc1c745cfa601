//! What of that which a listing tells is part of its side.

use std::cell::Cell;
use std::io;

use super::merge::Listed;
use super::side::Seen;
use crate::error::Error;
use crate::item::Item;
use crate::monitor::Became;
use crate::told::{Told, What};
use crate::work::Context;

/// An item of the source, if that is one.
pub(super) fn of_source(
    context: &Context<'_>,
    unknown: &Cell<u64>,
    seen: Result<Seen, Error>,
) -> Option<Result<Listed, Error>> {
    match seen {
        Err(error) => Some(Err(error)),
        Ok(Seen::Item(item)) => Some(Ok(Listed::Item(item))),
        Ok(Seen::LeftOut(path, name, why)) => {
            context.monitor.not_found(Became::Skipped);
            let what = What {
                source: path.display().to_string(),
                destination: String::new(),
            };
            (context.tell)(Told::Skipped(what, why));
            Some(Ok(Listed::LeftOut(name)))
        }
        // It was there a moment ago, and is no part of the source any more.
        Ok(Seen::Failed(_, error)) if is_gone(&error) => None,
        Ok(Seen::Failed(source, error)) => {
            unknown.set(unknown.get() + 1);
            context.monitor.not_found(Became::Failed);
            context.troubles.good();
            let what = What {
                source,
                destination: String::new(),
            };
            (context.tell)(Told::Failed(what, error));
            None
        }
    }
}

/// An item of the destination, if that is one.
pub(super) fn of_destination(seen: Result<Seen, Error>) -> Option<Result<Item, Error>> {
    match seen {
        Err(error) => Some(Err(error)),
        Ok(Seen::Item(item)) => Some(Ok(item)),
        Ok(Seen::LeftOut(..)) => None,
        Ok(Seen::Failed(_, error)) if is_gone(&error) => None,
        // If the source has it, its transfer will tell.
        Ok(Seen::Failed(what, error)) => {
            tracing::warn!(
                "{}: {error}; it is not compared, and not deleted",
                what.escape_debug()
            );
            None
        }
    }
}

fn is_gone(error: &Error) -> bool {
    match error {
        Error::Local { source, .. } => source.kind() == io::ErrorKind::NotFound,
        _ => false,
    }
}
