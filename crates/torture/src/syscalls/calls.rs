//! Which system calls there are to meddle with, what may become of them, and how often they are made.

use std::collections::BTreeMap;
use std::fmt;

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    /// The process is killed as it makes it.
    Kill,
    /// It fails so, and does nothing.
    Error(&'static str),
    /// It moves half of what it was asked to move.
    Short,
}

impl Fault {
    /// Whether it says that a peer is gone, which a socket pair within the process never does.
    pub(super) fn is_of_peer(self) -> bool {
        matches!(self, Self::Error("ECONNRESET" | "EPIPE" | "ETIMEDOUT"))
    }

    /// What strace is to do to the `nth` call of each thread.
    pub(super) fn injection(self, call: &str, nth: u32) -> Option<String> {
        match self {
            Self::Kill => Some(format!("inject={call}:signal=SIGKILL:when={nth}")),
            Self::Error(name) => Some(format!("inject={call}:error={name}:when={nth}")),
            Self::Short => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kill => "kill",
            Self::Error(name) => name,
            Self::Short => "short",
        })
    }
}

/// A group of calls that fail alike.
struct Family {
    calls: &'static [&'static str],
    errors: &'static [&'static str],
    /// Those that a night has the time for.
    more_errors: &'static [&'static str],
    can_be_short: bool,
}

const FAMILIES: [Family; 11] = [
    Family {
        calls: &["pwrite64"],
        errors: &["EIO", "ENOSPC", "EDQUOT", "EINTR"],
        more_errors: &["EROFS", "EFBIG"],
        can_be_short: true,
    },
    Family {
        calls: &["read", "pread64"],
        errors: &["EIO", "EINTR"],
        more_errors: &["ENOMEM"],
        can_be_short: true,
    },
    Family {
        calls: &["openat", "mkdir", "ftruncate", "fallocate"],
        errors: &["EIO", "ENOSPC", "EDQUOT", "EINTR"],
        more_errors: &["EACCES", "EROFS", "EMFILE", "EOPNOTSUPP"],
        can_be_short: false,
    },
    Family {
        calls: &["fsync", "fdatasync"],
        errors: &["EIO", "ENOSPC", "EDQUOT", "EINTR"],
        more_errors: &["EROFS"],
        can_be_short: false,
    },
    Family {
        calls: &["rename", "renameat", "renameat2", "linkat"],
        errors: &["EIO", "ENOSPC", "EDQUOT", "EINTR"],
        more_errors: &["EROFS", "EACCES"],
        can_be_short: false,
    },
    Family {
        calls: &["unlink", "unlinkat", "fchmod", "utimensat"],
        errors: &["EIO"],
        more_errors: &["EROFS", "EACCES"],
        can_be_short: false,
    },
    Family {
        calls: &["flock"],
        errors: &["EIO", "EINTR"],
        more_errors: &["ENOLCK"],
        can_be_short: false,
    },
    Family {
        calls: &["statx", "statfs", "fadvise64"],
        errors: &["EIO"],
        more_errors: &["EINTR", "EACCES"],
        can_be_short: false,
    },
    Family {
        calls: &["sendto", "writev", "recvfrom"],
        errors: &["ECONNRESET", "EINTR"],
        more_errors: &["EPIPE", "ETIMEDOUT", "EIO"],
        can_be_short: true,
    },
    // `write` is to standard output, and to wake a thread; when others fail there is nothing that
    // anybody could do about it.
    Family {
        calls: &["write", "close", "fcntl"],
        errors: &[],
        more_errors: &[],
        can_be_short: false,
    },
    Family {
        calls: &["socket", "connect", "epoll_wait"],
        errors: &["EINTR"],
        more_errors: &["EIO", "ETIMEDOUT"],
        can_be_short: false,
    },
];

/// All of them.
pub(super) fn all() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|family| family.calls).copied()
}

/// What may become of `call`.
pub(super) fn faults(call: &str, long: bool) -> Vec<Fault> {
    let mut faults = vec![Fault::Kill];
    let family = FAMILIES.iter().find(|family| family.calls.contains(&call));
    if let Some(family) = family {
        let more = if long { family.more_errors } else { &[] };
        let errors = family.errors.iter().chain(more);
        faults.extend(errors.map(|name| Fault::Error(name)));
        if family.can_be_short {
            faults.push(Fault::Short);
        }
    }
    faults
}

/// How often a call is made.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Count {
    /// By the thread that makes it most. strace counts for each thread by itself, so more than that
    /// is never reached.
    pub(super) most: u32,
    /// By any other.
    pub(super) second: u32,
}

/// How often each call is made, after a log of `strace -f`.
pub(super) fn counted(log: &str) -> BTreeMap<&'static str, Count> {
    let mut by_thread = BTreeMap::<(&str, &'static str), u32>::new();
    for line in log.lines() {
        let Some((thread, rest)) = line.split_once(' ') else {
            continue;
        };
        // `<... read resumed>` is a call that was told before.
        let Some((name, _)) = rest.trim_start().split_once('(') else {
            continue;
        };
        if let Some(call) = all().find(|call| *call == name) {
            *by_thread.entry((thread, call)).or_default() += 1;
        }
    }
    let mut counts = BTreeMap::<_, Count>::new();
    for ((_, call), made) in by_thread {
        let count = counts.entry(call).or_default();
        let lesser = made.min(count.most);
        count.second = lesser.max(count.second);
        count.most = made.max(count.most);
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_by_thread_and_once_each() {
        let log = "7  read(3, <unfinished ...>\n8 read(3, \"\", 1) = 0\n7  <... read resumed>) = 1\n\
                   8  getpid() = 7\n8  fsync(4) = 0\n";
        let count = |most, second| Count { most, second };
        let expected = [("read", count(1, 1)), ("fsync", count(1, 0))];
        assert_eq!(counted(log), BTreeMap::from(expected));
        let count_of_7 = counted("7 read(3\n7 read(3\n8 read(3\n9 read(3\n");
        assert_eq!(count_of_7["read"], count(2, 1));
    }
}
