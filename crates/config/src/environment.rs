use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use crate::error::{Error, PassedOver};
use crate::key::Key;
use crate::layer::{Layer, Origin};
use crate::state::absolute;

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

/// Those by which a pod of ACK is told its role (RRSA).
const OIDC_VARIABLES: [(Key, &str); 4] = [
    (Key::RoleArn, "ALIBABA_CLOUD_ROLE_ARN"),
    (Key::OidcProviderArn, "ALIBABA_CLOUD_OIDC_PROVIDER_ARN"),
    (Key::OidcTokenFile, "ALIBABA_CLOUD_OIDC_TOKEN_FILE"),
    (Key::RoleSessionName, "ALIBABA_CLOUD_ROLE_SESSION_NAME"),
];

/// By which the SDKs of other services of Alibaba Cloud are told a key.
const OTHERS_KEY_ID: &str = "ALIBABA_CLOUD_ACCESS_KEY_ID";
const CREDENTIALS_URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";
const ECS_ROLE: &str = "ALIBABA_CLOUD_ECS_METADATA";
const ECS_ENDPOINT: &str = "ALIBABA_CLOUD_ECS_METADATA_SERVICE_ENDPOINT";
const ECS_DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
const IMDS_V1_DISABLED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";
const STS_ENDPOINT: &str = "ALIBABA_CLOUD_STS_ENDPOINT";

/// The variable that has `key`, if one has.
pub(crate) fn variable_of(key: Key) -> Option<&'static str> {
    let named = VARIABLES.iter().chain(&OIDC_VARIABLES);
    let found = named.copied().find(|(known, _)| *known == key);
    found.map(|(_, name)| name)
}

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

    /// What is told about OSS.
    pub(crate) fn layer(&self) -> Result<Layer, Error> {
        self.layer_of(&VARIABLES)
    }

    /// The role that an OIDC token opens; nothing where only the role is told, which may be meant
    /// for others.
    pub(crate) fn oidc_layer(&self) -> Result<Layer, Error> {
        let layer = self.layer_of(&OIDC_VARIABLES)?;
        let is_oidc = [Key::OidcProviderArn, Key::OidcTokenFile]
            .iter()
            .any(|key| layer.get(*key).is_some());
        Ok(if is_oidc { layer } else { Layer::default() })
    }

    /// Who else gives credentials, in the order in which they are asked.
    pub(crate) fn last_layers(&self) -> Result<[Layer; 2], Error> {
        let uri = self.layer_of(&[(Key::CredentialsUri, CREDENTIALS_URI)])?;
        let role = match self.disabled_ecs()? {
            Some(_) => Layer::default(),
            None => self.layer_of(&[(Key::EcsRole, ECS_ROLE)])?,
        };
        Ok([uri, role])
    }

    /// Where the services are that give credentials, unless a place with credentials tells it.
    pub(crate) fn services(&self) -> Result<Layer, Error> {
        self.layer_of(&[
            (Key::StsEndpoint, STS_ENDPOINT),
            (Key::EcsEndpoint, ECS_ENDPOINT),
        ])
    }

    /// The variable that forbids to ask the metadata of an ECS instance, if it does.
    pub(crate) fn disabled_ecs(&self) -> Result<Option<Origin>, Error> {
        let disabled = self.is_true(ECS_DISABLED)?;
        Ok(disabled.then_some(Origin::Variable(ECS_DISABLED)))
    }

    /// Whether the metadata of an ECS instance may be asked without a token.
    pub(crate) fn allows_imds_v1(&self) -> Result<bool, Error> {
        Ok(!self.is_true(IMDS_V1_DISABLED)?)
    }

    /// Where other tools of Alibaba Cloud would find credentials, in the order in which they look.
    pub(crate) fn passed_over(&self) -> Option<PassedOver> {
        if self.has(OTHERS_KEY_ID) {
            return Some(PassedOver::Variables);
        }
        let directory = absolute(self, "HOME")?.join(".alibabacloud");
        let files = ["credentials.ini", "credentials"].map(|name| directory.join(name));
        let found = files.into_iter().find(|path| path.is_file());
        found.map(PassedOver::File)
    }

    fn is_true(&self, name: &'static str) -> Result<bool, Error> {
        Ok(self
            .get(name)?
            .is_some_and(|value| value.eq_ignore_ascii_case("true")))
    }

    fn layer_of(&self, variables: &[(Key, &'static str)]) -> Result<Layer, Error> {
        let mut layer = Layer::default();
        for (key, name) in variables {
            let text = self.get(name)?.map(str::to_owned);
            layer = layer.with(*key, &Origin::Variable(name), text);
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
