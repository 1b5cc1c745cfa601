//! What is below a prefix of OSS.

use ossum_client::Client;
use ossum_client::op::{ListObjectsV2, ListedObject, ObjectsEntry};
use ossum_many::NobodyTakes;
use ossum_transfer::Worker;
use ossum_types::PrefixUrl;

use super::listing::{Listing, Taker};
use crate::error::Error;
use crate::ledger::Cause;
use crate::manifest::Listed;

/// Lists to the end; holds a page.
///
/// # Errors
/// [`NothingThere`](ossum_many::Error::NothingThere) if no key begins so; a bucket may be empty.
pub(super) fn list(
    listing: &Listing<'_>,
    url: &PrefixUrl,
    taker: &mut Taker<'_>,
) -> Result<(), Error> {
    let worker = Worker::new(listing.client)?;
    let token = listing.monitor.token();
    let mut request = ListObjectsV2 {
        prefix: url.prefix.clone(),
        ..ListObjectsV2::new(url.bucket.clone())
    };
    let mut is_anything_there = false;
    loop {
        let ask = async |client: Client| {
            tokio::select! {
                biased;
                () = token.cancelled() => Err(Error::from(ossum_many::Error::Cancelled)),
                page = client.list_objects_v2_page(&request) => Ok(page?),
            }
        };
        let page = worker.ask(ask)?;
        for entry in page.entries {
            is_anything_there = true;
            if let ObjectsEntry::Object(object) = entry
                && put(url, object, taker).is_err()
            {
                return Ok(());
            }
        }
        match page.next {
            Some(next) => request.cursor = Some(next),
            None if is_anything_there || url.prefix.is_empty() => return Ok(()),
            None => return Err(ossum_many::Error::NothingThere(url.to_string()).into()),
        }
    }
}

fn put(url: &PrefixUrl, object: ListedObject, taker: &mut Taker<'_>) -> Result<(), NobodyTakes> {
    match object.key {
        Ok(key) => taker.object(Listed {
            key: below(&url.prefix, key.as_str()),
            size: Some(object.size),
            etag: Some(object.etag),
            modified: Some(object.last_modified),
            ..Listed::default()
        }),
        Err(invalid) => taker.left_out(url.to_string(), Cause::of("bad_name", &invalid)),
    }
}

fn below(prefix: &str, key: &str) -> String {
    key.strip_prefix(prefix).unwrap_or(key).to_owned()
}
