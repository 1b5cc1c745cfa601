use std::io;

use rustix::io::Errno;

use super::Partial;
use crate::publish::is_any;
use crate::target::directory_of;
use crate::{Error, Fs, Metadata, Operation};

impl Partial {
    /// Makes the file exactly `len_bytes` long and reserves the space for it, so that a disk too
    /// small is found out before hours of transfer; what is new reads as zeros.
    ///
    /// Where the file system cannot reserve, space is only looked at, and writing may still fail.
    ///
    /// # Errors
    /// [`Error::NoSpace`] if the file system has less than the file does not take up already; the
    /// file is then as it was, unless others took the space in between. [`Error::Io`] if the
    /// space cannot be found out or reserved.
    pub fn reserve(&self, fs: &dyn Fs, len_bytes: u64) -> Result<(), Error> {
        let found = self.file.metadata();
        let found = found.map_err(Error::at(Operation::Inspect, &self.path))?;
        // A file that is continued has its space already; to reserve it again would look at every page.
        if found.len_bytes == len_bytes && found.allocated_bytes >= len_bytes {
            return Ok(());
        }
        let no_space = self.check_space(fs, &found, len_bytes)?;
        match self.preallocate(len_bytes) {
            Ok(()) if found.len_bytes <= len_bytes => Ok(()),
            // Reserving does not cut a file that was too long.
            Ok(()) => self.set_len(len_bytes),
            Err(error) if cannot_reserve(&error) => self.set_len(len_bytes),
            Err(error) if error.kind() == io::ErrorKind::StorageFull => Err(no_space),
            Err(error) => Err(Error::at(Operation::Reserve, &self.path)(error)),
        }
    }

    /// Fails if the space is known not to suffice; otherwise gives the error to report if it does
    /// not in spite of that.
    fn check_space(&self, fs: &dyn Fs, found: &Metadata, len_bytes: u64) -> Result<Error, Error> {
        let available_bytes = fs
            .available_bytes(directory_of(&self.path))
            .map_err(Error::at(Operation::Reserve, &self.path))?;
        let needed_bytes = len_bytes.saturating_sub(found.allocated_bytes);
        let no_space = Error::NoSpace {
            path: self.path.clone(),
            needed_bytes,
            available_bytes,
        };
        if needed_bytes > available_bytes {
            return Err(no_space);
        }
        Ok(no_space)
    }

    fn preallocate(&self, len_bytes: u64) -> io::Result<()> {
        loop {
            match self.file.preallocate(len_bytes) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => return outcome,
            }
        }
    }

    fn set_len(&self, len_bytes: u64) -> Result<(), Error> {
        self.file
            .set_len(len_bytes)
            .map_err(Error::at(Operation::SetLength, &self.path))
    }
}

fn cannot_reserve(error: &io::Error) -> bool {
    is_any(error, &[Errno::NOTSUP, Errno::NOSYS, Errno::INVAL])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Effect, RealFs, SimFs};

    const MIB: u64 = 1 << 20;

    fn length_and_space(partial: &Partial) -> (u64, u64) {
        let found = partial.file().metadata().unwrap();
        (found.len_bytes, found.allocated_bytes)
    }

    #[test]
    fn a_reserved_file_can_be_filled_whatever_others_write() {
        let fs = SimFs::new().with_space(2 * MIB);
        let partial = Partial::create(&fs, "/f".into()).unwrap();
        partial.reserve(&fs, MIB).unwrap();
        assert_eq!(length_and_space(&partial), (MIB, MIB));
        let preallocated = [Effect::Create, Effect::Preallocate];
        assert_eq!(fs.effects(), preallocated, "its length is set thereby");
        fs.set_space(0);
        partial.write_all_at(&vec![1; 1 << 20], 0).unwrap();
        assert!(partial.write_all_at(b"more", MIB).is_err());
    }

    /// Cases: 36.
    #[test]
    fn too_little_space_is_told_in_numbers_before_anything_changes() {
        let fs = SimFs::new().with_space(MIB);
        let partial = Partial::create(&fs, "/f".into()).unwrap();
        let error = partial.reserve(&fs, 2 * MIB).unwrap_err();
        assert_eq!(
            error.to_string(),
            "no space for /f: 2097152 bytes are needed and 1048576 are free"
        );
        assert_eq!(length_and_space(&partial), (0, 0));
    }

    #[test]
    fn what_the_file_takes_up_already_is_not_needed_again() {
        let fs = SimFs::new().with_space(MIB);
        let partial = Partial::create(&fs, "/f".into()).unwrap();
        partial.reserve(&fs, MIB).unwrap();
        partial.reserve(&fs, MIB).unwrap();
        assert_eq!(fs.available_bytes("/".as_ref()).unwrap(), 0);
    }

    #[test]
    fn a_file_that_has_its_space_is_left_alone() {
        let fs = SimFs::new();
        let partial = Partial::create(&fs, "/f".into()).unwrap();
        partial.reserve(&fs, MIB).unwrap();
        fs.fail_always(Effect::Preallocate, Errno::IO);
        partial.reserve(&fs, MIB).unwrap();
        assert!(partial.reserve(&fs, 2 * MIB).is_err());
    }

    /// Cases: 22.
    #[test]
    fn space_that_vanishes_in_between_is_no_space_too() {
        let fs = SimFs::new();
        fs.fail(1, Effect::Preallocate, Errno::NOSPC);
        let partial = Partial::create(&fs, "/f".into()).unwrap();
        let outcome = partial.reserve(&fs, MIB);
        assert!(matches!(outcome, Err(Error::NoSpace { .. })), "{outcome:?}");
    }

    #[test]
    fn a_disk_that_fails_is_not_taken_for_a_full_one() {
        let fs = SimFs::new();
        fs.fail(1, Effect::Preallocate, Errno::IO);
        let partial = Partial::create(&fs, "/f".into()).unwrap();
        let error = partial.reserve(&fs, MIB).unwrap_err();
        assert_eq!(error.to_string(), "reserve space for /f");
    }

    /// Cases: 33.
    #[test]
    fn a_file_system_that_cannot_reserve_gets_the_length_only() {
        for errno in [Errno::NOTSUP, Errno::NOSYS, Errno::INVAL] {
            let fs = SimFs::new();
            fs.fail_always(Effect::Preallocate, errno);
            let partial = Partial::create(&fs, "/f".into()).unwrap();
            partial.reserve(&fs, MIB).unwrap();
            assert_eq!(length_and_space(&partial), (MIB, 0));
        }
    }

    /// Cases: 30.
    #[test]
    fn a_file_that_was_too_long_is_cut_and_an_interruption_is_nothing() {
        let fs = SimFs::new();
        fs.fail(1, Effect::Preallocate, Errno::INTR);
        let partial = Partial::create(&fs, "/f".into()).unwrap();
        partial.write_all_at(&[1; 10_000], 0).unwrap();
        partial.reserve(&fs, 5_000).unwrap();
        assert_eq!(length_and_space(&partial), (5_000, 8192));
        partial.reserve(&fs, 0).unwrap();
        assert_eq!(length_and_space(&partial), (0, 0));
    }

    #[test]
    fn the_real_file_system_reserves_too() {
        let dir = tempfile::tempdir().unwrap();
        let partial = Partial::create(&RealFs, dir.path().join("f")).unwrap();
        partial.reserve(&RealFs, MIB).unwrap();
        assert_eq!(length_and_space(&partial).0, MIB);
        let outcome = partial.reserve(&RealFs, 1 << 62);
        assert!(matches!(outcome, Err(Error::NoSpace { .. })), "{outcome:?}");
    }
}
