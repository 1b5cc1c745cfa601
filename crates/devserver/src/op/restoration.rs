use http::{Response, StatusCode};
use jiff::{SignedDuration, Timestamp};

use crate::answer::set_oss;
use crate::clock::http_date;
use crate::refusal::Refusal;
use crate::store::{Object, Restored};

/// What may be done with an object of an archive class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It is of another class: it can always be read.
    NotArchived,
    /// It cannot be read until it is restored.
    Frozen,
    /// It is being restored.
    Thawing,
    /// It can be read until then.
    Thawed(Timestamp),
}

/// Finds out what may be done with `object` at `now`.
pub(super) fn state(object: &Object, now: Timestamp) -> State {
    if !object.metadata.storage_class.contains("Archive") {
        return State::NotArchived;
    }
    let Some(Restored { from_ms, until_ms }) = object.restored else {
        return State::Frozen;
    };
    let until = Timestamp::from_millisecond(until_ms).unwrap_or(Timestamp::MAX);
    if now >= until {
        State::Frozen
    } else if now.as_millisecond() < from_ms {
        State::Thawing
    } else {
        State::Thawed(until)
    }
}

/// Refuses to read an object that is archived and not restored.
pub(super) fn check_readable(object: &Object, now: Timestamp) -> Result<(), Refusal> {
    match state(object, now) {
        State::NotArchived | State::Thawed(_) => Ok(()),
        State::Frozen | State::Thawing => {
            let message = "The operation is not valid for the object's state.";
            let status = StatusCode::FORBIDDEN;
            Err(Refusal::new(status, "InvalidObjectState", message))
        }
    }
}

/// What `x-oss-restore` says of an object, if anything.
pub(super) fn describe(object: &Object, now: Timestamp) -> Option<String> {
    match state(object, now) {
        State::NotArchived | State::Frozen => None,
        State::Thawing => Some("ongoing-request=\"true\"".to_owned()),
        State::Thawed(until) => {
            let until = http_date(until);
            Some(format!(
                "ongoing-request=\"false\", expiry-date=\"{until}\""
            ))
        }
    }
}

/// Says whether an archived object can be read.
pub(super) fn tell<B>(response: &mut Response<B>, object: &Object, now: Timestamp) {
    if let Some(text) = describe(object, now) {
        set_oss(response, "x-oss-restore", text);
    }
}

/// When an object can be read that is restored at `from` and for `days`.
pub(super) fn restored(from: Timestamp, days: u32) -> Restored {
    let lasts = SignedDuration::from_hours(24 * i64::from(days));
    let until = from.checked_add(lasts).unwrap_or(Timestamp::MAX);
    Restored {
        from_ms: from.as_millisecond(),
        until_ms: until.as_millisecond(),
    }
}
