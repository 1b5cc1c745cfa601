use std::mem::MaybeUninit;
use std::ptr;

/// Keeps `SIGPIPE` from a program that has not asked for it: a connection that the peer closed would
/// end the process at the next write.
///
/// While this lives the signal is blocked in this thread, and in those that it starts. What came
/// meanwhile is taken away before the old mask is back, unless it was waiting already.
#[derive(Debug)]
pub(super) struct NoSigpipe {
    old: libc::sigset_t,
    was_pending: bool,
}

impl NoSigpipe {
    pub(super) fn block() -> Self {
        let (set, mut old) = (only_sigpipe(), MaybeUninit::uninit());
        // SAFETY: both sets are valid, and the first is read only.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, old.as_mut_ptr()) };
        Self {
            // SAFETY: blocking a signal that exists cannot fail, and wrote the old mask.
            old: unsafe { old.assume_init() },
            was_pending: is_pending(),
        }
    }
}

impl Drop for NoSigpipe {
    fn drop(&mut self) {
        if !self.was_pending && is_pending() {
            let now = libc::timespec {
                tv_sec: 0,
                tv_nsec: 0,
            };
            let set = only_sigpipe();
            // SAFETY: a valid set and time; who sent it is not asked.
            unsafe { libc::sigtimedwait(&raw const set, ptr::null_mut(), &raw const now) };
        }
        // SAFETY: the mask that this thread had.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.old, ptr::null_mut()) };
    }
}

fn only_sigpipe() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: the first call writes the whole set, and the second adds a signal that exists.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        set.assume_init()
    }
}

fn is_pending() -> bool {
    let mut set = MaybeUninit::uninit();
    // SAFETY: the first call writes the whole set, which the second reads.
    unsafe {
        libc::sigpending(set.as_mut_ptr()) == 0
            && libc::sigismember(set.as_ptr(), libc::SIGPIPE) == 1
    }
}
