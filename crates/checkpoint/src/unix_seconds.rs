//! Times as whole seconds since 1970: for `#[serde(with = "unix_seconds")]`.

use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serializer, de};

use crate::text::{from_seconds, seconds};

/// Writes `time` as whole seconds since 1970. What is earlier is 1970.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(seconds(*time))
}

/// Reads what [`serialize`] writes.
///
/// # Errors
/// What is no number, or later than the system's clock goes.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SystemTime, D::Error> {
    let seconds = u64::deserialize(deserializer)?;
    from_seconds(seconds).map_err(|_| de::Error::custom("no time of this system's clock"))
}
