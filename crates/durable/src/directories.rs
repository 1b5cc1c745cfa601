use std::io;
use std::path::{Path, PathBuf};

use crate::{Error, Fs, Operation, sync_directory_of};

/// Makes what is missing of a directory's path; only the owner may enter what is made (`0700`).
///
/// Directories that are there stay as they are, and it is no error if somebody else makes one
/// meanwhile. Symbolic links to directories are followed.
///
/// # Errors
/// [`Error::Io`], also if a file or a link that leads nowhere is in the way. Some of the
/// directories may have been made.
///
/// # Durability
/// On return, the names of those that were missing survive a power loss.
pub fn create_private_directories(fs: &dyn Fs, path: &Path) -> Result<(), Error> {
    let mut missing = Vec::new();
    for directory in path.ancestors() {
        if is_directory(fs, directory)? {
            break;
        }
        missing.push(directory);
    }
    missing
        .into_iter()
        .rev()
        .try_for_each(|directory| create(fs, directory))
}

fn create(fs: &dyn Fs, directory: &Path) -> Result<(), Error> {
    match fs.create_directory(directory) {
        Err(error)
            if error.kind() == io::ErrorKind::AlreadyExists && is_directory(fs, directory)? => {}
        outcome => outcome.map_err(Error::at(Operation::CreateDirectory, directory))?,
    }
    // Also if somebody else was faster, who may not have come to this yet.
    sync_directory_of(fs, directory)
}

/// Whether `path` leads to a directory; `false` if it leads nowhere.
fn is_directory(fs: &dyn Fs, path: &Path) -> Result<bool, Error> {
    // With the dot, a link is followed, and what is no directory is an error.
    let inside: PathBuf = path.join(".");
    match fs.metadata(&inside) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        found => found.map(|_| true),
    }
    .map_err(Error::at(Operation::Inspect, path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::{Effect, Errno, FileKind, RealFs, SimFs};

    const PATH: &str = "/state/ossum/uploads";

    #[test]
    fn what_is_missing_is_made_for_its_owner_alone() {
        let dir = tempfile::tempdir().unwrap();
        symlink(".", dir.path().join("link")).unwrap();
        let path = dir.path().join("link/a/b");
        create_private_directories(&RealFs, &path).unwrap();
        create_private_directories(&RealFs, &path).unwrap();
        for made in ["a", "a/b"] {
            let made = RealFs.metadata(&dir.path().join(made)).unwrap();
            assert_eq!((made.kind, made.mode & 0o77), (FileKind::Directory, 0));
        }
    }

    #[test]
    fn what_is_made_survives_every_power_loss() {
        let fs = SimFs::new();
        create_private_directories(&fs, Path::new(PATH)).unwrap();
        for seed in 0..20 {
            assert!(fs.crash(seed).exists(PATH));
        }
    }

    #[test]
    fn a_power_loss_in_between_is_no_obstacle_for_the_next_run() {
        for step in 0..6 {
            let fs = SimFs::new();
            fs.crash_at(step);
            create_private_directories(&fs, Path::new(PATH)).unwrap_err();
            for seed in 0..20 {
                let fs = fs.crash(seed);
                create_private_directories(&fs, Path::new(PATH)).unwrap();
                assert!(fs.crash(0).exists(PATH), "step {step}, seed {seed}");
            }
        }
    }

    #[test]
    fn somebody_elses_directory_is_welcome() {
        let fs = SimFs::new();
        fs.make_directory("/d");
        create(&fs, Path::new("/d")).unwrap();
        assert_eq!(
            fs.effects(),
            [Effect::CreateDirectory, Effect::SyncDirectory]
        );
    }

    #[test]
    fn a_directory_that_cannot_be_made_is_an_error_and_so_is_a_file_that_came_first() {
        let fs = SimFs::new();
        fs.fail(1, Effect::CreateDirectory, Errno::ACCESS);
        let error = create(&fs, Path::new("/d")).unwrap_err();
        assert_eq!(error.to_string(), "create directory /d");
        fs.write("/file", b"");
        create(&fs, Path::new("/file")).unwrap_err();
    }

    #[test]
    fn what_cannot_be_looked_at_is_not_taken_for_missing() {
        let fs = SimFs::new();
        fs.fail(1, Effect::Inspect, Errno::IO);
        let error = create_private_directories(&fs, Path::new(PATH)).unwrap_err();
        assert_eq!(error.to_string(), format!("inspect {PATH}"));
        assert!(!fs.exists(PATH));
    }

    #[test]
    fn a_file_or_a_link_to_nowhere_in_the_way_is_an_error() {
        let fs = SimFs::new();
        fs.write("/file", b"");
        fs.symlink("nowhere", "/link");
        for path in ["/file", "/file/d", "/link", "/link/d"] {
            let outcome = create_private_directories(&fs, Path::new(path));
            assert!(matches!(outcome, Err(Error::Io { .. })), "{path}");
        }
    }
}
