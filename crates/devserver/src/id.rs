use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;

/// Differs from process to process, so that two runs over one data directory make different IDs.
static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
static COUNT: AtomicU64 = AtomicU64::new(0);

/// 16 hexadecimal digits that no other call in this process returns.
fn fresh() -> String {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    // The low half counts, so two IDs never meet; the high half tells processes apart.
    format!(
        "{:08X}{:08X}",
        SEED.hash_one(count) >> 32,
        count & 0xffff_ffff
    )
}

/// A request ID in the form OSS gives it: 24 hexadecimal digits that begin with the time.
pub(crate) fn request_id(now: Timestamp) -> String {
    format!("{:08X}{}", now.as_second() & 0xffff_ffff, fresh())
}

/// 32 hexadecimal digits, unique: an upload ID, an opaque ETag, the name of a blob.
pub(crate) fn unique(now: Timestamp) -> String {
    format!("{:016X}{}", now.as_microsecond(), fresh())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_length_of_those_of_oss_and_differ() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        assert_eq!(request_id(now).len(), 24);
        assert_eq!(unique(now).len(), 32);
        assert_ne!(unique(now), unique(now));
    }
}
