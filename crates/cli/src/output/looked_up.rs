//! What `stat` has to say.

use std::collections::BTreeMap;

use ossum_client::op::{BucketInfo, ObjectInfo};
use ossum_types::{BucketName, ByteSize, ObjectKey, ObjectUrl};
use serde::Serialize;

use super::Event;
use super::listed::utc;

/// Everything about one object.
#[derive(Debug, Serialize)]
pub(crate) struct ObjectStat {
    bucket: String,
    key: String,
    size: u64,
    etag: String,
    crc64: Option<String>,
    last_modified: Option<String>,
    storage_class: Option<String>,
    content_type: Option<String>,
    object_type: Option<String>,
    version_id: Option<String>,
    restore: Option<String>,
    symlink_target: Option<String>,
    cache_control: Option<String>,
    content_disposition: Option<String>,
    content_encoding: Option<String>,
    expires: Option<String>,
    encryption: Option<String>,
    encryption_key_id: Option<String>,
    /// How many tags it has.
    tags: Option<u32>,
    /// `None` where it must not be read.
    acl: Option<String>,
    metadata: BTreeMap<String, String>,
}

impl ObjectStat {
    /// `target` is where it leads, of a link; `acl` is `None` where it must not be read.
    pub(crate) fn of(
        url: &ObjectUrl,
        info: &ObjectInfo,
        target: Option<&ObjectKey>,
        acl: Option<String>,
    ) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            bucket: url.bucket.to_string(),
            key: url.key.to_string(),
            size: info.size,
            etag: info.etag.to_string(),
            crc64: info.crc64.map(|crc| crc.to_string()),
            last_modified: info.last_modified.and_then(utc),
            storage_class: owned(info.storage_class()),
            content_type: owned(info.content_type()),
            object_type: owned(info.object_type()),
            version_id: info.version_id.as_ref().map(ToString::to_string),
            restore: owned(info.restore()),
            symlink_target: target.map(ToString::to_string),
            cache_control: owned(info.cache_control()),
            content_disposition: owned(info.content_disposition()),
            content_encoding: owned(info.content_encoding()),
            expires: owned(info.expires()),
            encryption: owned(info.encryption()),
            encryption_key_id: owned(info.encryption_key_id()),
            tags: info.tag_count(),
            acl,
            metadata: info.metadata().into_iter().collect(),
        }
    }
}

impl Event for ObjectStat {
    const NAME: &'static str = "object";

    fn for_people(&self) -> Vec<String> {
        let size = format!("{} ({})", self.size, ByteSize::new(self.size));
        let tags = self.tags.map(|tags| tags.to_string());
        let acl = self.acl.as_deref().unwrap_or("not allowed to read");
        let mut lines = table(&[
            (
                "object",
                Some(&format!("oss://{}/{}", self.bucket, self.key)),
            ),
            ("size", Some(&size)),
            ("ETag", Some(&self.etag)),
            ("CRC-64", self.crc64.as_ref()),
            ("modified", self.last_modified.as_ref()),
            ("class", self.storage_class.as_ref()),
            ("content type", self.content_type.as_ref()),
            ("type", self.object_type.as_ref()),
            ("version", self.version_id.as_ref()),
            ("leads to", self.symlink_target.as_ref()),
            ("restore", self.restore.as_ref()),
            ("cache", self.cache_control.as_ref()),
            ("disposition", self.content_disposition.as_ref()),
            ("encoding", self.content_encoding.as_ref()),
            ("expires", self.expires.as_ref()),
            ("encryption", self.encryption.as_ref()),
            ("key", self.encryption_key_id.as_ref()),
            ("tags", tags.as_ref()),
            ("ACL", Some(&acl.to_owned())),
        ]);
        let metadata = self.metadata.iter();
        lines.extend(metadata.map(|(name, value)| row("meta", &format!("{name}={value}"))));
        lines
    }
}

/// Everything about one bucket.
#[derive(Debug, Serialize)]
pub(crate) struct BucketStat {
    bucket: String,
    region: Option<String>,
    created: Option<String>,
    storage_class: Option<String>,
    redundancy: Option<String>,
    versioning: Option<String>,
    acl: Option<String>,
    extranet_endpoint: Option<String>,
    intranet_endpoint: Option<String>,
}

impl BucketStat {
    pub(crate) fn of(bucket: &BucketName, info: BucketInfo) -> Self {
        Self {
            bucket: bucket.to_string(),
            region: info.region.map(|region| region.to_string()),
            created: utc(info.created),
            storage_class: info.storage_class,
            redundancy: info.redundancy,
            versioning: info.versioning,
            acl: info.acl,
            extranet_endpoint: info.extranet_endpoint,
            intranet_endpoint: info.intranet_endpoint,
        }
    }
}

impl Event for BucketStat {
    const NAME: &'static str = "bucket";

    fn for_people(&self) -> Vec<String> {
        table(&[
            ("bucket", Some(&format!("oss://{}", self.bucket))),
            ("region", self.region.as_ref()),
            ("created", self.created.as_ref()),
            ("class", self.storage_class.as_ref()),
            ("redundancy", self.redundancy.as_ref()),
            ("versioning", self.versioning.as_ref()),
            ("ACL", self.acl.as_ref()),
            ("endpoint", self.extranet_endpoint.as_ref()),
            ("internal", self.intranet_endpoint.as_ref()),
        ])
    }
}

/// The rows that have something in them.
fn table(rows: &[(&str, Option<&String>)]) -> Vec<String> {
    let present = rows
        .iter()
        .filter_map(|(name, value)| Some((name, (*value)?)));
    present.map(|(name, value)| row(name, value)).collect()
}

pub(super) fn row(name: &str, value: &str) -> String {
    format!("{name:<14}{value}")
}
