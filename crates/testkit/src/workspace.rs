use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::seeded;

/// A directory of one's own, gone when this is dropped.
#[derive(Debug)]
pub struct Workspace(TempDir);

impl Workspace {
    /// An empty one.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a directory for a test"))
    }

    /// The directory.
    pub fn root(&self) -> &Path {
        self.0.path()
    }

    /// Where a file of this name is, or would be.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes a file, and the directories it is in.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        let directory = path.parent().expect("a file is in a directory");
        fs::create_dir_all(directory).expect("a directory for a file");
        fs::write(&path, bytes).unwrap_or_else(|error| panic!("write {name}: {error}"));
        path
    }

    /// Makes a file of `len` seeded bytes, and returns these.
    pub fn write_seeded(&self, name: &str, seed: u64, len: usize) -> Vec<u8> {
        let bytes = seeded(seed, len);
        self.write(name, &bytes);
        bytes
    }

    /// The bytes of a file.
    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("read {name}: {error}"))
    }

    /// Who may do what with a file.
    pub fn mode(&self, name: &str) -> u32 {
        let found = fs::metadata(self.path(name));
        let found = found.unwrap_or_else(|error| panic!("look at {name}: {error}"));
        found.permissions().mode() & 0o7777
    }

    /// Changes who may do what with a file.
    pub fn set_mode(&self, name: &str, mode: u32) {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(self.path(name), permissions)
            .unwrap_or_else(|error| panic!("change the mode of {name}: {error}"));
    }

    /// What is in the directory, sorted.
    pub fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.root()).expect("a directory that exists");
        let names = entries.map(|entry| entry.expect("an entry of it").file_name());
        let mut names: Vec<_> = names
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

impl Default for Workspace {
    fn default() -> Self {
        Self::new()
    }
}
