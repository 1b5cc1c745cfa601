use http::StatusCode;
use jiff::Timestamp;

use super::unknown_key;
use crate::refusal::Refusal;
use crate::settings::AccessKey;

/// Checks the security token that came with a request signed by `key`.
///
/// Codes are those of the official documentation of STS errors; a temporary key without its
/// token is a key that OSS does not know.
pub(super) fn check(
    key: &AccessKey,
    provided: Option<&str>,
    now: Timestamp,
) -> Result<(), Refusal> {
    match (&key.token, provided) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(invalid()),
        (Some(_), None) => Err(unknown_key(&key.id)),
        (Some(token), Some(text)) if token.text != text => Err(invalid()),
        (Some(token), Some(_)) => match token.expires.map(Timestamp::try_from) {
            Some(Ok(expires)) if expires <= now => Err(expired()),
            _ => Ok(()),
        },
    }
}

fn invalid() -> Refusal {
    let message = "The security token you provided is invalid.";
    Refusal::new(StatusCode::FORBIDDEN, "InvalidSecurityToken", message)
}

fn expired() -> Refusal {
    let message = "The security token you provided has expired.";
    Refusal::new(StatusCode::FORBIDDEN, "SecurityTokenExpired", message)
}
