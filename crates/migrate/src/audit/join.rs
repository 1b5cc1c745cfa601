//! What was planned and what is at the destination, side by side.

use std::cmp::Ordering;
use std::iter::Peekable;

use ossum_client::Client;
use ossum_many::{Batches, Filter, Links};

use super::book::Book;
use super::finding::{Finding, Verdict};
use super::open_uploads::OpenUploads;
use super::planned::{Planned, PlannedObject};
use crate::error::Error;
use crate::job::Job;
use crate::manifest::Listed;
use crate::monitor::Monitor;
use crate::source::listing::{Found, Listing};
use crate::source::{S3Access, Source, Told};

pub(super) struct Join<'a> {
    client: &'a Client,
    destination: Source,
    monitor: &'a Monitor,
}

impl<'a> Join<'a> {
    pub(super) fn new(client: &'a Client, job: &Job, monitor: &'a Monitor) -> Self {
        Self {
            client,
            destination: Source::Oss {
                url: job.destination.url.clone(),
                endpoint: None,
                region: None,
                profile: None,
            },
            monitor,
        }
    }

    /// Judges all of both.
    pub(super) fn run(
        &self,
        mut planned: Planned<'_>,
        book: &mut Book<'_>,
        uploads: &mut OpenUploads,
    ) -> Result<(), Error> {
        let filter = Filter::default();
        let listing = Listing {
            source: &self.destination,
            told: &Told::ByListing,
            client: self.client,
            s3_access: S3Access::of(self.client),
            filter: &filter,
            links: Links::Follow,
            avoid: &[],
            spill: None,
            monitor: self.monitor,
        };
        listing.read(|found| {
            let mut there = There::new(found);
            while let Some(object) = planned.next(book, uploads)? {
                self.monitor.check()?;
                self.monitor.add(object.listed.size.unwrap_or(0));
                let at_destination = there.find(&object.listed.key, book)?;
                book.find(judge(object, at_destination.as_ref()))?;
            }
            there.skip_rest(book)
        })
    }
}

/// What is at the destination, in the order of keys.
struct There {
    found: Peekable<Batches<Found, Error>>,
    last: Option<String>,
}

impl There {
    fn new(found: Batches<Found, Error>) -> Self {
        Self {
            found: found.peekable(),
            last: None,
        }
    }

    /// That of a key, if there is one; keys are asked for in their order, and those before are others'.
    fn find(&mut self, key: &str, book: &mut Book<'_>) -> Result<Option<Listed>, Error> {
        loop {
            let order = match self.found.peek() {
                None => return Ok(None),
                Some(Ok(Found::Object(listed))) => listed.key.as_str().cmp(key),
                // What no request could carry was not planned either; a failure comes next.
                Some(Ok(Found::LeftOut(..)) | Err(_)) => Ordering::Less,
            };
            if order == Ordering::Greater {
                return Ok(None);
            }
            let taken = self.take()?;
            if order == Ordering::Equal {
                return Ok(taken);
            }
            if taken.is_some() {
                book.other();
            }
        }
    }

    fn skip_rest(&mut self, book: &mut Book<'_>) -> Result<(), Error> {
        while self.found.peek().is_some() {
            if self.take()?.is_some() {
                book.other();
            }
        }
        Ok(())
    }

    fn take(&mut self) -> Result<Option<Listed>, Error> {
        let taken = match self.found.next().transpose() {
            Ok(Some(Found::Object(listed))) => listed,
            // Or nothing has come there yet.
            Ok(_) | Err(Error::Many(ossum_many::Error::NothingThere(_))) => return Ok(None),
            Err(error) => return Err(error),
        };
        // What is out of order would be taken for missing.
        if self.last.as_ref().is_some_and(|last| taken.key <= *last) {
            return Err(ossum_many::Error::OutOfOrder(taken.key).into());
        }
        self.last = Some(taken.key.clone());
        Ok(Some(taken))
    }
}

/// What is to be said of an object that was planned.
fn judge(object: PlannedObject, there: Option<&Listed>) -> Finding {
    let PlannedObject {
        listed,
        shard,
        proofs,
        failure,
    } = object;
    let etag_there = there.and_then(|there| there.etag.clone());
    let fitting = proofs.iter().find(|proof| proof.etag == etag_there);
    let proof = fitting.or(proofs.last());
    let size = listed.size.or(proof.and_then(|proof| proof.size));
    let size_there = there.and_then(|there| there.size);
    let verdict = match (there, proof) {
        (None, None) => Verdict::Missing,
        (None, Some(_)) => Verdict::Lost,
        (Some(_), None) => Verdict::Unproven,
        (Some(_), Some(_)) if size.is_some() && size != size_there => Verdict::WrongSize,
        (Some(_), Some(proof)) if proof.etag != etag_there => Verdict::Replaced,
        (Some(_), Some(_)) => Verdict::Sound,
    };
    let failure = failure.filter(|_| proof.is_none());
    Finding {
        verdict,
        shard: Some(shard),
        size,
        size_there,
        source_etag: listed.etag,
        etag_there,
        crc64: proof.map(|proof| proof.crc64.to_string()),
        cause: failure.map(|cause| cause.to_string()),
        key: listed.key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Cause;
    use crate::tally::Proof;

    fn there(size: u64, etag: &str) -> Listed {
        Listed {
            key: "k".to_owned(),
            size: Some(size),
            etag: Some(etag.parse().unwrap()),
            ..Listed::default()
        }
    }

    fn planned(etags: &[&str]) -> PlannedObject {
        let listed = Listed {
            key: "k".to_owned(),
            size: Some(3),
            ..Listed::default()
        };
        let proof = |etag: &&str| Proof {
            size: Some(3),
            etag: Some(etag.parse().unwrap()),
            crc64: "7".parse().unwrap(),
        };
        let failure = Cause {
            kind: "network".to_owned(),
            message: "x".to_owned(),
        };
        PlannedObject {
            listed,
            shard: 0,
            proofs: etags.iter().map(proof).collect(),
            failure: Some(failure),
        }
    }

    #[test]
    fn an_object_is_sound_only_as_what_was_proven() {
        let verdict = |etags: &[&str], there: Option<&Listed>| judge(planned(etags), there).verdict;
        assert_eq!(verdict(&["A"], Some(&there(3, "A"))), Verdict::Sound);
        // Two attempts have made it, and the first one's was the last to come.
        assert_eq!(verdict(&["A", "B"], Some(&there(3, "A"))), Verdict::Sound);
        assert_eq!(verdict(&["A"], Some(&there(3, "B"))), Verdict::Replaced);
        assert_eq!(verdict(&["A"], Some(&there(4, "A"))), Verdict::WrongSize);
        assert_eq!(verdict(&[], Some(&there(3, "A"))), Verdict::Unproven);
        assert_eq!(verdict(&["A"], None), Verdict::Lost);
        assert_eq!(verdict(&[], None), Verdict::Missing);
    }

    #[test]
    fn why_it_failed_is_told_while_nothing_proves_that_it_is_done() {
        let cause = |etags: &[&str]| judge(planned(etags), None).cause;
        assert_eq!(cause(&[]).as_deref(), Some("network: x"));
        assert_eq!(cause(&["A"]), None);
    }
}
