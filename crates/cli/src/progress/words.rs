//! How far a transfer is, in words.

use ossum_transfer::Snapshot;
use ossum_types::ByteSize;

/// How many bytes are there; those of retries count once at most.
pub(super) fn done_bytes(snapshot: &Snapshot) -> u64 {
    let there = snapshot.bytes_moved.saturating_add(snapshot.bytes_reused);
    there.min(snapshot.bytes_total.unwrap_or(u64::MAX))
}

/// `12.5 MiB of 20 MiB, 4 MiB already there, 3 MiB/s, 3s left`
pub(super) fn words(snapshot: &Snapshot, bytes_per_second: Option<u64>) -> String {
    let done = done_bytes(snapshot);
    let mut words = match snapshot.bytes_total {
        None if done == 0 => return "begins".to_owned(),
        // Of a stream.
        None => vec![ByteSize::new(done).to_string()],
        Some(total) => vec![format!(
            "{} of {}",
            ByteSize::new(done),
            ByteSize::new(total)
        )],
    };
    if snapshot.bytes_reused > 0 {
        words.push(format!(
            "{} already there",
            ByteSize::new(snapshot.bytes_reused)
        ));
    }
    if let Some(rate) = bytes_per_second {
        words.push(format!("{}/s", ByteSize::new(rate)));
        // Where all has been sent, what is not confirmed yet takes as long as it takes.
        let left = snapshot.bytes_total.map(|total| total - done);
        let left = left.filter(|left| *left > 0);
        let seconds = left.and_then(|left| left.checked_div(rate));
        words.extend(seconds.map(|seconds| format!("{} left", span(seconds))));
    }
    words.extend(retries(snapshot.retries));
    words.join(", ")
}

/// `3 retries`, where there are any: bytes that are sent again look like progress.
fn retries(number: u64) -> Option<String> {
    match number {
        0 => None,
        1 => Some("1 retry".to_owned()),
        more => Some(format!("{more} retries")),
    }
}

/// `7s`, `2m 05s`, `3h 20m`
pub(crate) fn span(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {:02}s", seconds / 60, seconds % 60),
        _ => format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_follows_from_total_and_rate() {
        let mut snapshot = Snapshot::default();
        assert_eq!(words(&snapshot, None), "begins");
        snapshot.bytes_total = Some(20 << 20);
        snapshot.bytes_moved = 10 << 20;
        snapshot.bytes_reused = 5 << 20;
        assert_eq!(
            words(&snapshot, Some(1 << 20)),
            "15 MiB of 20 MiB, 5 MiB already there, 1 MiB/s, 5s left"
        );
    }

    #[test]
    fn retries_do_not_pass_the_total() {
        let mut snapshot = Snapshot::default();
        snapshot.bytes_total = Some(10);
        snapshot.bytes_moved = 25;
        assert_eq!(done_bytes(&snapshot), 10);
    }

    #[test]
    fn what_has_been_sent_and_fails_is_not_about_to_end() {
        let mut snapshot = Snapshot::default();
        snapshot.bytes_total = Some(1 << 20);
        snapshot.bytes_moved = 3 << 20;
        snapshot.retries = 2;
        assert_eq!(
            words(&snapshot, Some(1 << 20)),
            "1 MiB of 1 MiB, 1 MiB/s, 2 retries"
        );
    }

    #[test]
    fn a_span_has_two_units_at_most() {
        assert_eq!(span(7), "7s");
        assert_eq!(span(125), "2m 05s");
        assert_eq!(span(12_000), "3h 20m");
    }
}
