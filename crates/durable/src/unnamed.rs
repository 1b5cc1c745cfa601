use std::io;
use std::path::Path;

use crate::temporary::create_in;
use crate::{Error, Fs, FsFile, Operation};

/// Makes a file in `directory` that has no name, and that so nobody else can open: its bytes are gone when
/// it is closed, also by a crash.
///
/// # Errors
/// [`Error::Io`] if it cannot be made there.
pub fn unnamed_file(fs: &dyn Fs, directory: &Path) -> Result<Box<dyn FsFile>, Error> {
    match fs.create_unnamed(directory) {
        Err(error) if error.kind() == io::ErrorKind::Unsupported => {}
        outcome => return outcome.map_err(Error::at(Operation::Create, directory)),
    }
    let create = |path: &Path| fs.create_new(path);
    let (path, file) =
        create_in(directory, create).map_err(Error::at(Operation::Create, directory))?;
    fs.remove_file(&path)
        .map_err(Error::at(Operation::Remove, &path))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effect, Errno, RealFs, SimFs};

    #[test]
    fn a_file_without_a_name_holds_bytes_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let file = unnamed_file(&RealFs, dir.path()).unwrap();
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
        file.write_all_at(b"bytes", 0).unwrap();
        let mut read = [0; 5];
        file.read_exact_at(&mut read, 0).unwrap();
        assert_eq!(&read, b"bytes");
        assert!(unnamed_file(&RealFs, &dir.path().join("absent")).is_err());
    }

    /// Cases: 33.
    #[test]
    fn where_every_file_has_a_name_it_loses_it_at_once() {
        let fs = SimFs::new();
        fs.make_directory("/d");
        fs.fail(1, Effect::Create, Errno::NOTSUP);
        let file = unnamed_file(&fs, Path::new("/d")).unwrap();
        file.write_all_at(b"bytes", 0).unwrap();
        assert!(fs.names_in(Path::new("/d")).unwrap().is_empty());
    }

    #[test]
    fn one_that_cannot_be_made_is_not_made_with_a_name_instead() {
        let fs = SimFs::new();
        fs.make_directory("/d");
        fs.fail(1, Effect::Create, Errno::NOSPC);
        unnamed_file(&fs, Path::new("/d")).unwrap_err();
        assert!(fs.names_in(Path::new("/d")).unwrap().is_empty());
    }
}
