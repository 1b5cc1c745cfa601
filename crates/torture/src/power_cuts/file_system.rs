//! File systems that are made, mounted and taken away.

use std::ffi::OsStr;
use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

/// Which kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileSystem {
    Ext4,
    Xfs,
    Btrfs,
}

impl FileSystem {
    pub(super) const ALL: [Self; 3] = [Self::Ext4, Self::Xfs, Self::Btrfs];

    /// About the smallest that its program makes.
    fn len_bytes(self) -> u64 {
        match self {
            Self::Ext4 => 64 << 20,
            Self::Xfs => 320 << 20,
            Self::Btrfs => 128 << 20,
        }
    }

    /// Makes an empty one in the file `image`.
    pub(super) fn make(self, image: &Path) -> anyhow::Result<()> {
        File::create(image)?.set_len(self.len_bytes())?;
        let quietly: &[&str] = match self {
            Self::Ext4 => &["-q", "-F"],
            Self::Xfs | Self::Btrfs => &["-q", "-f"],
        };
        let words = quietly.iter().map(OsStr::new).chain([image.as_os_str()]);
        run(&format!("mkfs.{self}"), words)
    }
}

impl fmt::Display for FileSystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ext4 => "ext4",
            Self::Xfs => "xfs",
            Self::Btrfs => "btrfs",
        })
    }
}

/// A file system that is mounted as long as this is there.
pub(super) struct Mounted(PathBuf);

impl Mounted {
    /// Mounts `image`, by a loop device.
    pub(super) fn new(image: &Path, at: &Path) -> anyhow::Result<Self> {
        let words = [OsStr::new("-o"), OsStr::new("loop")];
        run(
            "mount",
            words.into_iter().chain([image.as_os_str(), at.as_os_str()]),
        )?;
        Ok(Self(at.to_owned()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Unmounts it.
    pub(super) fn end(self) -> anyhow::Result<()> {
        let path = self.0.clone();
        std::mem::forget(self);
        run("umount", [path.as_os_str()])
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // On the way out of a failure, which is told.
        let _ = run("umount", [self.0.as_os_str()]);
    }
}

/// Copies an image with its holes.
pub(super) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    let words = [
        OsStr::new("--sparse=always"),
        from.as_os_str(),
        to.as_os_str(),
    ];
    run("cp", words)
}

fn run<'a>(program: &str, words: impl IntoIterator<Item = &'a OsStr>) -> anyhow::Result<()> {
    let output = Command::new(program).args(words).output();
    let output = output.with_context(|| program.to_owned())?;
    let said = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(output.status.success(), "{program}: {}", said.trim());
    Ok(())
}
