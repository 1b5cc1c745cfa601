//! Keeps what is in memory, secrets among it, from being written to a file or read by others.

use rustix::process::{Resource, Rlimit, setrlimit};

/// Leaves no core dump if this process, or one it starts, dies; on Linux nobody but root may read
/// this one's memory from now on, either.
///
/// Whoever wants to look into it with a debugger does so as root.
///
/// Where the system does not let us, it is as it was: no reason not to work.
pub(crate) fn withhold() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    // The limit alone does not stop a program that is told to take dumps in.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
