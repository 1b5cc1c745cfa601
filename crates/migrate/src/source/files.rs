//! What is below a directory.

use std::path::Path;

use ossum_many::{Item, Walk, Walked};

use super::listing::{Listing, Taker};
use crate::error::Error;
use crate::ledger::Cause;
use crate::manifest::Listed;

/// Walks to the end.
pub(super) fn list(listing: &Listing<'_>, root: &Path, taker: &mut Taker<'_>) -> Result<(), Error> {
    let spill = listing.spill.as_deref();
    let walk = Walk::begin(root, listing.filter, listing.links, listing.avoid, spill)?;
    for walked in walk {
        listing.monitor.check()?;
        let put = match walked {
            Walked::Item(item) => taker.object(listed(item)),
            // What is no file, or is one of ossum's own: it is not what anybody would miss.
            Walked::Skipped(path, _, why) => {
                tracing::debug!(path = %path.display(), "left out: {why}");
                Ok(())
            }
            Walked::Failed(path, error) => {
                let below = path.strip_prefix(root).unwrap_or(&path);
                let name = below.display().to_string();
                taker.left_out(name, Cause::of("unreadable", &error))
            }
        };
        if put.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

fn listed(item: Item) -> Listed {
    Listed {
        key: item.name,
        size: Some(item.size),
        modified: item.modified,
        ..Listed::default()
    }
}
