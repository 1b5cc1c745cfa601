//! Whether an item at the destination is what the source has, as far as the two listings tell.
//!
//! Pure. A listing has no times of modification that were kept with objects and no checksums, so the
//! answer may be a question.

use std::time::{Duration, SystemTime};

use super::plan::Why;
use super::request::Compare;
use crate::item::Item;
use crate::run_pointer::Direction;

/// What two items are to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Same,
    Differs(Why),
    Ask(Question),
}

/// What is to be found out of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// When a file was modified, and what is kept of that with the object.
    Times,
    /// The CRC-64 of both.
    Checksums,
}

/// Compares `there`, at the destination, with the source. The clocks of this machine and of OSS may
/// differ by so much.
pub(super) fn compare(
    how: Compare,
    way: Direction,
    source: &Item,
    there: &Item,
    clocks: Duration,
) -> Verdict {
    if source.size != there.size {
        return Verdict::Differs(Why::Size);
    }
    match how {
        Compare::Size => Verdict::Same,
        Compare::Checksum => Verdict::Ask(Question::Checksums),
        Compare::Times if is_surely_of(way, source, there, clocks) => Verdict::Same,
        // Within OSS to compare checksums costs no more than to compare times.
        Compare::Times if way == Direction::Copy => Verdict::Ask(Question::Checksums),
        Compare::Times => Verdict::Ask(Question::Times),
    }
}

/// Whether `there` was made after all that happened to the source, and nothing happened to it since.
fn is_surely_of(way: Direction, source: &Item, there: &Item, clocks: Duration) -> bool {
    match way {
        // What replaces a file by an older one leaves its time of modification, and not its inode's.
        Direction::Upload => {
            is_later(there.changed, source.changed, clocks)
                && is_later(there.changed, source.modified, clocks)
        }
        // A download gives the file the time that was kept, or that of the object: neither is later
        // than the object. Who writes to it makes it later.
        Direction::Download => {
            is_later(there.changed, source.changed, clocks)
                && is_later(add(source.changed, SECOND), there.modified, Duration::ZERO)
        }
        // Both by the clock of OSS, which tells seconds.
        Direction::Copy => is_later(there.changed, source.changed, SECOND),
    }
}

const SECOND: Duration = Duration::from_secs(1);

fn add(time: Option<SystemTime>, duration: Duration) -> Option<SystemTime> {
    time?.checked_add(duration)
}

/// Whether the one is later by at least so much; what is not known is not.
fn is_later(one: Option<SystemTime>, other: Option<SystemTime>, by: Duration) -> bool {
    match (one, add(other, by)) {
        (Some(one), Some(other)) => one >= other,
        _ => false,
    }
}

/// Whether a file was modified when it is said to have been: some file systems, and some programs,
/// keep whole seconds.
pub(super) fn is_same_moment(one: SystemTime, other: SystemTime) -> bool {
    let of = |time: SystemTime| match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => (i128::from(since.as_secs()), since.subsec_nanos()),
        Err(before) => {
            let nanos = -i128::try_from(before.duration().as_nanos()).unwrap_or(i128::MAX);
            let nanos_of_second = nanos.rem_euclid(1_000_000_000);
            (
                nanos.div_euclid(1_000_000_000),
                u32::try_from(nanos_of_second).unwrap_or(0),
            )
        }
    };
    let ((one, fraction), (other, other_fraction)) = (of(one), of(other));
    one == other && (fraction == other_fraction || fraction == 0 || other_fraction == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn item(size: u64, modified: Option<u64>, changed: u64) -> Item {
        Item {
            name: "a".to_owned(),
            size,
            version: String::new(),
            modified: modified.map(at),
            changed: Some(at(changed)),
        }
    }

    const CLOCKS: Duration = Duration::from_mins(1);

    fn by_times(way: Direction, source: &Item, there: &Item) -> Verdict {
        compare(Compare::Times, way, source, there, CLOCKS)
    }

    #[test]
    fn another_size_is_another_item_however_it_is_compared() {
        for how in [Compare::Times, Compare::Size, Compare::Checksum] {
            for way in [Direction::Upload, Direction::Download, Direction::Copy] {
                let verdict = compare(how, way, &item(1, Some(1), 1), &item(2, Some(1), 9), CLOCKS);
                assert_eq!(verdict, Verdict::Differs(Why::Size));
            }
        }
    }

    #[test]
    fn an_object_that_is_younger_than_all_that_happened_to_the_file_is_of_it() {
        let up = |modified, changed, object| {
            let (file, object) = (item(1, Some(modified), changed), item(1, None, object));
            by_times(Direction::Upload, &file, &object)
        };
        assert_eq!(up(100, 100, 160), Verdict::Same);
        let asks = Verdict::Ask(Question::Times);
        assert_eq!(
            up(100, 101, 160),
            asks,
            "an older file may have been put there"
        );
        assert_eq!(up(161, 100, 160), asks);
        assert_eq!(up(100, 100, 159), asks, "the clocks may differ");
    }

    #[test]
    fn a_file_that_is_younger_than_the_object_and_was_not_written_to_since_is_of_it() {
        let down = |object, modified, changed| {
            let (object, file) = (item(1, None, object), item(1, Some(modified), changed));
            by_times(Direction::Download, &object, &file)
        };
        assert_eq!(down(100, 50, 160), Verdict::Same);
        assert_eq!(down(100, 100, 160), Verdict::Same);
        let asks = Verdict::Ask(Question::Times);
        assert_eq!(down(100, 200, 200), asks, "it was written to");
        assert_eq!(
            down(100, 50, 159),
            asks,
            "the object may have been replaced since"
        );
        assert_eq!(
            down(100, 50, 50),
            asks,
            "it may be what the object was made of"
        );
    }

    #[test]
    fn a_copy_that_is_younger_is_one_and_otherwise_the_checksums_tell() {
        let across = |source, there| {
            by_times(
                Direction::Copy,
                &item(1, None, source),
                &item(1, None, there),
            )
        };
        assert_eq!(across(100, 101), Verdict::Same);
        assert_eq!(across(100, 100), Verdict::Ask(Question::Checksums));
        assert_eq!(across(101, 100), Verdict::Ask(Question::Checksums));
    }

    #[test]
    fn without_a_time_there_is_no_saying() {
        let nameless = Item {
            changed: None,
            ..item(1, None, 0)
        };
        for way in [Direction::Upload, Direction::Download, Direction::Copy] {
            let verdict = by_times(way, &nameless, &nameless);
            assert!(matches!(verdict, Verdict::Ask(_)), "{way:?}");
        }
    }

    #[test]
    fn a_moment_is_the_same_where_one_of_two_is_told_in_whole_seconds() {
        let at = |nanos| SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
        let second = 1_000_000_000;
        assert!(is_same_moment(at(second + 5), at(second + 5)));
        assert!(is_same_moment(at(second + 5), at(second)));
        assert!(!is_same_moment(at(second + 5), at(second + 6)));
        assert!(!is_same_moment(at(second), at(2 * second)));
        let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
        assert!(is_same_moment(before, before));
        assert!(is_same_moment(
            before,
            SystemTime::UNIX_EPOCH - Duration::from_secs(2)
        ));
    }
}
