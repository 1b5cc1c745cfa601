use std::path::Path;

use crate::{Durability, Error, Fs, Overwrite, Partial, Target, publish};

/// Writes a small file so that it is there with all of `bytes`, or is as it was before.
///
/// A file of that name is replaced and passes on its permissions; a symbolic link is followed.
/// The bytes wait in a file beside it, named `.ossum-*.tmp`, which a crash may leave behind.
///
/// # Errors
/// As [`publish`]; nothing is left behind.
///
/// # Durability
/// With [`Durability::Full`], on return the bytes and the name survive a power loss.
pub fn write_whole(
    fs: &dyn Fs,
    path: &Path,
    bytes: &[u8],
    durability: Durability,
) -> Result<(), Error> {
    let target = Target::resolve(fs, path)?;
    let partial = Partial::temporary(fs, &target)?;
    let outcome = partial
        .write_all_at(bytes, 0)
        .and_then(|()| publish(fs, &partial, &target, Overwrite::Allow, durability));
    if outcome.is_err() {
        // Whether this succeeds changes nothing for the caller: the first failure is the one to
        // report.
        let _ = partial.remove(fs);
    }
    outcome
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::{Effect, Errno, RealFs, SimFs};

    fn names_in(dir: &TempDir) -> Vec<String> {
        let entries = std::fs::read_dir(dir.path()).unwrap();
        entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }

    #[test]
    fn a_file_is_written_and_rewritten_with_its_permissions() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("settings");
        write_whole(&RealFs, &path, b"one", Durability::Full).unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
        write_whole(&RealFs, &path, b"2", Durability::Full).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"2");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(names_in(&dir), ["settings"]);
    }

    #[test]
    fn a_failure_leaves_the_old_bytes_and_nothing_else() {
        for (effect, errno) in [
            (Effect::Create, Errno::IO),
            (Effect::Write, Errno::NOSPC),
            (Effect::SetMode, Errno::IO),
            (Effect::Sync, Errno::IO),
            (Effect::Rename, Errno::IO),
        ] {
            let fs = SimFs::new();
            fs.write("/settings", b"old");
            fs.fail(1, effect, errno);
            write_whole(&fs, "/settings".as_ref(), b"new", Durability::Full).unwrap_err();
            assert_eq!(fs.read("/settings").unwrap(), b"old", "{effect:?}");
            assert_eq!(fs.files(), [Path::new("/settings")], "{effect:?}");
        }
    }

    /// Cases: 35.
    #[test]
    fn a_name_as_long_as_the_file_system_allows_is_written() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("n".repeat(255));
        write_whole(&RealFs, &path, b"x", Durability::None).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"x");
    }

    #[test]
    fn a_directory_is_refused() {
        let dir = tempdir().unwrap();
        let outcome = write_whole(&RealFs, dir.path(), b"x", Durability::Full);
        assert!(
            matches!(outcome, Err(Error::NotAFile { .. })),
            "{outcome:?}"
        );
        assert!(names_in(&dir).is_empty());
    }
}
