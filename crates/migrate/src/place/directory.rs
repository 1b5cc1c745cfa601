use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use ossum_durable::{
    Durability, Overwrite, Partial, RealFs, Target, create_private_directories, publish,
    sync_directory_of, write_whole,
};

use super::Entry;
use crate::error::Error;

/// A directory that all machines share.
#[derive(Debug)]
pub(super) struct Directory {
    root: PathBuf,
}

/// So many bytes of a file are copied at a time.
const BLOCK_BYTES: usize = 1 << 20;

impl Directory {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let path = self.room_for(name)?;
        Ok(write_whole(&RealFs, &path, bytes, Durability::Full)?)
    }

    pub(super) fn put_file(&self, name: &str, file: &Path) -> Result<(), Error> {
        let path = self.room_for(name)?;
        let target = Target::resolve(&RealFs, &path)?;
        let partial = Partial::temporary(&RealFs, &target)?;
        let outcome = copy_into(&partial, file).and_then(|()| {
            let full = Durability::Full;
            Ok(publish(&RealFs, &partial, &target, Overwrite::Allow, full)?)
        });
        if outcome.is_err() {
            // The first failure is the one to report.
            let _ = partial.remove(&RealFs);
        }
        outcome
    }

    pub(super) fn get(&self, name: &str, most_bytes: u64) -> Result<Option<Bytes>, Error> {
        let path = self.root.join(name);
        let mut bytes = Vec::new();
        // One more than there may be: then it is seen that there are more.
        let read =
            File::open(&path).and_then(|file| file.take(most_bytes + 1).read_to_end(&mut bytes));
        match read {
            Ok(_) => Ok(Some(bytes.into())),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(Error::local("read", &path)(error)),
        }
    }

    pub(super) fn exists(&self, name: &str) -> Result<bool, Error> {
        let path = self.root.join(name);
        path.try_exists().map_err(Error::local("look at", &path))
    }

    pub(super) fn remove(&self, name: &str) -> Result<(), Error> {
        let path = self.root.join(name);
        match fs::remove_file(&path) {
            Ok(()) => Ok(sync_directory_of(&RealFs, &path)?),
            Err(error) if is_absent(&error) => Ok(()),
            Err(error) => Err(Error::local("remove", &path)(error)),
        }
    }

    pub(super) fn list(&self, prefix: &str) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        self.add_below(prefix, &mut entries)?;
        entries.sort_unstable();
        Ok(entries)
    }

    fn add_below(&self, prefix: &str, entries: &mut Vec<Entry>) -> Result<(), Error> {
        let path = self.root.join(prefix);
        let listing = match fs::read_dir(&path) {
            Ok(listing) => listing,
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) => return Err(Error::local("list", &path)(error)),
        };
        for found in listing {
            let found = found.map_err(Error::local("list", &path))?;
            // Nothing of ours has a name that is not text, or begins so.
            let Ok(name) = found.file_name().into_string() else {
                continue;
            };
            if name.starts_with(".ossum-") {
                continue;
            }
            let at = found.path();
            let metadata = match fs::metadata(&at) {
                Ok(metadata) => metadata,
                // Gone since it was listed.
                Err(error) if is_absent(&error) => continue,
                Err(error) => return Err(Error::local("look at", &at)(error)),
            };
            if metadata.is_dir() {
                self.add_below(&format!("{prefix}{name}/"), entries)?;
            } else {
                entries.push(Entry {
                    name: format!("{prefix}{name}"),
                    size: metadata.len(),
                });
            }
        }
        Ok(())
    }

    /// The path of a file whose directory is there.
    fn room_for(&self, name: &str) -> Result<PathBuf, Error> {
        let path = self.root.join(name);
        if let Some(parent) = path.parent() {
            create_private_directories(&RealFs, parent)?;
        }
        Ok(path)
    }
}

/// Also where a part of the way there is missing, or is a file.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn copy_into(partial: &Partial, file: &Path) -> Result<(), Error> {
    let mut source = File::open(file).map_err(Error::local("open", file))?;
    let mut block = vec![0; BLOCK_BYTES];
    let mut at = 0;
    loop {
        let len = source
            .read(&mut block)
            .map_err(Error::local("read", file))?;
        if len == 0 {
            return Ok(());
        }
        partial.write_all_at(&block[..len], at)?;
        at += len as u64;
    }
}

impl fmt::Display for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.root.to_string_lossy().escape_debug().to_string())
    }
}
