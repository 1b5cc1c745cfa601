//! Who has a file locked, without locking it.

/// What the operating system tells of the `flock` on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Locked {
    /// It lists locks, and none on a file of that number.
    Nobody,
    /// By this process. Of files with the same number on several disks it may be another one's.
    By(u32),
    /// It lists none.
    Unknown,
}

/// Looks the file with that inode up among all that are locked.
pub(crate) fn locked(inode: u64) -> Locked {
    // Linux alone has it.
    match std::fs::read_to_string("/proc/locks") {
        Ok(list) => find(&list, inode),
        Err(_) => Locked::Unknown,
    }
}

/// A line: `7: FLOCK  ADVISORY  WRITE 4242 fd:01:1180424 0 EOF`. Who waits has an arrow before it.
fn find(list: &str, inode: u64) -> Locked {
    let holder = |line: &str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, "FLOCK", _, "WRITE", process, file, ..] = fields[..] else {
            return None;
        };
        let (_, number) = file.rsplit_once(':')?;
        (number.parse() == Ok(inode)).then(|| process.parse().ok())?
    };
    list.lines()
        .find_map(holder)
        .map_or(Locked::Nobody, Locked::By)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "\
1: POSIX  ADVISORY  WRITE 11 fd:01:7 0 EOF
2: FLOCK  ADVISORY  READ 12 fd:01:8 0 EOF
3: FLOCK  ADVISORY  WRITE 13 fd:01:9 0 EOF
3: -> FLOCK  ADVISORY  WRITE 14 fd:01:9 0 EOF
4: FLOCK  ADVISORY  WRITE -1 fd:01:10 0 EOF
";

    #[test]
    fn who_holds_an_exclusive_lock_is_found_by_the_file() {
        assert_eq!(find(LIST, 9), Locked::By(13));
        for nobody in [7, 8, 10, 11] {
            assert_eq!(find(LIST, nobody), Locked::Nobody, "{nobody}");
        }
    }
}
