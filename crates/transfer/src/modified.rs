//! When a file was last modified, as it is kept with its object: in the metadata `mtime`, as rclone
//! has it, decimal seconds since 1970 with as much of a fraction as there is.

use std::time::{Duration, SystemTime};

use ossum_client::op::ObjectInfo;

/// The name of the metadata.
const NAME: &str = "mtime";

const NANOS: i128 = 1_000_000_000;

/// Whether the file's time of modification is kept with the object.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Modified {
    /// Yes, in the metadata `mtime`, unless that is given otherwise.
    #[default]
    Keep,
    /// No.
    Leave,
}

/// When what an object holds was last modified: as it was kept with it, or else when the object was
/// written.
pub fn modified(info: &ObjectInfo) -> Option<SystemTime> {
    let kept = info.metadata_value(NAME).and_then(parse);
    kept.or(info.last_modified)
}

pub(crate) fn is_name(name: &str) -> bool {
    name.eq_ignore_ascii_case(NAME)
}

/// The metadata that keeps a time, given in nanoseconds since 1970.
pub(crate) fn metadata(nanos: i128) -> (String, String) {
    (NAME.to_owned(), text(nanos))
}

/// `1354040105.123456789`; no zeros at the end.
fn text(nanos: i128) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let nanos = nanos.abs();
    let whole = format!("{sign}{}.{:09}", nanos / NANOS, nanos % NANOS);
    whole.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Reads a time; nanoseconds at the finest. Other programs keep what they like under this name, so
/// what is no time is none.
fn parse(text: &str) -> Option<SystemTime> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let (seconds, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if seconds.is_empty() || !all_digits(seconds) || !all_digits(fraction) {
        return None;
    }
    let finest: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    let seconds: u64 = seconds.parse().ok()?;
    let since = Duration::new(seconds, finest.parse().ok()?);
    match sign {
        1 => SystemTime::UNIX_EPOCH.checked_add(since),
        _ => SystemTime::UNIX_EPOCH.checked_sub(since),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_seconds_with_the_fraction_it_has() {
        assert_eq!(text(1_354_040_105_123_456_789), "1354040105.123456789");
        assert_eq!(text(1_354_040_105_120_000_000), "1354040105.12");
        assert_eq!(text(1_354_040_100_000_000_000), "1354040100");
        assert_eq!(text(0), "0");
        assert_eq!(text(-1_500_000_000), "-1.5");
    }

    #[test]
    fn a_time_that_was_kept_is_the_same_again() {
        for nanos in [0, 1, 999_999_999, 1_354_040_105_123_456_789] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(nanos);
            assert_eq!(parse(&text(nanos.into())), Some(time));
        }
        let before = SystemTime::UNIX_EPOCH - Duration::from_millis(1500);
        assert_eq!(parse("-1.5"), Some(before));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            ".5",
            "x",
            "1.x",
            "1e9",
            "--1",
            "+1",
            "99999999999999999999",
            "1.2.3",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert!(
            parse("18446744073709551615").is_none(),
            "no clock goes so far"
        );
        assert_eq!(parse("1.1234567891"), parse("1.123456789"));
    }
}
