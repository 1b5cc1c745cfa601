//! The uploads that are open below the destination.

use std::collections::BTreeMap;

use ossum_client::Client;
use ossum_client::op::ListMultipartUploads;
use ossum_transfer::Worker;
use ossum_types::UploadId;

use super::book::Book;
use super::finding::{Finding, Verdict};
use crate::error::Error;
use crate::job::Job;
use crate::monitor::Monitor;
use crate::place::Place;
use crate::upload::HugeUpload;

/// Those that are open, and whether this migration has begun them. Held as a whole: what a migration leaves open is
/// what its workers had under way, and the huge objects.
#[derive(Debug)]
pub(super) struct OpenUploads(BTreeMap<String, Open>);

#[derive(Debug)]
struct Open {
    /// Its key below the destination.
    key: String,
    is_ours: bool,
}

impl OpenUploads {
    pub(super) fn list(
        client: &Client,
        place: &Place,
        job: &Job,
        monitor: &Monitor,
    ) -> Result<Self, Error> {
        let worker = Worker::new(client)?;
        let url = &job.destination.url;
        let mut request = ListMultipartUploads {
            prefix: url.prefix.clone(),
            ..ListMultipartUploads::new(url.bucket.clone())
        };
        let mut open = BTreeMap::new();
        loop {
            monitor.check()?;
            let list = async |client: Client| client.list_multipart_uploads_page(&request).await;
            let page = worker.ask(list)?;
            for upload in page.uploads {
                let key = match &upload.key {
                    Ok(key) => key
                        .as_str()
                        .strip_prefix(&url.prefix)
                        .unwrap_or(key.as_str()),
                    Err(_) => "",
                };
                let key = key.to_owned();
                let is_ours = false;
                open.insert(upload.upload_id.to_string(), Open { key, is_ours });
            }
            match page.next {
                Some(next) => request.after = Some(next),
                None => break,
            }
        }
        let mut uploads = Self(open);
        for huge in HugeUpload::all(place)? {
            if let Some(id) = huge?.upload_id {
                uploads.is_ours(&id);
            }
        }
        Ok(uploads)
    }

    /// Takes note that this migration has begun an upload.
    pub(super) fn is_ours(&mut self, id: &UploadId) {
        if let Some(open) = self.0.get_mut(id.as_str()) {
            open.is_ours = true;
        }
    }

    /// Writes them down.
    pub(super) fn tell(self, book: &mut Book<'_>) -> Result<(), Error> {
        for (id, open) in self.0 {
            let verdict = if open.is_ours {
                Verdict::OpenUpload
            } else {
                Verdict::UnknownUpload
            };
            book.find(Finding {
                cause: Some(format!("upload {id}")),
                ..Finding::of(&open.key, verdict)
            })?;
        }
        Ok(())
    }
}
