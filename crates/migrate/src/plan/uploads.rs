//! The uploads that huge objects are moved by, each begun once however often the plan is.

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ossum_client::op::{
    AbortMultipartUpload, InitiateMultipartUpload, ListMultipartUploads, ListParts, ObjectHeaders,
};
use ossum_client::{Client, ErrorKind};
use ossum_plan::PartLayout;
use ossum_transfer::Worker;
use ossum_types::{ObjectKey, UploadId};

use super::Plan;
use crate::error::Error;
use crate::manifest::Listed;
use crate::names;
use crate::place::Place;
use crate::reader::Reader;
use crate::source::Source;
use crate::upload::HugeUpload;

pub(super) struct Uploads<'a> {
    place: &'a Place,
    plan: &'a Plan,
    worker: Worker,
    /// Reads what is kept with the objects of the source; absent where nothing is known of them.
    reader: Option<Reader>,
}

impl<'a> Uploads<'a> {
    pub(super) fn new(client: &Client, place: &'a Place, plan: &'a Plan) -> Result<Self, Error> {
        Ok(Self {
            place,
            plan,
            worker: Worker::new(client)?,
            reader: reader(client, plan)?.map(|reader| reader.for_this_thread()),
        })
    }

    /// That of an object: the one that an earlier planning has begun, if it is of the same bytes and still open, or
    /// a new one.
    ///
    /// That one will be begun is put before it is, and its ID as soon as it is known: a kill in between leaves what
    /// the next planning goes on from.
    pub(super) fn of(
        &self,
        listed: &Listed,
        layout: &PartLayout,
        ranges: u64,
    ) -> Result<UploadId, Error> {
        let key = self.key(&listed.key)?;
        let wanted = HugeUpload {
            key: listed.key.clone(),
            size: layout.object_size(),
            etag: listed.etag.clone(),
            modified: listed.modified,
            upload_id: None,
            part_size: layout.part_size().get(),
            ranges,
            since: self.now(),
        };
        if let Some(earlier) = HugeUpload::read(self.place, &listed.key)?
            && let Some(id) = self.resume(&key, &earlier, &wanted)?
        {
            return Ok(id);
        }
        wanted.put(self.place)?;
        let id = self.begin(&key, listed)?;
        let begun = HugeUpload {
            upload_id: Some(id.clone()),
            ..wanted
        };
        begun.put(self.place)?;
        Ok(id)
    }

    /// The upload that an earlier planning has begun, if it can be used; one that cannot is aborted.
    fn resume(
        &self,
        key: &ObjectKey,
        earlier: &HugeUpload,
        wanted: &HugeUpload,
    ) -> Result<Option<UploadId>, Error> {
        let Some(id) = self.begun_by(key, earlier)? else {
            return Ok(None);
        };
        let told = HugeUpload {
            upload_id: Some(id.clone()),
            since: earlier.since,
            ..wanted.clone()
        };
        let known = HugeUpload {
            upload_id: Some(id.clone()),
            ..earlier.clone()
        };
        if told != known {
            self.abort(key, id)?;
            return Ok(None);
        }
        if known != *earlier {
            known.put(self.place)?;
        }
        Ok(Some(id))
    }

    /// The upload that a record is about, if it is open.
    fn begun_by(&self, key: &ObjectKey, record: &HugeUpload) -> Result<Option<UploadId>, Error> {
        match &record.upload_id {
            Some(id) => Ok(self.is_open(key, id)?.then(|| id.clone())),
            None => self.begun_since(key, record.since),
        }
    }

    /// Aborts those that an earlier planning has begun for what this one has no ranges of, and forgets them.
    pub(super) fn abort_all_but(&self, planned: &HashSet<String>) -> Result<(), Error> {
        for upload in HugeUpload::all(self.place)? {
            let upload = upload?;
            let name = names::upload(&upload.key);
            if planned.contains(&name) {
                continue;
            }
            let key = self.key(&upload.key)?;
            if let Some(id) = self.begun_by(&key, &upload)? {
                self.abort(&key, id)?;
            }
            self.place.remove(&name)?;
        }
        Ok(())
    }

    fn key(&self, below: &str) -> Result<ObjectKey, Error> {
        Ok(format!("{}{below}", self.plan.destination.url.prefix).parse()?)
    }

    /// By the clock of OSS, in whole seconds, as it writes them.
    fn now(&self) -> SystemTime {
        let now = self.worker.ask(async |client: Client| client.now());
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        UNIX_EPOCH + Duration::from_secs(since.as_secs())
    }

    fn begin(&self, key: &ObjectKey, listed: &Listed) -> Result<UploadId, Error> {
        let request = InitiateMultipartUpload {
            headers: self.kept_with(listed)?,
            ..InitiateMultipartUpload::new(self.plan.destination.url.bucket.clone(), key.clone())
        };
        let begin = async |client: Client| client.initiate_multipart_upload(&request).await;
        Ok(self.worker.ask(begin)?)
    }

    /// What is kept with the object at its source.
    fn kept_with(&self, listed: &Listed) -> Result<ObjectHeaders, Error> {
        let Some(reader) = &self.reader else {
            return Ok(ObjectHeaders::default());
        };
        let kept = self.worker.ask(async |_: Client| {
            let source = reader.open(listed).await?;
            source.kept_with().await
        });
        let kept = kept.map_err(|source| Error::Source {
            key: listed.key.escape_debug().to_string(),
            source,
        });
        Ok(kept?.into_headers())
    }

    fn is_open(&self, key: &ObjectKey, id: &UploadId) -> Result<bool, Error> {
        let bucket = self.plan.destination.url.bucket.clone();
        let request = ListParts::new(bucket, key.clone(), id.clone());
        let list = async |client: Client| client.list_parts_page(&request).await;
        match self.worker.ask(list) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NoSuchUpload => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The upload of this key that an earlier planning may have begun without coming to put its ID: the first one
    /// since it said that it would.
    fn begun_since(&self, key: &ObjectKey, since: SystemTime) -> Result<Option<UploadId>, Error> {
        let mut request = ListMultipartUploads {
            prefix: key.as_str().to_owned(),
            ..ListMultipartUploads::new(self.plan.destination.url.bucket.clone())
        };
        let mut first: Option<(SystemTime, UploadId)> = None;
        loop {
            let list = async |client: Client| client.list_multipart_uploads_page(&request).await;
            let page = self.worker.ask(list)?;
            for upload in page.uploads {
                let is_of_key = upload.key.as_ref().is_ok_and(|its| its == key);
                let is_first = |(earlier, _): &(SystemTime, UploadId)| upload.initiated < *earlier;
                if is_of_key && upload.initiated >= since && first.as_ref().is_none_or(is_first) {
                    first = Some((upload.initiated, upload.upload_id));
                }
            }
            match page.next {
                // Keys that only begin with this one come behind all of its uploads.
                Some(next) if next.key == key.as_str() => request.after = Some(next),
                _ => return Ok(first.map(|(_, id)| id)),
            }
        }
    }

    fn abort(&self, key: &ObjectKey, id: UploadId) -> Result<(), Error> {
        let request = AbortMultipartUpload {
            bucket: self.plan.destination.url.bucket.clone(),
            key: key.clone(),
            upload_id: id,
        };
        let abort = async |client: Client| client.abort_multipart_upload(&request).await;
        match self.worker.ask(abort) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NoSuchUpload => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

/// Who reads the source, where how large its objects are is known before.
fn reader(client: &Client, plan: &Plan) -> Result<Option<Reader>, Error> {
    if matches!(plan.source, Source::Urls) {
        return Ok(None);
    }
    let objects = plan.source_client.as_ref().unwrap_or(client);
    Reader::of(&plan.source, objects, client).map(Some)
}
