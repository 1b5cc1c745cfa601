//! Names for files that are there for a moment only.

use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// So many leftovers of crashed processes of the same ID are stepped over.
const ATTEMPTS: usize = 1000;

/// Lets `create` make a file in `directory` under a name that nothing has.
///
/// Names are `.ossum-PROCESS-NUMBER.tmp`: short whatever the file's name will be, hidden, and
/// never the same twice in one process. `create` must refuse a name that is taken.
pub(crate) fn create_in<T>(
    directory: &Path,
    create: impl Fn(&Path) -> io::Result<T>,
) -> io::Result<(PathBuf, T)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    for _ in 0..ATTEMPTS {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = directory.join(format!(".ossum-{}-{number}.tmp", process::id()));
        match create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(created) => return Ok((path, created)),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_leftover_of_that_name_is_stepped_over() {
        let left = Cell::new(2_u32);
        let taken_twice = |path: &Path| match left.replace(left.get().saturating_sub(1)) {
            0 => Ok(path.to_owned()),
            _ => Err(io::ErrorKind::AlreadyExists.into()),
        };
        let (path, created) = create_in(Path::new("/d"), taken_twice).unwrap();
        assert_eq!(path, created);
        assert!(path.starts_with("/d/"));
    }

    #[test]
    fn a_name_that_is_always_taken_ends_in_an_error() {
        let taken = |_: &Path| Err::<(), _>(io::ErrorKind::AlreadyExists.into());
        assert!(create_in(Path::new("/d"), taken).is_err());
    }
}
