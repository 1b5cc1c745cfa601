/// A setting that several layers may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Key {
    /// Where the service is.
    Endpoint,
    /// The region of the service.
    Region,
    /// The version of signatures.
    SignVersion,
    /// How addresses name the bucket.
    Addressing,
    /// The proxy for everything.
    Proxy,
    /// How often a failed request is repeated.
    Retries,
    /// How long nothing may move.
    Timeout,
    /// Which of the credentials in one place count.
    Mode,
    /// The public half of the access key.
    AccessKeyId,
    /// The secret half of the access key.
    AccessKeySecret,
    /// The token of a temporary access key.
    SecurityToken,
    /// The role to assume.
    RoleArn,
    /// What a session of the role is called.
    RoleSessionName,
    /// How long a session of the role lasts, in seconds.
    RoleDuration,
    /// What the role wants to hear from whoever is not of its account.
    ExternalId,
    /// Where roles are assumed.
    StsEndpoint,
    /// Who vouches for the OIDC token.
    OidcProviderArn,
    /// The file that has the OIDC token.
    OidcTokenFile,
    /// The role of this ECS instance.
    EcsRole,
    /// Where the metadata of this ECS instance is.
    EcsEndpoint,
    /// The address that gives credentials.
    CredentialsUri,
    /// The command that prints credentials.
    CredentialProcess,
    /// The profile whose credentials assume the role.
    SourceProfile,
}

impl Key {
    /// Every setting, in the order in which they are shown.
    pub const ALL: [Self; 23] = [
        Self::Endpoint,
        Self::Region,
        Self::SignVersion,
        Self::Addressing,
        Self::Proxy,
        Self::Retries,
        Self::Timeout,
        Self::Mode,
        Self::AccessKeyId,
        Self::AccessKeySecret,
        Self::SecurityToken,
        Self::RoleArn,
        Self::RoleSessionName,
        Self::RoleDuration,
        Self::ExternalId,
        Self::StsEndpoint,
        Self::OidcProviderArn,
        Self::OidcTokenFile,
        Self::EcsRole,
        Self::EcsEndpoint,
        Self::CredentialsUri,
        Self::CredentialProcess,
        Self::SourceProfile,
    ];

    /// Its name, in our configuration file and wherever it is shown.
    pub fn name(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoint",
            Self::Region => "region",
            Self::SignVersion => "sign_version",
            Self::Addressing => "addressing",
            Self::Proxy => "proxy",
            Self::Retries => "retries",
            Self::Timeout => "timeout",
            Self::Mode => "mode",
            Self::AccessKeyId => "access_key_id",
            Self::AccessKeySecret => "access_key_secret",
            Self::SecurityToken => "security_token",
            Self::RoleArn => "role_arn",
            Self::RoleSessionName => "role_session_name",
            Self::RoleDuration => "role_duration",
            Self::ExternalId => "external_id",
            Self::StsEndpoint => "sts_endpoint",
            Self::OidcProviderArn => "oidc_provider_arn",
            Self::OidcTokenFile => "oidc_token_file",
            Self::EcsRole => "ecs_role",
            Self::EcsEndpoint => "ecs_endpoint",
            Self::CredentialsUri => "credentials_uri",
            Self::CredentialProcess => "credential_process",
            Self::SourceProfile => "source_profile",
        }
    }

    /// The setting of this name, with `-` or `_`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.replace('-', "_");
        Self::ALL.into_iter().find(|key| key.name() == name)
    }

    /// The name most like `name`, if any is.
    pub fn nearest(name: &str) -> Option<&'static str> {
        let name = name.to_lowercase().replace('-', "_");
        let distance = |known: &&str| strsim::damerau_levenshtein(known, &name);
        let nearest = Self::ALL.into_iter().map(Self::name).min_by_key(distance)?;
        (distance(&nearest) <= 1 + nearest.len() / 4).then_some(nearest)
    }

    /// Whether nobody but its owner may see its value.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::AccessKeySecret | Self::SecurityToken)
    }

    /// Whether a place that has it has credentials.
    pub(crate) fn brings_credentials(self) -> bool {
        matches!(
            self,
            Self::AccessKeyId
                | Self::AccessKeySecret
                | Self::SecurityToken
                | Self::RoleArn
                | Self::OidcProviderArn
                | Self::OidcTokenFile
                | Self::EcsRole
                | Self::CredentialsUri
                | Self::CredentialProcess
                | Self::SourceProfile
        )
    }

    /// Whether it belongs to credentials, which come from one place as a whole.
    pub(crate) fn is_of_credentials(self) -> bool {
        self >= Self::Mode
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_found_by_its_name() {
        for key in Key::ALL {
            assert_eq!(Key::of_name(key.name()), Some(key));
            assert_eq!(Key::of_name(&key.name().replace('_', "-")), Some(key));
        }
        assert_eq!(Key::of_name("colour"), None);
    }

    #[test]
    fn a_misspelt_name_has_a_nearest_one_and_nonsense_has_none() {
        assert_eq!(Key::nearest("regoin"), Some("region"));
        assert_eq!(Key::nearest("AccessKey_Id"), Some("access_key_id"));
        assert_eq!(Key::nearest("colour"), None);
    }
}
