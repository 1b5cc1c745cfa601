//! What to do about what the operating system said.

use std::error::Error as StdError;
use std::io;

use rustix::io::Errno;

/// The hint for what the operating system said, somewhere in the chain of causes.
pub(super) fn disk_hint(error: &dyn StdError) -> &'static str {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return local_hint(io);
        }
        next = cause.source();
    }
    "check the path, and that its file system is well"
}

pub(super) fn file_hint(error: &ossum_durable::Error) -> &'static str {
    match error {
        ossum_durable::Error::NotAFile { .. } => "name a file",
        ossum_durable::Error::NoSpace { .. } => "make room there, then run the same command again",
        ossum_durable::Error::NotOurs { .. } => {
            "move it out of the way, then run the same command again"
        }
        other => disk_hint(other),
    }
}

pub(super) fn local_hint(error: &io::Error) -> &'static str {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => "check the path; a directory that is missing has to be made first",
        Kind::PermissionDenied => "check who may read and write there",
        Kind::StorageFull | Kind::QuotaExceeded => "make room there, or choose another place",
        Kind::ReadOnlyFilesystem => "choose a place that can be written",
        Kind::NotADirectory => "a part of the path is a file and not a directory; check the path",
        Kind::IsADirectory => {
            "a directory lies where a file should; remove it or choose another place"
        }
        Kind::AlreadyExists => {
            "a file lies where a directory should; remove it or choose another place"
        }
        Kind::AddrInUse => "choose another port; port 0 takes a free one",
        Kind::AddrNotAvailable => "choose an address of this machine, such as 127.0.0.1",
        _ if is_out_of_files(error) => {
            "too many files are open; allow more with ulimit -n, or ask for less with --concurrency"
        }
        _ if is_any(error, &[Errno::FBIG]) => {
            "the file would be larger than it may be; see ulimit -f, or choose another place"
        }
        _ if is_any(error, &[Errno::LOOP]) => {
            "a symbolic link lies where a file should; remove it or choose another place"
        }
        _ => "check the path, and that its file system is well",
    }
}

/// Whether this process or this machine has as many files open as it may.
pub(crate) fn is_out_of_files(error: &io::Error) -> bool {
    is_any(error, &[Errno::MFILE, Errno::NFILE])
}

fn is_any(error: &io::Error, errnos: &[Errno]) -> bool {
    Errno::from_io_error(error).is_some_and(|errno| errnos.contains(&errno))
}
