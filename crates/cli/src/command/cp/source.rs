//! Who is asked about the source of a copy, and that it is not made between regions.

use ossum_client::{Client, Error, ErrorKind};
use ossum_types::BucketName;

use crate::args::{MovingArgs, Place};
use crate::failure::Failure;
use crate::session::Session;
use crate::words::quoted;

/// A copy, as it was typed.
#[derive(Debug, Clone, Copy)]
pub(in crate::command) struct Between<'a> {
    pub(in crate::command) source: &'a BucketName,
    pub(in crate::command) destination: &'a BucketName,
    pub(in crate::command) typed: Typed<'a>,
    pub(in crate::command) moving: &'a MovingArgs,
}

/// The two places as they were typed.
#[derive(Debug, Clone, Copy)]
pub(in crate::command) struct Typed<'a> {
    pub(in crate::command) source: &'a Place,
    pub(in crate::command) destination: &'a Place,
    pub(in crate::command) many: bool,
}

impl Between<'_> {
    /// Who is asked about the source, if its bucket is another than that of the destination, of
    /// which `client` is.
    ///
    /// # Errors
    /// If the settings of the two have them in different regions.
    pub(in crate::command) fn client(
        self,
        session: &Session,
        client: &Client,
    ) -> Result<Option<Client>, Failure> {
        if self.source == self.destination {
            return Ok(None);
        }
        let asked = super::client(session, self.moving, self.source)?;
        match (asked.region(), client.region()) {
            (Some(from), Some(to)) if from != to => {
                let (source, destination) = (self.source, self.destination);
                Err(Failure::BetweenRegions {
                    message: format!(
                        "by their settings oss://{source} is in {from} and oss://{destination} in {to}"
                    ),
                    hint: format!("OSS copies within a region only; {}", self.by_way_of_here()),
                    cause: None,
                })
            }
            _ => Ok(Some(asked)),
        }
    }

    /// The failure as what it may be: who follows OSS to the region of the one bucket is sent to that
    /// of the other then.
    pub(in crate::command) fn explain(self, failure: Failure) -> Failure {
        let is_elsewhere = failure.client().is_some_and(is_elsewhere);
        if self.source == self.destination || !is_elsewhere {
            return failure;
        }
        let correct = failure.hint().unwrap_or_default();
        let (source, destination) = (self.typed.source, self.typed.destination);
        Failure::BetweenRegions {
            message: format!("copy {source} to {destination}: one of the buckets is elsewhere"),
            hint: format!(
                "{correct}, if both are there; from one region to another {}",
                self.by_way_of_here()
            ),
            cause: Some(Box::new(failure)),
        }
    }

    /// What copies between regions.
    fn by_way_of_here(self) -> String {
        let source = quoted(&self.typed.source.to_string());
        let destination = quoted(&self.typed.destination.to_string());
        if self.typed.many {
            format!("use a directory: ossum cp -r {source} DIR, then ossum cp -r DIR {destination}")
        } else {
            format!("use a pipe: ossum cp {source} - | ossum cp - {destination}")
        }
    }
}

/// Whether OSS says that a bucket is in another region.
fn is_elsewhere(error: &Error) -> bool {
    let names_another = error
        .service()
        .is_some_and(|service| service.endpoint.is_some());
    names_another || error.kind() == ErrorKind::WrongRegion
}
