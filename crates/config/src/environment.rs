use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use crate::error::Error;
use crate::layer::{Key, Layer, Origin};

/// The environment variables of a process, as a value.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

/// What each setting is called; names as in the official SDKs.
const VARIABLES: [(Key, &str); 5] = [
    (Key::AccessKeyId, "OSS_ACCESS_KEY_ID"),
    (Key::AccessKeySecret, "OSS_ACCESS_KEY_SECRET"),
    (Key::SecurityToken, "OSS_SESSION_TOKEN"),
    (Key::Region, "OSS_REGION"),
    (Key::Endpoint, "OSS_ENDPOINT"),
];

impl Environment {
    /// The value of a variable. One that is set to nothing counts as not set.
    pub(crate) fn get(&self, name: &'static str) -> Result<Option<&str>, Error> {
        match self.0.get(&OsString::from(name)) {
            None => Ok(None),
            Some(value) if value.is_empty() => Ok(None),
            // The value is not repeated: it may be a secret.
            Some(value) => value.to_str().map(Some).ok_or(Error::NotText(name)),
        }
    }

    /// The value of a variable that names a file or directory, which need not be text.
    pub(crate) fn path(&self, name: &str) -> Option<&Path> {
        let value = self.0.get(&OsString::from(name))?;
        (!value.is_empty()).then(|| Path::new(value))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(&OsString::from(name))
    }

    pub(crate) fn layer(&self) -> Result<Layer, Error> {
        let mut layer = Layer::default();
        for (key, name) in VARIABLES {
            let text = self.get(name)?.map(str::to_owned);
            layer = layer.with(key, Origin::Variable(name), text);
        }
        Ok(layer)
    }
}

impl<N: Into<OsString>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let owned = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        Self(owned.collect())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values may be secrets.
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn a_variable_set_to_nothing_is_not_set() {
        let environment = Environment::from_iter([("OSS_REGION", "")]);
        assert!(environment.get("OSS_REGION").unwrap().is_none());
    }

    #[test]
    fn a_variable_that_is_no_text_is_an_error_and_not_repeated() {
        let value = OsString::from_vec(b"hunter2\xff".to_vec());
        let environment = Environment::from_iter([("OSS_ACCESS_KEY_SECRET", value)]);
        let error = environment.layer().unwrap_err();
        assert!(matches!(error, Error::NotText("OSS_ACCESS_KEY_SECRET")));
        assert!(!format!("{error} {error:?} {environment:?}").contains("hunter2"));
    }
}
