use std::sync::Arc;

use jiff::Timestamp;
use ossum_types::VersionId;
use serde::{Deserialize, Serialize};

use super::Object;
use crate::id;

/// The ID of what is stored while a bucket keeps no versions.
const NULL: &str = "null";

/// Whether a bucket keeps what is replaced and deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Versioning {
    /// It was never asked to: there is one version of everything, and nobody is told its ID.
    #[default]
    Never,
    /// Every object and every deletion is a version with an ID of its own.
    Enabled,
    /// Versions there are stay, new ones share the ID `null`.
    Suspended,
}

impl Versioning {
    /// As `GetBucketVersioning` says it; nothing for a bucket that was never asked.
    pub(crate) fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Never => None,
            Self::Enabled => Some("Enabled"),
            Self::Suspended => Some("Suspended"),
        }
    }

    /// The ID of the next version, whose order is `order`.
    pub(super) fn next_id(self, order: u64, now: Timestamp) -> VersionId {
        match self {
            Self::Never | Self::Suspended => null_version(),
            Self::Enabled => format!("{order:016X}{}", id::unique(now))
                .parse()
                .expect("hexadecimal digits are a version ID"),
        }
    }
}

/// The version ID `null`.
pub(super) fn null_version() -> VersionId {
    NULL.parse().expect("null is a version ID")
}

/// Whether `id` is the version ID `null`.
pub(super) fn is_null(id: &VersionId) -> bool {
    id.as_str() == NULL
}

/// One of the things that were stored under a key.
#[derive(Debug, Clone)]
pub(crate) struct Version {
    pub(crate) id: VersionId,
    /// Rises from version to version of a key.
    pub(crate) order: u64,
    pub(crate) modified: Timestamp,
    pub(crate) content: Content,
}

/// What a version is.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    Object(Arc<Object>),
    /// Where this is the newest version, the object counts as deleted.
    DeleteMarker,
}

impl Version {
    pub(crate) fn object(&self) -> Option<&Arc<Object>> {
        match &self.content {
            Content::Object(object) => Some(object),
            Content::DeleteMarker => None,
        }
    }
}

/// All that is stored under one key, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Versions(Vec<Version>);

impl Versions {
    /// The newest version.
    pub(crate) fn current(&self) -> Option<&Version> {
        self.0.last()
    }

    /// The version with `id`.
    pub(crate) fn find(&self, id: &str) -> Option<&Version> {
        self.0.iter().find(|version| version.id.as_str() == id)
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &Version> {
        self.0.iter().rev()
    }

    /// The versions that are older than the one with `id`, newest first.
    ///
    /// That one may be gone: who deletes page by page names it all the same. Its ID tells its
    /// order; `null` does not, and every version is older than one that is gone.
    pub(crate) fn older_than(&self, id: &str) -> impl Iterator<Item = &Version> {
        let told = || u64::from_str_radix(id.get(..16)?, 16).ok();
        let order = self.find(id).map(|version| version.order).or_else(told);
        let older = move |version: &&Version| order.is_none_or(|order| version.order < order);
        self.newest_first().filter(older)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The order of the version that comes next.
    pub(super) fn next_order(&self) -> u64 {
        self.current().map_or(0, |newest| newest.order + 1)
    }

    /// Puts `version` in its order, and returns the one with the same ID that it replaces.
    pub(super) fn put(&mut self, version: Version) -> Option<Version> {
        let replaced = self.remove(version.id.as_str());
        let at = self.0.partition_point(|other| other.order < version.order);
        self.0.insert(at, version);
        replaced
    }

    /// Takes out the version with `id`.
    pub(super) fn remove(&mut self, id: &str) -> Option<Version> {
        let at = self.0.iter().position(|v| v.id.as_str() == id)?;
        Some(self.0.remove(at))
    }
}
