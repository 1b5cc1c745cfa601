use std::fmt;
use std::path::Path;

use bytes::{Bytes, BytesMut};
use ossum_client::op::{
    DeleteObject, GetObject, HeadObject, ListObjectsV2, ObjectsCursor, ObjectsEntry, PutObject,
};
use ossum_client::{Client, ErrorKind};
use ossum_transfer::{Monitor, Upload, Worker};
use ossum_types::{Endpoint, ObjectKey, ObjectUrl, PrefixUrl};

use super::Entry;
use crate::error::Error;
use crate::source::slashed;

/// A prefix of a bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    worker: Worker,
    url: PrefixUrl,
}

impl Bucket {
    pub(super) fn new(client: &Client, url: PrefixUrl) -> Result<Self, Error> {
        Ok(Self {
            worker: Worker::new(client)?,
            url: slashed(url),
        })
    }

    /// Whether it is part of a prefix at an endpoint.
    pub(super) fn is_below(&self, endpoint: &Endpoint, url: &PrefixUrl) -> bool {
        let is_same = |client: Client| client.endpoint() == endpoint;
        self.url.bucket == url.bucket
            && self.url.prefix.starts_with(&url.prefix)
            && self.worker.ask(async |client: Client| is_same(client))
    }

    pub(super) fn put(&self, name: &str, bytes: Bytes) -> Result<(), Error> {
        let request = PutObject::new(self.url.bucket.clone(), self.key(name)?, bytes);
        let put = async |client: Client| client.put_object(&request).await;
        self.worker.ask(put)?;
        Ok(())
    }

    pub(super) fn put_file(&self, name: &str, file: &Path) -> Result<(), Error> {
        let url = ObjectUrl {
            bucket: self.url.bucket.clone(),
            key: self.key(name)?,
        };
        let request = Upload::new(file, url);
        self.worker.upload(&request, &Monitor::new())?;
        Ok(())
    }

    pub(super) fn get(&self, name: &str, most_bytes: u64) -> Result<Option<Bytes>, Error> {
        let request = GetObject::new(self.url.bucket.clone(), self.key(name)?);
        let read = async |client: Client| {
            let mut reader = client.read_object(request).await?;
            let mut bytes = BytesMut::new();
            while bytes.len() as u64 <= most_bytes
                && let Some(chunk) = reader.chunk().await?
            {
                bytes.extend_from_slice(&chunk);
            }
            Ok(bytes.freeze())
        };
        match self.worker.ask(read) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) => absent(error, None),
        }
    }

    pub(super) fn exists(&self, name: &str) -> Result<bool, Error> {
        let request = HeadObject::new(self.url.bucket.clone(), self.key(name)?);
        let head = async |client: Client| client.head_object(&request).await;
        match self.worker.ask(head) {
            Ok(_) => Ok(true),
            Err(error) => absent(error, false),
        }
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), Error> {
        let request = DeleteObject::new(self.url.bucket.clone(), self.key(name)?);
        let delete = async |client: Client| client.delete_object(&request).await;
        self.worker.ask(delete)?;
        Ok(())
    }

    pub(super) fn list(&self, prefix: &str) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        let mut cursor = None;
        loop {
            cursor = self.add_page(prefix, cursor, &mut entries)?;
            if cursor.is_none() {
                return Ok(entries);
            }
        }
    }

    fn add_page(
        &self,
        prefix: &str,
        cursor: Option<ObjectsCursor>,
        entries: &mut Vec<Entry>,
    ) -> Result<Option<ObjectsCursor>, Error> {
        let request = ListObjectsV2 {
            prefix: format!("{}{prefix}", self.url.prefix),
            cursor,
            ..ListObjectsV2::new(self.url.bucket.clone())
        };
        let list = async |client: Client| client.list_objects_v2_page(&request).await;
        let page = self.worker.ask(list)?;
        for entry in page.entries {
            // Nothing of ours has a name that no request could carry.
            if let ObjectsEntry::Object(object) = entry
                && let Ok(key) = &object.key
                && let Some(name) = key.as_str().strip_prefix(&self.url.prefix)
            {
                entries.push(Entry {
                    name: name.to_owned(),
                    size: object.size,
                });
            }
        }
        Ok(page.next)
    }

    fn key(&self, name: &str) -> Result<ObjectKey, Error> {
        Ok(format!("{}{name}", self.url.prefix).parse()?)
    }
}

/// What it means that there is no such object; any other failure stays one.
fn absent<T>(error: ossum_client::Error, value: T) -> Result<T, Error> {
    if error.kind() == ErrorKind::NoSuchKey {
        return Ok(value);
    }
    Err(error.into())
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url.to_string().escape_debug().to_string())
    }
}
