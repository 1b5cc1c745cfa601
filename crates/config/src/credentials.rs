use std::sync::Arc;

use ossum_client::auth::{Credentials, CredentialsProvider, StaticCredentials};

use crate::error::Error;
use crate::layer::{Key, Layer, Layers};

const PARTS: [Key; 3] = [Key::AccessKeyId, Key::AccessKeySecret, Key::SecurityToken];

/// Credentials from the first layer that has any part of them.
///
/// They come from one place: an ID from here with a secret from there would be a mistake that
/// nobody finds.
pub(crate) fn find(layers: &Layers) -> Result<Arc<dyn CredentialsProvider>, Error> {
    let layer = layers.first_with(&PARTS).ok_or(Error::NoCredentials)?;
    let id = part(layer, Key::AccessKeyId, "OSS_ACCESS_KEY_ID")?;
    let secret = part(layer, Key::AccessKeySecret, "OSS_ACCESS_KEY_SECRET")?;
    let mut credentials = Credentials::new(id, secret).map_err(Error::BadCredentials)?;
    if let Some(token) = layer.get(Key::SecurityToken) {
        let temporary = credentials.with_security_token(token.text.as_str());
        credentials = temporary.map_err(Error::BadCredentials)?;
    }
    Ok(Arc::new(StaticCredentials::new(credentials)))
}

fn part<'a>(layer: &'a Layer, key: Key, missing: &'static str) -> Result<&'a str, Error> {
    if let Some(setting) = layer.get(key) {
        return Ok(&setting.text);
    }
    let present = PARTS.iter().find_map(|key| layer.get(*key));
    match present {
        Some(setting) => Err(Error::HalfCredentials {
            present: setting.origin.clone(),
            missing,
        }),
        None => Err(Error::NoCredentials),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Environment, Origin};

    fn find_in(variables: &[(&str, &str)]) -> Result<Arc<dyn CredentialsProvider>, Error> {
        let environment: Environment = variables.iter().copied().collect();
        find(&Layers::new(vec![environment.layer()?]))
    }

    const ID: (&str, &str) = ("OSS_ACCESS_KEY_ID", "LTAI-the-access-key");
    const SECRET: (&str, &str) = ("OSS_ACCESS_KEY_SECRET", "hunter2");
    const TOKEN: (&str, &str) = ("OSS_SESSION_TOKEN", "the-token");

    #[test]
    fn a_pair_with_or_without_a_token_is_found() {
        assert!(find_in(&[ID, SECRET]).is_ok());
        let temporary = format!("{:?}", find_in(&[ID, SECRET, TOKEN]).unwrap());
        assert!(temporary.contains("temporary: true"), "{temporary}");
        assert!(!temporary.contains("hunter2") && !temporary.contains("the-token"));
    }

    #[test]
    fn half_a_pair_says_what_is_there_and_what_is_not() {
        for (given, present, missing) in [
            (ID, "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET"),
            (SECRET, "OSS_ACCESS_KEY_SECRET", "OSS_ACCESS_KEY_ID"),
            (TOKEN, "OSS_SESSION_TOKEN", "OSS_ACCESS_KEY_ID"),
        ] {
            match find_in(&[given]) {
                Err(Error::HalfCredentials {
                    present: found,
                    missing: lacking,
                }) => {
                    assert_eq!((found, lacking), (Origin::Variable(present), missing));
                }
                other => panic!("{given:?}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_secret_given_empty_is_not_given() {
        let half = find_in(&[ID, ("OSS_ACCESS_KEY_SECRET", "")]);
        assert!(matches!(half, Err(Error::HalfCredentials { .. })));
        let none = find_in(&[("OSS_ACCESS_KEY_ID", ""), ("OSS_ACCESS_KEY_SECRET", "")]);
        assert!(matches!(none, Err(Error::NoCredentials)));
    }

    #[test]
    fn a_line_break_in_a_secret_is_refused_and_the_secret_not_repeated() {
        let error = find_in(&[ID, ("OSS_ACCESS_KEY_SECRET", "hunter2\n")]).unwrap_err();
        assert!(matches!(error, Error::BadCredentials(_)));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
