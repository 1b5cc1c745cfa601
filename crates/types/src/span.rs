use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use crate::Invalid;

/// A length of time as users write it: `30s`, `20ms`, `2h 30m`, `7d`; a bare number is seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(Duration);

impl Span {
    /// The same length of time for the standard library.
    pub fn get(self) -> Duration {
        self.0
    }
}

impl From<Duration> for Span {
    fn from(duration: Duration) -> Self {
        Self(duration)
    }
}

impl FromStr for Span {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let trimmed = text.trim();
        if let Ok(seconds) = trimmed.parse::<u32>() {
            return Ok(Self(Duration::from_secs(seconds.into())));
        }
        humantime::parse_duration(trimmed).map(Self).map_err(|_| {
            Invalid::new(
                "duration",
                text,
                "write a number and a unit: 30s, 20ms, 2h, 7d",
            )
        })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_number_is_seconds() {
        let span = |text: &str| text.parse::<Span>().ok().map(Span::get);
        assert_eq!(span("30"), Some(Duration::from_secs(30)));
        assert_eq!(span("20ms"), Some(Duration::from_millis(20)));
        assert_eq!(span("7d"), Some(Duration::from_hours(7 * 24)));
        assert_eq!(span("soon"), None);
        assert_eq!(span("-1s"), None);
    }
}
