//! Configuration files: ours, and those of the tools that people come from, which are only read.

mod aliyun;
mod look;
mod ossutil;
mod ours;
mod sections;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ossum_types::BucketName;

use crate::error::Error;
use crate::layer::{Layer, Origin, Profiles};

#[cfg(any(test, fuzzing))]
pub(crate) use look::parse;
pub use look::{FileKind, FileState, SeenFile};
pub(crate) use look::{Files, Wanted, our_path};
pub(crate) use ours::syntax;

/// What a file says.
#[derive(Debug, Clone)]
pub(crate) struct ConfigFile {
    pub(crate) path: PathBuf,
    pub(crate) kind: FileKind,
    /// The profile that counts where none is asked for.
    default: String,
    profiles: Arc<Profiles>,
    buckets: BTreeMap<String, Layer>,
}

/// What counts where nothing else is said.
const DEFAULT: &str = "default";

impl ConfigFile {
    fn new(path: &Path, kind: FileKind, profiles: Profiles) -> Self {
        Self {
            path: path.to_owned(),
            kind,
            default: DEFAULT.to_owned(),
            profiles: Arc::new(profiles),
            buckets: BTreeMap::new(),
        }
    }

    /// The names of its profiles.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    /// The profile `name`, or the one that counts without a name.
    pub(crate) fn profile(&self, name: Option<&str>) -> Option<Layer> {
        let name = name.unwrap_or(&self.default);
        let found = match self.kind {
            FileKind::Ossutil => self.profiles.get(&name.to_lowercase()),
            FileKind::Ours | FileKind::Aliyun => self.profiles.get(name),
        };
        found.cloned().map(|layer| layer.among(&self.profiles))
    }

    /// What is said of one bucket.
    pub(crate) fn bucket(&self, bucket: &BucketName) -> Option<&Layer> {
        self.buckets.get(bucket.as_str())
    }

    /// Whether it holds what others must not read.
    pub(crate) fn has_secret(&self) -> bool {
        let mut settings = self.profiles.values().flat_map(Layer::settings);
        settings.any(|(key, _)| key.is_secret())
    }
}

/// Finds that `text` could stand in our file at `path`.
pub(crate) fn check_ours(path: &Path, text: &str) -> Result<(), Error> {
    ours::parse(path, text).map(|_| ())
}

fn origin(path: &Path, section: &str) -> Origin {
    Origin::File {
        path: path.into(),
        section: section.into(),
    }
}
