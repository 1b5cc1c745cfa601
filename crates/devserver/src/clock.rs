use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

/// The server's idea of what time it is; tests set their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self::new(SystemTime::now)
    }

    /// A clock that asks `now` each time; any thread may call it, and it must not block.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time now, to the nanosecond; a time no calendar has is the epoch.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::try_from((self.0)()).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Clock").field(&self.now()).finish()
    }
}

const HTTP_DATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
const BASIC: &str = "%Y%m%dT%H%M%SZ";
const ISO: &str = "%Y-%m-%dT%H:%M:%SZ";
const EXTENDED: &str = "%Y-%m-%dT%H:%M:%S.000Z";

/// `Sun, 06 Nov 1994 08:49:37 GMT`, as HTTP headers carry it.
pub(crate) fn http_date(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime(HTTP_DATE).to_string()
}

/// `19941106T084937Z`, as V4 signatures carry it.
pub(crate) fn basic_date(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime(BASIC).to_string()
}

/// `1994-11-06T08:49:37.000Z`, as XML answers carry it: OSS keeps whole seconds.
pub(crate) fn xml_date(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime(EXTENDED).to_string()
}

/// `1994-11-06T08:49:37Z`, as STS carries it.
pub(crate) fn iso_date(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime(ISO).to_string()
}

/// Reads what [`iso_date`] writes; `None` for anything else.
pub(crate) fn parse_iso_date(text: &str) -> Option<Timestamp> {
    parse(ISO, text)
}

/// Reads what [`http_date`] writes; `None` for anything else.
pub(crate) fn parse_http_date(text: &str) -> Option<Timestamp> {
    parse(HTTP_DATE, text)
}

/// Reads what [`basic_date`] writes; `None` for anything else.
pub(crate) fn parse_basic_date(text: &str) -> Option<Timestamp> {
    parse(BASIC, text)
}

fn parse(format: &str, text: &str) -> Option<Timestamp> {
    let broken_down = strtime::parse(format, text).ok()?;
    let time = broken_down.to_datetime().ok()?;
    time.to_zoned(TimeZone::UTC).ok().map(|t| t.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_and_read_in_the_three_forms_of_oss() {
        let time = Timestamp::from_second(1_702_743_657).unwrap();
        assert_eq!(http_date(time), "Sat, 16 Dec 2023 16:20:57 GMT");
        assert_eq!(basic_date(time), "20231216T162057Z");
        assert_eq!(xml_date(time), "2023-12-16T16:20:57.000Z");
        assert_eq!(parse_http_date(&http_date(time)), Some(time));
        assert_eq!(parse_basic_date(&basic_date(time)), Some(time));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for bad in ["", "yesterday", "20231316T162057Z", "2023", "\u{0}"] {
            assert_eq!(parse_http_date(bad), None, "{bad:?}");
            assert_eq!(parse_basic_date(bad), None, "{bad:?}");
        }
    }
}
