use std::fmt;
use std::time::Duration;

use http::StatusCode;

/// Who hands out temporary credentials, and to whom.
///
/// STS asks for a signature or an OIDC token. The others ask for nothing: whoever reaches the
/// server gets credentials.
#[derive(Debug, Clone)]
pub struct Fakes {
    /// Roles that STS knows: `POST /` and `GET /` with the parameter `Action`.
    pub roles: Vec<Role>,
    /// OIDC providers that STS trusts.
    pub oidc_providers: Vec<OidcProvider>,
    /// The role of the ECS instance that the server takes itself for: below `/latest/`.
    pub ecs_role: Option<EcsRole>,
    /// The path that answers `GET` with credentials, as `ALIBABA_CLOUD_CREDENTIALS_URI` wants it.
    pub credentials_path: Option<String>,
    /// How long credentials live that nobody asked a duration for. Those of the ECS role are
    /// replaced when a fifth of it is left.
    pub lifetime: Duration,
    /// What goes wrong from the start.
    pub failures: Vec<Failure>,
}

impl Default for Fakes {
    /// Nobody and nothing, for an hour.
    fn default() -> Self {
        Self {
            roles: Vec::new(),
            oidc_providers: Vec::new(),
            ecs_role: None,
            credentials_path: None,
            lifetime: Duration::from_hours(1),
            failures: Vec::new(),
        }
    }
}

/// A RAM role that every known access key may assume.
#[derive(Debug, Clone)]
pub struct Role {
    /// `acs:ram::ACCOUNT:role/NAME`.
    pub arn: String,
    /// What has to be given as `ExternalId`; if absent, anything.
    pub external_id: Option<String>,
    /// The longest duration that may be asked for.
    pub longest_session: Duration,
}

impl Role {
    /// A role for an hour at a time.
    pub fn new(arn: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            external_id: None,
            longest_session: Duration::from_hours(1),
        }
    }
}

/// An OIDC provider, one of whose tokens is accepted for every role.
#[derive(Clone)]
pub struct OidcProvider {
    /// `acs:ram::ACCOUNT:oidc-provider/NAME`.
    pub arn: String,
    /// The token, compared as text.
    pub token: String,
}

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcProvider")
            .field("arn", &self.arn)
            .finish_non_exhaustive()
    }
}

/// The role of an ECS instance.
#[derive(Debug, Clone)]
pub struct EcsRole {
    /// Its name.
    pub name: String,
    /// How it can be asked.
    pub metadata: Metadata,
}

/// How the metadata of an instance can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metadata {
    /// Normal mode: with a metadata token or without one.
    Normal,
    /// Hardened mode: only with a token, which `PUT /latest/api/token` gives.
    Hardened,
}

/// A source of credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// STS, with a signature.
    AssumeRole,
    /// STS, with an OIDC token.
    AssumeRoleWithOidc,
    /// The metadata of an ECS instance.
    EcsMetadata,
    /// The credentials URI.
    CredentialsUri,
}

/// That a source of credentials fails for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failure {
    /// Who fails.
    pub source: Source,
    /// How many times. Failures of one source follow each other.
    pub calls: u64,
    /// How.
    pub symptom: Symptom,
}

/// How a source of credentials fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Symptom {
    /// An error with this status, in the form that the source gives its errors.
    Status(StatusCode),
    /// Status 200 and a web page.
    Garbage,
}
