//! The last step of a file that was written without a name.

use std::io;

use super::{Overwrite, move_into_place};
use crate::{Error, Fs, Operation, Partial, Target};

/// Gives `partial` the name of `target`.
///
/// A first name is only ever a free one, so what is to replace a file gets another one before.
pub(super) fn give(
    fs: &dyn Fs,
    partial: &Partial,
    target: &Target,
    is_taken: bool,
    overwrite: Overwrite,
) -> Result<(), Error> {
    let to = target.path();
    if is_taken {
        return replace(fs, partial, target);
    }
    match partial.file().give_name(to) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(Error::at(Operation::MoveIntoPlace, to)(error))
        }
        // Somebody has taken it just now.
        Err(_) => match overwrite {
            Overwrite::Allow => replace(fs, partial, target),
            Overwrite::Forbid => Err(Error::AlreadyExists {
                path: to.to_owned(),
            }),
        },
        Ok(()) => Ok(()),
    }
}

fn replace(fs: &dyn Fs, partial: &Partial, target: &Target) -> Result<(), Error> {
    let named = partial.file().give_name(partial.path());
    named.map_err(Error::at(Operation::MoveIntoPlace, target.path()))?;
    let moved = move_into_place(fs, partial.path(), target.path(), Overwrite::Allow);
    moved.inspect_err(|_| {
        // The failure to move is the one to be told.
        let _ = fs.remove_file(partial.path());
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rustix::io::Errno;
    use tempfile::tempdir;

    use crate::{
        Durability, Effect, Error, FileKind, Fs, Overwrite, Partial, RealFs, SimFs, Target, publish,
    };

    /// A file without a name that is to become `/d/target`.
    fn written(fs: &dyn Fs, directory: &Path) -> (Partial, Target) {
        let target = Target::resolve(fs, &directory.join("target")).unwrap();
        let partial = Partial::unnamed(fs, directory.join("partial"))
            .unwrap()
            .unwrap();
        partial.write_all_at(b"new", 0).unwrap();
        (partial, target)
    }

    fn sim() -> SimFs {
        let fs = SimFs::new();
        fs.make_directory("/d");
        fs
    }

    fn names(fs: &SimFs) -> Vec<std::ffi::OsString> {
        fs.names_in("/d".as_ref()).unwrap()
    }

    #[test]
    fn it_appears_complete_and_under_its_name_alone() {
        let fs = sim();
        let (partial, target) = written(&fs, "/d".as_ref());
        assert!(names(&fs).is_empty());
        publish(&fs, &partial, &target, Overwrite::Forbid, Durability::Full).unwrap();
        drop(partial);
        assert_eq!(fs.read("/d/target").unwrap(), b"new");
        let expected = [
            Effect::Create,
            Effect::Write,
            Effect::Sync,
            Effect::Rename,
            Effect::SyncDirectory,
        ];
        assert_eq!(fs.effects(), expected);
    }

    #[test]
    fn one_that_is_not_published_leaves_nothing() {
        let fs = sim();
        let (partial, _) = written(&fs, "/d".as_ref());
        partial.remove(&fs).unwrap();
        drop(partial);
        assert!(names(&fs).is_empty());
    }

    #[test]
    fn what_has_the_name_is_replaced_if_it_may_be_and_passes_on_its_permissions() {
        let fs = sim();
        fs.write("/d/target", b"old");
        fs.set_mode("/d/target", 0o640);
        let (partial, target) = written(&fs, "/d".as_ref());
        let refused = publish(&fs, &partial, &target, Overwrite::Forbid, Durability::Full);
        assert!(matches!(refused, Err(Error::AlreadyExists { .. })));
        assert_eq!(fs.read("/d/target").unwrap(), b"old");
        publish(&fs, &partial, &target, Overwrite::Allow, Durability::Full).unwrap();
        assert_eq!(fs.read("/d/target").unwrap(), b"new");
        assert_eq!(fs.metadata(target.path()).unwrap().mode, 0o640);
        assert_eq!(names(&fs), ["target"]);
    }

    #[test]
    fn what_takes_a_name_that_was_free_is_looked_at_before_it_is_replaced() {
        let fs = sim();
        let (partial, target) = written(&fs, "/d".as_ref());
        fs.make_directory("/d/target");
        let refused = publish(&fs, &partial, &target, Overwrite::Allow, Durability::Full);
        assert!(
            matches!(refused, Err(Error::NotAFile { .. })),
            "{refused:?}"
        );
        fs.make_directory("/e");
        let (partial, target) = written(&fs, "/e".as_ref());
        fs.write("/e/target", b"old");
        fs.set_mode("/e/target", 0o600);
        publish(&fs, &partial, &target, Overwrite::Allow, Durability::Full).unwrap();
        assert_eq!(fs.read("/e/target").unwrap(), b"new");
        assert_eq!(fs.metadata(target.path()).unwrap().mode, 0o600);
    }

    /// Cases: 86.
    #[test]
    fn a_file_that_appears_at_the_last_moment_is_replaced_only_if_it_may_be() {
        let fs = sim();
        let (partial, target) = written(&fs, "/d".as_ref());
        fs.write("/d/target", b"old");
        let refused = super::give(&fs, &partial, &target, false, Overwrite::Forbid);
        assert!(matches!(refused, Err(Error::AlreadyExists { .. })));
        assert_eq!(fs.read("/d/target").unwrap(), b"old");
        super::give(&fs, &partial, &target, false, Overwrite::Allow).unwrap();
        assert_eq!(fs.read("/d/target").unwrap(), b"new");
    }

    #[test]
    fn what_cannot_be_moved_leaves_the_old_file_alone() {
        let fs = sim();
        fs.write("/d/target", b"old");
        for nth in [1, 2] {
            let (partial, target) = written(&fs, "/d".as_ref());
            fs.fail(nth, Effect::Rename, Errno::IO);
            let outcome = publish(&fs, &partial, &target, Overwrite::Allow, Durability::Full);
            assert_eq!(
                outcome.unwrap_err().to_string(),
                "move into place /d/target"
            );
            assert_eq!(fs.read("/d/target").unwrap(), b"old");
            assert_eq!(names(&fs), ["target"]);
        }
    }

    #[test]
    fn a_free_name_that_cannot_be_taken_is_not_replaced() {
        let fs = sim();
        let (partial, target) = written(&fs, "/d".as_ref());
        fs.fail(1, Effect::Rename, Errno::IO);
        let outcome = publish(&fs, &partial, &target, Overwrite::Allow, Durability::Full);
        assert_eq!(
            outcome.unwrap_err().to_string(),
            "move into place /d/target"
        );
        assert!(names(&fs).is_empty());
    }

    #[test]
    fn where_there_are_no_such_files_that_is_told_and_nothing_else_is() {
        let fs = sim();
        fs.fail(1, Effect::Create, Errno::NOTSUP);
        assert!(
            Partial::unnamed(&fs, "/d/partial".into())
                .unwrap()
                .is_none()
        );
        fs.fail(1, Effect::Create, Errno::NOSPC);
        Partial::unnamed(&fs, "/d/partial".into()).unwrap_err();
    }

    /// A file system of this machine may have no such files; most have.
    #[test]
    fn the_real_file_system_publishes_it_too_where_it_can() {
        let dir = tempdir().unwrap();
        for overwrite in [Overwrite::Forbid, Overwrite::Allow] {
            let target = Target::resolve(&RealFs, &dir.path().join("target")).unwrap();
            let Some(partial) = Partial::unnamed(&RealFs, dir.path().join("partial")).unwrap()
            else {
                return;
            };
            partial.write_all_at(b"new", 0).unwrap();
            publish(&RealFs, &partial, &target, overwrite, Durability::Full).unwrap();
            assert_eq!(std::fs::read(target.path()).unwrap(), b"new");
            let found = RealFs.metadata(target.path()).unwrap();
            assert_eq!((found.kind, found.links), (FileKind::File, 1));
            let of_any = RealFs.mode_of_new_files(dir.path()).unwrap();
            assert_eq!(found.mode & 0o777, of_any);
        }
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
