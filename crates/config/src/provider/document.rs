//! The document by which credentials are handed out.

use std::sync::Arc;
use std::time::SystemTime;

use jiff::Timestamp;
use ossum_client::auth::{Credentials, CredentialsError, CredentialsErrorKind};
use serde_json::Value;

use super::web::failure;

/// Reads credentials that `whom` gave as a JSON object. Nothing of it is repeated in an error but
/// a code.
///
/// Names are compared without case and `_`, as STS, the metadata and the Alibaba Cloud CLI write
/// them differently.
pub(super) fn read(whom: &str, object: &Value) -> Result<Arc<Credentials>, CredentialsError> {
    let code = text(object, &["code"]).filter(|code| *code != "Success");
    if let Some(code) = code.and_then(as_code) {
        return Err(failure(format!("{whom} gives no credentials: {code}")));
    }
    let part = |names: &[&str]| text(object, names).filter(|text| !text.is_empty());
    let needed = |names: &[&str], what| {
        part(names).ok_or_else(|| failure(format!("{whom} gives no {what}")))
    };
    let id = needed(&["accesskeyid"], "access key ID")?;
    let secret = needed(&["accesskeysecret"], "access key secret")?;
    let mut credentials = Credentials::new(id, secret)?;
    if let Some(token) = part(&["securitytoken", "sessiontoken", "ststoken"]) {
        credentials = credentials.with_security_token(token)?;
    }
    if let Some(end) = part(&["expiration"]) {
        let end = end.parse::<Timestamp>().map_err(|_| {
            let message = format!("{whom} gives an expiration that is no time");
            CredentialsError::new(CredentialsErrorKind::Unavailable, message)
        })?;
        credentials = credentials.with_expiry(SystemTime::from(end));
    }
    Ok(Arc::new(credentials))
}

/// Reads `bytes` as JSON.
pub(super) fn json(whom: &str, bytes: &[u8]) -> Result<Value, CredentialsError> {
    let object = serde_json::from_slice(bytes).ok().filter(Value::is_object);
    object.ok_or_else(|| {
        failure(format!(
            "{whom} answers with something else than credentials"
        ))
    })
}

/// The text of the member with one of `names`.
fn text<'a>(object: &'a Value, names: &[&str]) -> Option<&'a str> {
    let is_named = |name: &str| {
        let plain: String = name.chars().filter(|c| *c != '_').collect();
        names.contains(&plain.to_ascii_lowercase().as_str())
    };
    let mut members = object.as_object()?.iter();
    members.find(|(name, _)| is_named(name))?.1.as_str()
}

/// A code as it may be shown: one word, and no text of others.
pub(super) fn as_code(text: &str) -> Option<&str> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!text.is_empty() && text.len() <= 80 && text.chars().all(fits)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Result<Arc<Credentials>, CredentialsError> {
        read("x", &json("x", text.as_bytes())?)
    }

    #[test]
    fn all_spellings_are_read() {
        for text in [
            r#"{"Code":"Success","AccessKeyId":"i","AccessKeySecret":"s","SecurityToken":"t","Expiration":"2030-01-01T00:00:00Z"}"#,
            r#"{"mode":"StsToken","access_key_id":"i","access_key_secret":"s","sts_token":"t","expiration":"2030-01-01T00:00:00Z"}"#,
        ] {
            let read = read_text(text).unwrap();
            assert_eq!(
                (read.access_key_id(), read.security_token()),
                ("i", Some("t"))
            );
            assert_eq!(read.access_key_secret(), "s");
            let end: Timestamp = "2030-01-01T00:00:00Z".parse().unwrap();
            assert_eq!(read.expires_at(), Some(SystemTime::from(end)));
        }
    }

    #[test]
    fn what_lacks_something_is_refused_and_not_repeated() {
        for text in [
            "<html>hunter2</html>",
            "\"hunter2\"",
            r#"{"AccessKeyId":"hunter2"}"#,
            r#"{"AccessKeyId":"i","AccessKeySecret":"hunter2","Expiration":"hunter2"}"#,
            r#"{"AccessKeyId":"i","AccessKeySecret":"hunter2\n"}"#,
            r#"{"Code":"Failed hunter2"}"#,
        ] {
            let error = read_text(text).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{text}");
        }
        let failed = read_text(r#"{"Code":"NoRole"}"#).unwrap_err().to_string();
        assert_eq!(failed, "x gives no credentials: NoRole");
    }
}
