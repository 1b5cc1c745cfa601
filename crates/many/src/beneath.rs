//! Paths below a directory that stay below it.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use ossum_durable::{Durability, RealFs, sync_directory_of};

use crate::error::Error;

/// Makes the directory of the file `name` below `root`, and gives the file's path.
///
/// `root` is a path without links, and `name` one that `names.rs` has let through. A link that is
/// there already is followed if it leads to something below `root`, and is an error otherwise. Who
/// can write below `root` may still put a link where there was none between this look and the
/// transfer.
pub(crate) fn file(root: &Path, name: &str, durability: Durability) -> Result<PathBuf, Error> {
    let (directory, base) = name.rsplit_once('/').unwrap_or(("", name));
    let path = self::directory(root, directory, durability)?.join(base);
    look(root, &path)?;
    Ok(path)
}

/// Makes the directory `name` below `root`, and gives its path. As [`file`].
pub(crate) fn directory(root: &Path, name: &str, durability: Durability) -> Result<PathBuf, Error> {
    let mut path = root.to_owned();
    for part in name.split('/').filter(|part| !part.is_empty()) {
        path.push(part);
        if look(root, &path)?.is_none() {
            make(&path, durability)?;
        }
    }
    Ok(path)
}

/// What was below a root when the run began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Before {
    /// Nothing: what is there by now, this run has made, or somebody else at the same time.
    Nothing,
    /// Something, perhaps.
    Something,
}

/// What is where a file below a directory would be.
#[derive(Debug)]
pub(crate) enum Found {
    /// Something, which this is told of; of a link, what it leads to.
    Existing(PathBuf, Metadata),
    /// Nothing, and the directory is there.
    FreeName(PathBuf),
    /// Not even the directory.
    NoDirectory,
}

/// Looks at the file `name` below `root`; nothing is made. As [`file`].
///
/// Where nothing was there before, a name in a directory that is there by now is taken for free: that of a
/// file is taken in a way that finds out.
pub(crate) fn find(root: &Path, name: &str, before: Before) -> Result<Found, Error> {
    let mut path = root.to_owned();
    let mut parts = name.split('/').peekable();
    while let Some(part) = parts.next() {
        path.push(part);
        if before == Before::Nothing && parts.peek().is_none() {
            return Ok(Found::FreeName(path));
        }
        match (look(root, &path)?, parts.peek()) {
            (Some(_), Some(_)) => {}
            (None, Some(_)) => return Ok(Found::NoDirectory),
            (None, None) => return Ok(Found::FreeName(path)),
            (Some(found), None) if found.is_symlink() => {
                let found = fs::metadata(&path).map_err(Error::local("look at", &path))?;
                return Ok(Found::Existing(path, found));
            }
            (Some(found), None) => return Ok(Found::Existing(path, found)),
        }
    }
    Ok(Found::NoDirectory)
}

/// Whether a directory on the way from `root` to the file `name` is a link.
pub(crate) fn is_behind_a_link(root: &Path, name: &str) -> bool {
    let mut path = root.to_owned();
    let (directory, _) = name.rsplit_once('/').unwrap_or(("", name));
    directory.split('/').any(|part| {
        path.push(part);
        path.is_symlink()
    })
}

/// Makes `root` itself, with all that leads to it, and gives its path without links.
pub(crate) fn root(path: &Path, durability: Durability) -> Result<PathBuf, Error> {
    let mut missing = Vec::new();
    for directory in path.ancestors() {
        let is_there = directory.as_os_str().is_empty() || directory.exists();
        if is_there {
            break;
        }
        missing.push(directory);
    }
    for directory in missing.into_iter().rev() {
        make(directory, durability)?;
    }
    let root = path.canonicalize().map_err(Error::local("look at", path))?;
    if root.is_dir() {
        return Ok(root);
    }
    Err(Error::NotADirectory(path.to_owned()))
}

/// What is at `path`, if anything, and be it a link; an error if it leads out of `root`.
fn look(root: &Path, path: &Path) -> Result<Option<Metadata>, Error> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => match path.canonicalize() {
            Ok(target) if target.starts_with(root) => Ok(Some(found)),
            // One that leads nowhere would be led somewhere by writing to it.
            _ => Err(Error::LeadsOut(path.to_owned())),
        },
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::local("look at", path)(error)),
    }
}

fn make(directory: &Path, durability: Durability) -> Result<(), Error> {
    match fs::create_dir(directory) {
        // Another worker was faster, who may not have come to the sync yet.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => {}
        made => made.map_err(Error::local("make directory", directory))?,
    }
    match durability {
        Durability::Full => Ok(sync_directory_of(&RealFs, directory)?),
        Durability::None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn scene() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let (inside, outside) = (dir.path().join("in"), dir.path().join("out"));
        fs::create_dir(&outside).unwrap();
        let root = root(&inside, Durability::None).unwrap();
        (dir, root, outside)
    }

    fn place(root: &Path, name: &str) -> Result<PathBuf, Error> {
        file(root, name, Durability::Full)
    }

    #[test]
    fn directories_are_made_and_found_again() {
        let (_dir, root, _) = scene();
        for _ in 0..2 {
            assert_eq!(place(&root, "a/b/c").unwrap(), root.join("a/b/c"));
        }
        assert!(root.join("a/b").is_dir());
        assert!(!root.join("a/b/c").exists());
    }

    /// Cases: 96.
    #[test]
    fn links_that_lead_out_are_not_followed() {
        let (_dir, root, outside) = scene();
        symlink(&outside, root.join("d")).unwrap();
        symlink(outside.join("f"), root.join("f")).unwrap();
        symlink("../out", root.join("relative")).unwrap();
        for name in ["d/x", "d", "f", "relative/x", "relative/y/x"] {
            let refused = place(&root, name).unwrap_err();
            assert!(matches!(refused, Error::LeadsOut(_)), "{name}: {refused:?}");
            assert!(find(&root, name, Before::Something).is_err(), "{name}");
        }
        assert_eq!(fs::read_dir(outside).unwrap().count(), 0);
    }

    #[test]
    fn links_that_stay_below_are_followed() {
        let (_dir, root, _) = scene();
        fs::create_dir(root.join("a")).unwrap();
        fs::write(root.join("a/f"), "1").unwrap();
        symlink("a", root.join("b")).unwrap();
        assert!(place(&root, "b/f").is_ok());
        symlink("f", root.join("a/link")).unwrap();
        for name in ["b/f", "b/link"] {
            let found = find(&root, name, Before::Something).unwrap();
            assert!(
                matches!(found, Found::Existing(_, file) if file.len() == 1),
                "{name}"
            );
        }
        for before in [Before::Something, Before::Nothing] {
            let free = find(&root, "b/g", before).unwrap();
            assert!(matches!(free, Found::FreeName(path) if path == root.join("b/g")));
            let absent = find(&root, "c/f", before).unwrap();
            assert!(matches!(absent, Found::NoDirectory));
        }
    }

    #[test]
    fn a_file_where_a_directory_is_needed_is_an_error_and_stays() {
        let (_dir, root, _) = scene();
        fs::write(root.join("a"), "1").unwrap();
        assert!(place(&root, "a/b").is_err());
        assert_eq!(fs::read(root.join("a")).unwrap(), b"1");
        assert!(self::root(&root.join("a"), Durability::None).is_err());
    }
}
