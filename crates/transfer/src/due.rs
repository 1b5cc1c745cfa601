use std::time::{Duration, Instant};

/// When what was moved is to be made durable: not at every part, which would cost more than the
/// parts, and not so late that a power loss would cost much.
#[derive(Debug)]
pub(crate) struct Due {
    since: Instant,
    bytes: u64,
}

const INTERVAL: Duration = Duration::from_secs(5);
const MOST_BYTES: u64 = 1 << 30;

impl Due {
    pub(crate) fn new() -> Self {
        Self {
            since: Instant::now(),
            bytes: 0,
        }
    }

    /// Takes note of bytes that are not durable yet.
    pub(crate) fn add(&mut self, bytes: u64) {
        if self.bytes == 0 {
            self.since = Instant::now();
        }
        self.bytes += bytes;
    }

    /// Whether it is time. If so, it begins to count anew.
    pub(crate) fn take(&mut self) -> bool {
        let due = self.bytes >= MOST_BYTES || (self.bytes > 0 && self.since.elapsed() >= INTERVAL);
        if due {
            self.bytes = 0;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gibibyte_is_due_at_once_and_nothing_never() {
        let mut due = Due::new();
        assert!(!due.take());
        due.add(MOST_BYTES - 1);
        assert!(!due.take());
        due.add(1);
        assert!(due.take());
        assert!(!due.take());
    }

    #[test]
    fn a_byte_is_due_after_a_while() {
        let mut due = Due::new();
        due.add(1);
        due.since = Instant::now().checked_sub(INTERVAL).unwrap();
        assert!(due.take());
    }
}
