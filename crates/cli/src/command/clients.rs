use std::cell::RefCell;
use std::collections::BTreeMap;

use ossum_client::Client;
use ossum_types::BucketName;

use crate::failure::Failure;
use crate::session::Session;

/// A client for each bucket that a command names: configuration files may have different settings
/// for each.
#[derive(Debug)]
pub(super) struct Clients<'a> {
    session: &'a Session,
    made: RefCell<BTreeMap<BucketName, Client>>,
}

impl<'a> Clients<'a> {
    /// None yet.
    pub(super) fn new(session: &'a Session) -> Self {
        Self {
            session,
            made: RefCell::default(),
        }
    }

    /// Those of `buckets`, so that a setting that is wrong is told before anything is done.
    pub(super) fn of_all<'b>(
        session: &'a Session,
        buckets: impl IntoIterator<Item = &'b BucketName>,
    ) -> Result<Self, Failure> {
        let clients = Self::new(session);
        for bucket in buckets {
            clients.of(bucket)?;
        }
        Ok(clients)
    }

    /// The client of `bucket`, made when it is first asked for.
    pub(super) fn of(&self, bucket: &BucketName) -> Result<Client, Failure> {
        if let Some(client) = self.made.borrow().get(bucket) {
            return Ok(client.clone());
        }
        let client = self.session.client_for(bucket)?;
        self.made
            .borrow_mut()
            .insert(bucket.clone(), client.clone());
        Ok(client)
    }
}
