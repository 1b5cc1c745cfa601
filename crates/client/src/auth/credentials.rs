use std::fmt;
use std::time::SystemTime;

use super::provider::{CredentialsError, CredentialsErrorKind};

/// An access key, with a security token where it is a temporary one.
///
/// Neither `Debug` nor an error of this type shows the secret or the token.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    access_key_id: String,
    access_key_secret: String,
    security_token: Option<String>,
    expires_at: Option<SystemTime>,
}

impl Credentials {
    /// A long-lived access key.
    ///
    /// # Errors
    /// [`CredentialsErrorKind::Invalid`] if one of the two is empty or has a character other than
    /// printable ASCII: a line break at the end of a file, most often.
    pub fn new(
        access_key_id: impl Into<String>,
        access_key_secret: impl Into<String>,
    ) -> Result<Self, CredentialsError> {
        Ok(Self {
            access_key_id: checked("access key ID", access_key_id.into())?,
            access_key_secret: checked("access key secret", access_key_secret.into())?,
            security_token: None,
            expires_at: None,
        })
    }

    /// The same access key as a temporary one, which the service accepts only with its token.
    ///
    /// # Errors
    /// [`CredentialsErrorKind::Invalid`] as for [`Credentials::new`].
    pub fn with_security_token(
        self,
        security_token: impl Into<String>,
    ) -> Result<Self, CredentialsError> {
        let security_token = Some(checked("security token", security_token.into())?);
        Ok(Self {
            security_token,
            ..self
        })
    }

    /// The same credentials, known to end at `expires_at`.
    #[must_use]
    pub fn with_expiry(self, expires_at: SystemTime) -> Self {
        Self {
            expires_at: Some(expires_at),
            ..self
        }
    }

    /// The public half of the access key. It stands in every signature.
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The secret half of the access key. It never leaves this process.
    pub fn access_key_secret(&self) -> &str {
        &self.access_key_secret
    }

    /// The token of temporary credentials; as secret as the other half.
    pub fn security_token(&self) -> Option<&str> {
        self.security_token.as_deref()
    }

    /// When the service stops accepting them, where that is known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }
}

/// Refuses what no header could carry. The value is not repeated.
fn checked(what: &str, value: String) -> Result<String, CredentialsError> {
    let refuse = |reason: &str| {
        Err(CredentialsError::new(
            CredentialsErrorKind::Invalid,
            format!("the {what} {reason}"),
        ))
    };
    if value.is_empty() {
        return refuse("is empty");
    }
    if !value.bytes().all(|b| b.is_ascii_graphic()) {
        return refuse("has a blank, a line break or a character that is not ASCII");
    }
    Ok(value)
}

/// Shortens an access key ID so that its owner still recognises it: `LTAI***WXYZ`.
pub fn masked(access_key_id: &str) -> String {
    const SHOWN: usize = 4;
    // Of a short one, what is shown would be most of it.
    if access_key_id.len() < 4 * SHOWN || !access_key_id.is_ascii() {
        return "***".to_owned();
    }
    let (head, rest) = access_key_id.split_at(SHOWN);
    format!("{head}***{}", &rest[rest.len() - SHOWN..])
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("access_key_id", &masked(&self.access_key_id))
            .field("temporary", &self.security_token.is_some())
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_secret_nor_token() {
        let credentials = Credentials::new("LTAI5tExampleKeyIdWXYZ", "TheSecretHalf")
            .unwrap()
            .with_security_token("TheToken")
            .unwrap();
        let shown = format!("{credentials:#?}");
        assert!(shown.contains("LTAI***WXYZ"), "{shown}");
        assert!(!shown.contains("TheSecretHalf") && !shown.contains("TheToken"));
        assert!(!format!("{:?}", Credentials::new("short", "s").unwrap()).contains("short"));
    }

    #[test]
    fn what_no_header_could_carry_is_refused_and_not_repeated() {
        for bad in ["", "value\n", "va lue", "välue", "\0"] {
            let refusals = [
                Credentials::new(bad, "secret").unwrap_err(),
                Credentials::new("id", bad).unwrap_err(),
                Credentials::new("id", "secret")
                    .unwrap()
                    .with_security_token(bad)
                    .unwrap_err(),
            ];
            for refusal in refusals {
                assert_eq!(refusal.kind(), CredentialsErrorKind::Invalid);
                assert!(bad.is_empty() || !format!("{refusal:?}").contains(bad));
            }
        }
    }
}
