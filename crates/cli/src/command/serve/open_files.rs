use rustix::process::{Resource, getrlimit, setrlimit};

/// Lets this process open as many files as the system allows it.
///
/// Every connection and every upload to a directory has one open, and the usual soft limit of 1,024
/// is meant for programs that call select(2), which this one does not.
pub(super) fn allow_many() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(cause) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%cause, "the limit of open files stays as it is");
    }
}
