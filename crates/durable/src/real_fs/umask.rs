//! What the umask is, learnt without changing it: umask(2) can only tell by setting another one,
//! and every file that another thread makes meanwhile would get the wrong permissions.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::temporary;

/// What programs ask for when they make a file that is not to be executed.
pub(super) const ASKED: u32 = 0o666;

/// It has about 1,500, and the umask is on its second line.
const MOST_STATUS_BYTES: usize = 4 << 10;

pub(super) fn mode_of_new_files(directory: &Path) -> io::Result<u32> {
    // The main thread may have ended, and then tells nothing; this one certainly runs.
    // Elsewhere than on Linux, or without /proc, there is a second way: not an error.
    status_of_this_thread()
        .ok()
        .and_then(|status| umask_in(&status))
        .map_or_else(|| mode_of_a_probe(directory), |umask| Ok(ASKED & !umask))
}

/// What the kernel tells of it, read at once: a file without a length is otherwise read bit by bit, and
/// made anew for each.
fn status_of_this_thread() -> io::Result<String> {
    let mut status = [0; MOST_STATUS_BYTES];
    let len = File::open("/proc/thread-self/status")?.read(&mut status)?;
    Ok(String::from_utf8_lossy(&status[..len]).into_owned())
}

/// The umask that Linux (4.7 and later) tells in a line like `Umask:  0022`.
fn umask_in(status: &str) -> Option<u32> {
    let octal = status
        .lines()
        .find_map(|line| line.strip_prefix("Umask:"))?;
    u32::from_str_radix(octal.trim(), 8).ok()
}

/// Makes an empty file as any program would, looks at its permissions, and removes it.
fn mode_of_a_probe(directory: &Path) -> io::Result<u32> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(ASKED);
    let (path, file) = temporary::create_in(directory, |path| options.open(path))?;
    let found = file.metadata();
    std::fs::remove_file(&path)?;
    Ok(found?.permissions().mode() & ASKED)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_new_file_gets_the_mode_that_any_program_would_give_it() {
        let dir = tempfile::tempdir().unwrap();
        let plain = dir.path().join("plain");
        std::fs::write(&plain, "").unwrap();
        let expected = plain.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode_of_new_files(dir.path()).unwrap(), expected);
        assert_eq!(mode_of_a_probe(dir.path()).unwrap(), expected);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    /// Linux alone tells.
    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_is_made_to_find_it_out() {
        let nowhere = Path::new("/nowhere");
        mode_of_new_files(nowhere).unwrap();
        mode_of_a_probe(nowhere).unwrap_err();
    }

    /// The umask belongs to the whole process, so each one gets a process of its own.
    #[test]
    fn that_holds_under_any_umask() {
        let claim =
            "real_fs::umask::tests::a_new_file_gets_the_mode_that_any_program_would_give_it";
        for umask in ["000", "002", "027", "077"] {
            let output = Command::new("sh")
                .args(["-c", "umask $0 && exec \"$@\"", umask])
                .arg(std::env::current_exe().unwrap())
                .args(["--exact", claim])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(said.contains("1 passed"), "umask {umask}: {said}");
        }
    }

    #[test]
    fn the_umask_is_read_as_octal() {
        assert_eq!(umask_in("Name:\tx\nUmask:\t0027\nState:\tR\n"), Some(0o027));
        assert_eq!(umask_in("Name:\tx\n"), None);
    }
}
