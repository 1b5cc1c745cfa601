use ossum_types::Invalid;

use crate::error::Error;
use crate::key::Key;
use crate::layer::{Layer, Setting};

/// What of a place counts where it has more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Key,
    Role,
    EcsRole,
    Oidc,
    Process,
    Uri,
}

impl Mode {
    pub(super) fn of(setting: &Setting) -> Result<Self, Error> {
        let plain: String = setting
            .text
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect();
        Ok(match plain.to_ascii_lowercase().as_str() {
            "ak" | "key" | "ststoken" => Self::Key,
            "ramrolearn" | "role" | "chainableramrolearn" => Self::Role,
            "ecsramrole" | "ecsrole" => Self::EcsRole,
            "oidc" => Self::Oidc,
            "external" | "process" | "credentialprocess" => Self::Process,
            "credentialsuri" | "uri" => Self::Uri,
            _ => {
                let reason = "it is AK, StsToken, RamRoleArn, ChainableRamRoleArn, EcsRamRole, OIDC, External or CredentialsURI";
                return Err(setting.refuse(Invalid::new("mode", &setting.text, reason)));
            }
        })
    }

    /// The mode that `layer` says, or else that of the most particular thing it has.
    pub(super) fn of_layer(layer: &Layer) -> Result<Self, Error> {
        if let Some(said) = layer.get(Key::Mode) {
            return Self::of(said);
        }
        let has = |key| layer.get(key).is_some();
        Ok(if has(Key::OidcProviderArn) || has(Key::OidcTokenFile) {
            Self::Oidc
        } else if has(Key::RoleArn) || has(Key::SourceProfile) {
            Self::Role
        } else if has(Key::AccessKeyId) || has(Key::AccessKeySecret) || has(Key::SecurityToken) {
            Self::Key
        } else if has(Key::CredentialProcess) {
            Self::Process
        } else if has(Key::CredentialsUri) {
            Self::Uri
        } else {
            Self::EcsRole
        })
    }
}
