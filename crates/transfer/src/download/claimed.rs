use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use ossum_client::op::ObjectInfo;
use ossum_durable::{
    self as durable, Durability, FileId, FileKind, Fs, FsFile, Operation, Partial, Target,
};

use super::{Download, Job, Seen};
use crate::error::{Error, ErrorKind, shown};
use crate::modified::modified;
use crate::options::Files;

/// The partial file of one download, locked. Dropping it unpublished removes it, unless a
/// checkpoint tells of it.
#[derive(Debug)]
pub(super) struct Claimed {
    files: Files,
    partial: Partial,
    kept: AtomicBool,
}

impl Claimed {
    /// Makes the file that the bytes of a download go to, beside its target: at `path`, or for those that need
    /// no room and replace nothing one without a name, where there are such files.
    ///
    /// # Errors
    /// As [`make`](Self::make).
    pub(super) fn claim(
        job: &Job<'_>,
        path: &Path,
        room_bytes: Option<u64>,
    ) -> Result<Self, Error> {
        let (files, seen) = (&job.request.options.files, job.request.seen);
        // What replaces a file needs a name in any case.
        if room_bytes.is_none()
            && job.target.existing().is_none()
            && let Some(unnamed) = Self::unnamed(files, path, seen)?
        {
            return Ok(unnamed);
        }
        Self::make(files, path, room_bytes)
    }

    /// Makes a file at `path`, with room for so many bytes; `None` leaves it to the writing to find
    /// out whether there is.
    ///
    /// One that a dead process left is replaced: nothing tells what of it is good. One that a
    /// living process holds is an error.
    pub(super) fn make(files: &Files, path: &Path, room_bytes: Option<u64>) -> Result<Self, Error> {
        let claimed = Self::of(files, create(&**files, path)?);
        lock(&**files, &claimed.partial)?;
        if let Some(len_bytes) = room_bytes {
            claimed.partial.reserve(&**files, len_bytes)?;
        }
        Ok(claimed)
    }

    /// The same without a name; `None` where there are no such files. Nobody else can find it, so it needs
    /// no lock. What a dead process left at `path` is removed.
    fn unnamed(files: &Files, path: &Path, seen: Seen) -> Result<Option<Self>, Error> {
        if seen != Seen::Untouched {
            remove_left_over(&**files, path)?;
        }
        let partial = Partial::unnamed(&**files, path.to_owned())?;
        Ok(partial.map(|partial| Self::of(files, partial)))
    }

    /// Opens the file that an earlier run left at `path`; `None` if it is not there, or not the one
    /// it was.
    ///
    /// What the page cache holds of it may be lost on the disk, so it is synced, and read from
    /// there. A sync that fails makes it as good as gone.
    ///
    /// It is known by its inode alone: the number of its device may differ after a reboot, and what
    /// it holds is proven otherwise.
    pub(super) fn reopen(
        files: &Files,
        path: PathBuf,
        left: FileId,
        len_bytes: u64,
        durability: Durability,
    ) -> Result<Option<Self>, Error> {
        let Some(partial) = Partial::reopen(&**files, path)? else {
            return Ok(None);
        };
        lock(&**files, &partial)?;
        let claimed = Self::of(files, partial);
        claimed.keep();
        if claimed.id()?.inode != left.inode {
            return Ok(None);
        }
        if durability == Durability::Full && claimed.partial.sync().is_err() {
            claimed.discard();
            return Ok(None);
        }
        // A hint: where it does nothing, a power loss is not what ended the earlier run.
        let _ = claimed.partial.file().drop_cache();
        claimed.partial.reserve(&**files, len_bytes)?;
        Ok(Some(claimed))
    }

    fn of(files: &Files, partial: Partial) -> Self {
        Self {
            files: files.clone(),
            partial,
            kept: AtomicBool::new(false),
        }
    }

    /// Has it stay when this is dropped: a checkpoint tells of it.
    pub(super) fn keep(&self) {
        self.kept.store(true, Ordering::Relaxed);
    }

    /// Has it go when this is dropped.
    pub(super) fn discard(&self) {
        self.kept.store(false, Ordering::Relaxed);
    }

    pub(super) fn partial(&self) -> &Partial {
        &self.partial
    }

    /// Which file it is.
    pub(super) fn id(&self) -> Result<FileId, Error> {
        Ok(self.partial.id()?)
    }

    /// Gives the complete file its name.
    pub(super) fn publish(
        &self,
        target: &Target,
        request: &Download,
        info: &ObjectInfo,
    ) -> Result<(), durable::Error> {
        if let Some(time) = modified(info) {
            // A file system without such times is no reason to withhold the bytes.
            let _ = self.partial.file().set_modified(time);
        }
        durable::publish_with_mode(
            &*self.files,
            &self.partial,
            target,
            request.overwrite,
            request.options.durability,
            request.options.mode_of_new_files,
        )?;
        // It has lost the name that would have to be removed.
        self.keep();
        Ok(())
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        if !*self.kept.get_mut() {
            // A published file has lost this name. Nothing can be done about a failure here; the
            // next download replaces what is left.
            let _ = self.partial.remove(&*self.files);
        }
    }
}

fn create(fs: &dyn Fs, path: &Path) -> Result<Partial, Error> {
    let created = match Partial::create(fs, path.to_owned()) {
        Err(durable::Error::AlreadyExists { .. }) => {
            remove_left_over(fs, path)?;
            Partial::create(fs, path.to_owned())
        }
        outcome => outcome,
    };
    created.map_err(|error| match error {
        // Another download was quicker. That is not to be taken for a target that exists.
        durable::Error::AlreadyExists { path } => in_use(&path),
        error => error.into(),
    })
}

/// Removes what an earlier download has left at `path`, if anything.
///
/// # Errors
/// If another one is writing it, or it is no file.
pub(super) fn remove_left_over(fs: &dyn Fs, path: &Path) -> Result<(), Error> {
    match fs.open_to_continue(path) {
        Ok(left) => remove_if_left_over(fs, path, &*left),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(durable::Error::at(Operation::Open, path)(error).into()),
    }
}

/// Removes `left`, which was found at `path`.
///
/// Only who holds the lock of the file at `path` may remove it. It is looked at again once the lock
/// is there: a third download may have removed this one and begun its own in between.
fn remove_if_left_over(fs: &dyn Fs, path: &Path, left: &dyn FsFile) -> Result<(), Error> {
    if !left.try_lock().unwrap_or(true) {
        return Err(in_use(path));
    }
    let opened = left
        .metadata()
        .map_err(durable::Error::at(Operation::Inspect, path))?;
    if !fs.metadata(path).is_ok_and(|named| named.id == opened.id) {
        return Err(in_use(path));
    }
    if opened.kind != FileKind::File {
        let (path, kind) = (path.to_owned(), opened.kind);
        return Err(durable::Error::NotAFile { path, kind }.into());
    }
    let remove = durable::Error::at(Operation::Remove, path);
    Ok(fs.remove_file(path).map_err(remove)?)
}

fn lock(fs: &dyn Fs, partial: &Partial) -> Result<(), Error> {
    // A file system without locks is taken as it is: the names of two downloads still clash.
    let locked = partial.file().try_lock().unwrap_or(true);
    // Before it was locked, another download may have taken it for a left-over and removed it.
    if locked && partial.has_its_name(fs)? {
        return Ok(());
    }
    Err(in_use(partial.path()))
}

fn in_use(path: &Path) -> Error {
    let message = format!("another transfer is writing {}", shown(path));
    Error::new(ErrorKind::InUse, message)
}

#[cfg(test)]
mod tests {
    use ossum_durable::RealFs;

    use super::*;

    fn make(dir: &tempfile::TempDir, len_bytes: u64) -> Result<Claimed, Error> {
        Claimed::make(&Files::default(), &partial_of(dir), Some(len_bytes))
    }

    #[test]
    fn a_partial_file_is_removed_when_nothing_came_of_it() {
        let dir = tempfile::tempdir().unwrap();
        let claimed = make(&dir, 10).unwrap();
        assert!(dir.path().join("f.ossum-part").exists());
        drop(claimed);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_left_over_is_replaced_and_one_in_use_is_not() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("f.ossum-part"), "left over").unwrap();
        let first = make(&dir, 10).unwrap();
        let error = make(&dir, 10).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InUse);
        assert!(dir.path().join("f.ossum-part").exists());
        drop(first);
    }

    /// Where a download to `f` writes, as another one sees it.
    fn partial_of(dir: &tempfile::TempDir) -> PathBuf {
        dir.path().join("f.ossum-part")
    }

    #[test]
    fn what_another_download_writes_by_now_is_not_removed() {
        let dir = tempfile::tempdir().unwrap();
        let mine = make(&dir, 10).unwrap();
        std::fs::remove_file(partial_of(&dir)).unwrap();
        let theirs = make(&dir, 20).unwrap();
        drop(mine);
        assert!(theirs.partial().has_its_name(&RealFs).unwrap());
    }

    #[test]
    fn a_left_over_that_became_another_downloads_file_is_not_removed() {
        let dir = tempfile::tempdir().unwrap();
        let path = partial_of(&dir);
        std::fs::write(&path, "left over").unwrap();
        let left = RealFs.open_to_continue(&path).unwrap();
        let theirs = make(&dir, 10).unwrap();
        let error = remove_if_left_over(&RealFs, &path, &*left).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InUse);
        assert!(theirs.partial().has_its_name(&RealFs).unwrap());
    }

    #[test]
    fn a_file_that_was_taken_for_a_left_over_before_it_was_locked_is_given_up() {
        let dir = tempfile::tempdir().unwrap();
        let mine = create(&RealFs, &partial_of(&dir)).unwrap();
        let theirs = make(&dir, 10).unwrap();
        assert_eq!(lock(&RealFs, &mine).unwrap_err().kind(), ErrorKind::InUse);
        assert!(theirs.partial().has_its_name(&RealFs).unwrap());
    }

    #[test]
    fn what_is_no_file_is_never_taken_for_a_left_over() {
        let dir = tempfile::tempdir().unwrap();
        let (path, victim) = (partial_of(&dir), dir.path().join("victim"));
        std::fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, &path).unwrap();
        assert!(make(&dir, 10).is_err());
        assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
        assert!(path.is_symlink());

        std::fs::remove_file(&path).unwrap();
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert!(make(&dir, 10).is_err());
        drop(listener);
        assert!(path.exists());
    }

    #[test]
    fn of_many_that_race_for_a_name_none_loses_it_again() {
        let dir = tempfile::tempdir().unwrap();
        let race = || {
            for round in 0..100 {
                // Now and then one dies and leaves its file.
                let outcome = match round % 3 {
                    0 => create(&RealFs, &partial_of(&dir)).map(drop),
                    _ => make(&dir, 10).map(|claimed| {
                        std::thread::yield_now();
                        assert!(claimed.partial().has_its_name(&RealFs).unwrap());
                    }),
                };
                if let Err(error) = outcome {
                    assert_eq!(error.kind(), ErrorKind::InUse, "{error:?}");
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(race);
            }
        });
    }
}
