use std::fs::File;
use std::io;
use std::num::NonZeroU64;

/// Has the system forget what is on the disk too, and begin to write what is not; without a
/// length, to the end of the file.
///
/// `sync_file_range(2)` would be the name for the latter, but it has no safe wrapper. Linux does
/// the same for this advice: before it drops the clean pages of the range, it starts writing the
/// dirty ones and does not wait for them (`generic_fadvise` in mm/fadvise.c).
#[cfg(target_os = "linux")]
pub(super) fn drop_clean(
    file: &File,
    offset: u64,
    len_bytes: Option<NonZeroU64>,
) -> io::Result<()> {
    use rustix::fs::{Advice, fadvise};
    Ok(fadvise(file, offset, len_bytes, Advice::DontNeed)?)
}

/// Elsewhere the hint is not given.
#[cfg(not(target_os = "linux"))]
#[allow(clippy::unnecessary_wraps)] // it can fail on Linux
pub(super) fn drop_clean(_: &File, _: u64, _: Option<NonZeroU64>) -> io::Result<()> {
    Ok(())
}
