use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use ossum_client::op::ObjectInfo;
use ossum_durable::{self as durable, Fs, Operation, Partial, RealFs, Target};

use super::Download;
use crate::error::{Error, ErrorKind};

/// The partial file of one download, locked. Dropping it unpublished removes it.
#[derive(Debug)]
pub(super) struct Claimed {
    partial: Partial,
    published: AtomicBool,
}

/// What a partial file's name has after the target's.
const SUFFIX: &str = ".ossum-part";

impl Claimed {
    /// Makes `{name}.ossum-part` beside the target, `len_bytes` long.
    ///
    /// One that a dead process left is replaced: nothing tells what of it is good. One that a
    /// living process holds is an error.
    pub(super) fn make(target: &Target, len_bytes: u64) -> Result<Self, Error> {
        let path = partial_path(target.path());
        let partial = match Partial::create(&RealFs, path.clone()) {
            Err(durable::Error::AlreadyExists { .. }) => {
                remove_left_over(&path)?;
                Partial::create(&RealFs, path)
            }
            outcome => outcome,
        }?;
        lock(&partial)?;
        let claimed = Self {
            partial,
            published: AtomicBool::new(false),
        };
        let file = claimed.partial.file();
        file.set_len(len_bytes).map_err(durable::Error::at(
            Operation::SetLength,
            claimed.partial.path(),
        ))?;
        Ok(claimed)
    }

    pub(super) fn partial(&self) -> &Partial {
        &self.partial
    }

    /// Gives the complete file its name.
    pub(super) fn publish(
        &self,
        target: &Target,
        request: &Download,
        info: &ObjectInfo,
    ) -> Result<(), Error> {
        if let Some(time) = info.last_modified {
            // A file system without such times is no reason to withhold the bytes.
            let _ = self.partial.file().set_modified(time);
        }
        let durability = request.options.durability;
        let outcome = durable::publish(
            &RealFs,
            &self.partial,
            target,
            request.overwrite,
            durability,
        );
        // Whatever happened after it was moved, the partial's name is no longer ours.
        let moved = !matches!(RealFs.metadata(self.partial.path()), Ok(found) if is_ours(&self.partial, found.id));
        self.published.store(moved, Ordering::Release);
        Ok(outcome?)
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        if !self.published.load(Ordering::Acquire) {
            // Nothing can be done about a failure here; the next download replaces what is left.
            let _ = RealFs.remove_file(self.partial.path());
        }
    }
}

fn is_ours(partial: &Partial, found: durable::FileId) -> bool {
    partial.file().metadata().is_ok_and(|open| open.id == found)
}

fn partial_path(target: &Path) -> PathBuf {
    let mut name = OsString::from(target.as_os_str());
    name.push(SUFFIX);
    PathBuf::from(name)
}

fn remove_left_over(path: &Path) -> Result<(), Error> {
    let inspect = durable::Error::at(Operation::Inspect, path);
    let left = RealFs.open_to_continue(path).map_err(inspect)?;
    if !left.try_lock().unwrap_or(true) {
        return Err(in_use(path));
    }
    let remove = durable::Error::at(Operation::Remove, path);
    Ok(RealFs.remove_file(path).map_err(remove)?)
}

fn lock(partial: &Partial) -> Result<(), Error> {
    // A file system without locks is taken as it is: the names of two downloads still clash.
    if partial.file().try_lock().unwrap_or(true) {
        return Ok(());
    }
    Err(in_use(partial.path()))
}

fn in_use(path: &Path) -> Error {
    let path = path.to_string_lossy().escape_debug().to_string();
    Error::new(
        ErrorKind::InUse,
        format!("another transfer is writing {path}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(dir: &tempfile::TempDir) -> Target {
        Target::resolve(&RealFs, &dir.path().join("f")).unwrap()
    }

    #[test]
    fn a_partial_file_is_removed_when_nothing_came_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let claimed = Claimed::make(&target(&dir), 10).unwrap();
        assert!(dir.path().join("f.ossum-part").exists());
        drop(claimed);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_left_over_is_replaced_and_one_in_use_is_not() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("f.ossum-part"), "left over").unwrap();
        let first = Claimed::make(&target(&dir), 10).unwrap();
        let error = Claimed::make(&target(&dir), 10).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InUse);
        assert!(dir.path().join("f.ossum-part").exists());
        drop(first);
    }
}
