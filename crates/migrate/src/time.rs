//! Moments as the files of a work place have them: RFC 3339, in UTC.

use std::time::SystemTime;

use jiff::Timestamp;

/// `2026-11-27T20:00:36.123456789Z`, with as many digits as it takes. What is outside the years that can
/// be written is written as 1970.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    timestamp(time).to_string()
}

/// Its inverse; `None` for what is no moment.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    text.parse::<Timestamp>().ok().map(SystemTime::from)
}

/// `20261127T200036Z`, which sorts as time goes.
pub(crate) fn compact(time: SystemTime) -> String {
    timestamp(time).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn timestamp(time: SystemTime) -> Timestamp {
    Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// For serde.
pub(crate) mod as_text {
    use std::time::SystemTime;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(
        time: &SystemTime,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&super::rfc3339(*time))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<SystemTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        super::parse(&text).ok_or_else(|| D::Error::custom("not a moment in RFC 3339"))
    }
}

/// The same where there may be none.
pub(crate) mod as_optional_text {
    use std::time::SystemTime;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[allow(clippy::ref_option)] // serde's signature
    pub(crate) fn serialize<S: Serializer>(
        time: &Option<SystemTime>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.serialize_some(&super::rfc3339(*time)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<SystemTime>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else {
            return Ok(None);
        };
        match super::parse(&text) {
            None => Err(D::Error::custom("not a moment in RFC 3339")),
            time => Ok(time),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    #[test]
    fn a_moment_is_read_back_to_the_nanosecond() {
        let moment = UNIX_EPOCH + Duration::new(1_795_809_636, 123_456_789);
        assert_eq!(parse(&rfc3339(moment)), Some(moment));
        assert_eq!(compact(moment), "20261127T200036Z");
        assert_eq!(parse("yesterday"), None);
    }
}
