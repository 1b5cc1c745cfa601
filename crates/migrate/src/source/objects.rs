//! What is below a prefix of OSS.

use std::ops::ControlFlow;

use ossum_many::{Item, Listers, NobodyTakes};
use ossum_types::PrefixUrl;

use super::listing::{Listing, Taker};
use crate::error::Error;
use crate::ledger::Cause;
use crate::manifest::Listed;

/// Lists to the end, several directories at a time where the tree allows it; holds a page of each.
///
/// # Errors
/// [`NothingThere`](ossum_many::Error::NothingThere) if no key begins so; a bucket may be empty.
pub(super) fn list(
    listing: &Listing<'_>,
    url: &PrefixUrl,
    taker: &mut Taker<'_>,
) -> Result<(), Error> {
    let usual = std::env::temp_dir();
    let listers = Listers {
        spill: Some(listing.spill.as_deref().unwrap_or(&usual)),
        ..Listers::new(listing.client, listing.monitor.token())
    };
    let mut is_anything_there = false;
    listers.list(url, |found| {
        is_anything_there = true;
        let taken = match found {
            ossum_many::Listed::Item(item) => taker.object(listed(item)),
            ossum_many::Listed::Failed(error) => {
                taker.left_out(url.to_string(), Cause::of("bad_name", &error))
            }
        };
        match taken {
            Ok(()) => ControlFlow::Continue(()),
            Err(NobodyTakes) => ControlFlow::Break(()),
        }
    })?;
    if is_anything_there || url.prefix.is_empty() {
        return Ok(());
    }
    Err(ossum_many::Error::NothingThere(url.to_string()).into())
}

fn listed(item: Item) -> Listed {
    Listed {
        etag: item.etag(),
        key: item.name,
        size: Some(item.size),
        modified: item.changed,
        ..Listed::default()
    }
}
