use std::collections::HashMap;
use std::sync::Arc;

use ossum_checkpoint::{Pointer, Pointers, Sighting};
use ossum_durable::RealFs;
use ossum_types::UploadId;

use crate::command::jobs::book;
use crate::failure::Failure;
use crate::output::Job;
use crate::session::Session;

/// Which uploads the unfinished transfers of this user on this machine go on with.
#[derive(Debug, Default)]
pub(super) struct Owners(HashMap<String, Job>);

impl Owners {
    /// Looks at all of them: the pointer of each, and its checkpoint. One that cannot be looked at
    /// counts as stopped.
    pub(super) fn seen(session: &Session) -> Result<Self, Failure> {
        Self::find(session, |pointers, pointer| {
            Ok(book::look(pointers, pointer))
        })
    }

    /// The same for whoever aborts what has no owner that runs: where that cannot be found out, it
    /// is an error.
    pub(super) fn certain(session: &Session) -> Result<Self, Failure> {
        Self::find(session, |pointers, pointer| Ok(pointers.look(pointer)?))
    }

    fn find(
        session: &Session,
        look: impl Fn(&Pointers, &Pointer) -> Result<Sighting, Failure>,
    ) -> Result<Self, Failure> {
        let Some(state) = session.state_directory() else {
            return Ok(Self::default());
        };
        let pointers = Pointers::new(Arc::new(RealFs), state);
        let mut owners = HashMap::new();
        for pointer in pointers.list()? {
            let job = Job::of(&pointer, &look(&pointers, &pointer)?, None);
            // The checkpoint may know another one than the pointer.
            let known = pointer.upload_id.as_ref().map(ToString::to_string);
            for id in known.into_iter().chain(job.upload_id.clone()) {
                owners.insert(id, job.clone());
            }
        }
        Ok(Self(owners))
    }

    pub(super) fn of(&self, upload_id: &UploadId) -> Option<&Job> {
        self.0.get(upload_id.as_str())
    }
}
