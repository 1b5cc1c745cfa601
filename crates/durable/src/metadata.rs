use std::fmt;
use std::fs;
use std::os::unix::fs::{FileTypeExt, MetadataExt};

/// What a file system says about one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metadata {
    /// Whether it is a regular file, or what else.
    pub kind: FileKind,
    /// Which file it is.
    pub id: FileId,
    /// Its size in bytes.
    pub len_bytes: u64,
    /// How much space it takes on the disk, in bytes: less than its size where it has holes.
    pub allocated_bytes: u64,
    /// When its bytes last changed: nanoseconds since 1970, negative before. Anyone may set it.
    pub modified_ns: i128,
    /// When bytes or metadata last changed: nanoseconds since 1970. Nobody can set it.
    pub changed_ns: i128,
    /// Its permissions, set-ID and sticky bits: `0o7777` at most.
    pub mode: u32,
    /// How many names it has.
    pub links: u64,
    /// The numeric ID of the user who owns it.
    pub owner: u32,
}

/// Tells one file from every other on this machine, for as long as it exists.
///
/// The number of a removed file is given to a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileId {
    /// The device the file is on. May differ after a reboot.
    pub device: u64,
    /// The file's inode on that device.
    pub inode: u64,
}

/// What a path leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file: the only kind that bytes are written to.
    File,
    /// A directory.
    Directory,
    /// A symbolic link itself, not what it leads to.
    Symlink,
    /// A named pipe.
    Pipe,
    /// A socket.
    Socket,
    /// A block or character device.
    Device,
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "a file",
            Self::Directory => "a directory",
            Self::Symlink => "a symbolic link",
            Self::Pipe => "a pipe",
            Self::Socket => "a socket",
            Self::Device => "a device",
        })
    }
}

impl From<fs::FileType> for FileKind {
    fn from(found: fs::FileType) -> Self {
        match () {
            () if found.is_file() => Self::File,
            () if found.is_dir() => Self::Directory,
            () if found.is_symlink() => Self::Symlink,
            () if found.is_fifo() => Self::Pipe,
            () if found.is_socket() => Self::Socket,
            () => Self::Device,
        }
    }
}

impl From<&fs::Metadata> for Metadata {
    fn from(found: &fs::Metadata) -> Self {
        Self {
            kind: found.file_type().into(),
            id: FileId {
                device: found.dev(),
                inode: found.ino(),
            },
            len_bytes: found.size(),
            // The unit is 512 bytes whatever the file system's blocks are.
            allocated_bytes: found.blocks().saturating_mul(512),
            modified_ns: nanoseconds(found.mtime(), found.mtime_nsec()),
            changed_ns: nanoseconds(found.ctime(), found.ctime_nsec()),
            mode: found.mode() & 0o7777,
            links: found.nlink(),
            owner: found.uid(),
        }
    }
}

#[cfg(target_os = "linux")]
impl From<&rustix::fs::Statx> for Metadata {
    fn from(found: &rustix::fs::Statx) -> Self {
        let mode = u32::from(found.stx_mode);
        let at = |time: rustix::fs::StatxTimestamp| nanoseconds(time.tv_sec, time.tv_nsec.into());
        Self {
            kind: rustix::fs::FileType::from_raw_mode(mode).into(),
            id: FileId {
                device: rustix::fs::makedev(found.stx_dev_major, found.stx_dev_minor),
                inode: found.stx_ino,
            },
            len_bytes: found.stx_size,
            allocated_bytes: found.stx_blocks.saturating_mul(512),
            modified_ns: at(found.stx_mtime),
            changed_ns: at(found.stx_ctime),
            mode: mode & 0o7777,
            links: found.stx_nlink.into(),
            owner: found.stx_uid,
        }
    }
}

#[cfg(target_os = "linux")]
impl From<rustix::fs::FileType> for FileKind {
    fn from(found: rustix::fs::FileType) -> Self {
        use rustix::fs::FileType;
        match found {
            FileType::RegularFile => Self::File,
            FileType::Directory => Self::Directory,
            FileType::Symlink => Self::Symlink,
            FileType::Fifo => Self::Pipe,
            FileType::Socket => Self::Socket,
            _ => Self::Device,
        }
    }
}

fn nanoseconds(seconds: i64, rest: i64) -> i128 {
    i128::from(seconds) * 1_000_000_000 + i128::from(rest)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::{Fs, RealFs};

    #[test]
    fn every_kind_is_told_and_named_whichever_way_it_is_asked_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        std::fs::write(path("file"), "").unwrap();
        std::fs::create_dir(path("directory")).unwrap();
        let mode = rustix::fs::Mode::RUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), mode).unwrap();
        let _socket = UnixListener::bind(path("socket")).unwrap();
        symlink("/dev/null", path("symbolic link")).unwrap();
        for name in ["file", "directory", "pipe", "socket"] {
            let kind = RealFs.metadata(&path(name)).unwrap().kind;
            assert_eq!(kind.to_string(), format!("a {name}"));
            let kind = RealFs.metadata_of_target(&path(name)).unwrap().kind;
            assert_eq!(kind.to_string(), format!("a {name}"));
        }
        let link = path("symbolic link");
        let kind = RealFs.metadata(&link).unwrap().kind;
        assert_eq!(kind.to_string(), "a symbolic link");
        let kind = RealFs.metadata_of_target(&link).unwrap().kind;
        assert_eq!(kind.to_string(), "a device");
    }

    #[test]
    fn permissions_are_told_with_set_id_bits_and_without_the_kind() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("f");
        std::fs::write(&path, "").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o4640)).unwrap();
        assert_eq!(RealFs.metadata(&path).unwrap().mode, 0o4640);
        assert_eq!(RealFs.metadata_of_target(&path).unwrap().mode, 0o4640);
    }

    #[test]
    fn times_before_1970_and_far_from_it_are_exact() {
        assert_eq!(nanoseconds(-1, 999_999_999), -1);
        assert_eq!(nanoseconds(i64::MAX, 1) % 1_000_000_000, 1);
    }
}
