//! Moments as OSS writes them, for any clock: what cannot be written counts as the nearest moment
//! that can. The service refuses such a date as skewed, and the clock then learns the right one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// A moment between 1970 and 9999, in whole seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    unix_seconds: u64,
}

/// 9999-12-30T22:00:00Z, the end of what [`Timestamp`] can hold.
const LAST_UNIX_SECONDS: u64 = 253_402_207_200;

impl Moment {
    /// Seconds since 1970.
    pub(crate) fn unix_seconds(self) -> u64 {
        self.unix_seconds
    }

    /// As V4 signatures write it: `20231216T162057Z`. The first eight digits are the date.
    pub(crate) fn compact(self) -> String {
        let seconds = i64::try_from(self.unix_seconds).expect("a moment ends in the year 9999");
        Timestamp::from_second(seconds)
            .expect("a moment ends in the year 9999")
            .strftime("%Y%m%dT%H%M%SZ")
            .to_string()
    }

    /// As the `Date` header has it: `Sat, 16 Dec 2023 16:20:57 GMT`.
    pub(crate) fn http_date(self) -> String {
        httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(self.unix_seconds))
    }
}

impl From<SystemTime> for Moment {
    fn from(time: SystemTime) -> Self {
        let since_1970 = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            unix_seconds: since_1970.as_secs().min(LAST_UNIX_SECONDS),
        }
    }
}

/// Reads an HTTP date, as in the headers `Date` and `Last-Modified`; `None` if it is none.
pub(crate) fn parse_http_date(text: &str) -> Option<SystemTime> {
    httpdate::parse_http_date(text).ok()
}

/// Reads a date as XML answers have it, `2012-02-24T08:42:32.000Z`; `None` if it is none.
pub(crate) fn parse_iso_date(text: &str) -> Option<SystemTime> {
    text.parse::<Timestamp>().ok().map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(unix_seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(unix_seconds)
    }

    #[test]
    fn a_moment_is_written_in_both_forms() {
        let moment = Moment::from(at(1_702_743_657));
        assert_eq!(moment.compact(), "20231216T162057Z");
        assert_eq!(moment.http_date(), "Sat, 16 Dec 2023 16:20:57 GMT");
    }

    #[test]
    fn any_clock_can_be_written() {
        let before = Moment::from(UNIX_EPOCH - Duration::from_secs(1));
        assert_eq!(before.compact(), "19700101T000000Z");
        let far = Moment::from(at(1 << 60));
        assert_eq!(far.compact(), "99991230T220000Z");
        assert_eq!(far.http_date(), "Thu, 30 Dec 9999 22:00:00 GMT");
    }

    #[test]
    fn a_date_header_is_read_back() {
        let date = "Sat, 16 Dec 2023 16:20:57 GMT";
        assert_eq!(parse_http_date(date), Some(at(1_702_743_657)));
        assert_eq!(parse_http_date("yesterday"), None);
    }

    #[test]
    fn a_date_of_xml_is_read_back() {
        let date = "2023-12-16T16:20:57.000Z";
        assert_eq!(parse_iso_date(date), Some(at(1_702_743_657)));
        for bad in ["", "2023-12-16", "yesterday", "2023-12-16T16:20:57"] {
            assert_eq!(parse_iso_date(bad), None, "{bad}");
        }
    }
}
