use ossum_devserver::fakes::{EcsRole, Fakes, Metadata, OidcProvider, Role};
use ossum_types::Span;
use serde::Serialize;

const ROLE_ARN: &str = "acs:ram::100000000000:role/ossum";
const PROVIDER_ARN: &str = "acs:ram::100000000000:oidc-provider/ossum";
const OIDC_TOKEN: &str = "ossum";
const ECS_ROLE: &str = "ossum";
const CREDENTIALS_PATH: &str = "/-/ossum/credentials";

/// One of each, whose credentials live for `lifetime`.
pub(super) fn fakes(lifetime: Span) -> Fakes {
    Fakes {
        roles: vec![Role::new(ROLE_ARN)],
        oidc_providers: vec![OidcProvider {
            arn: PROVIDER_ARN.to_owned(),
            token: OIDC_TOKEN.to_owned(),
        }],
        ecs_role: Some(EcsRole {
            name: ECS_ROLE.to_owned(),
            metadata: Metadata::Normal,
        }),
        credentials_path: Some(CREDENTIALS_PATH.to_owned()),
        lifetime: lifetime.get(),
        failures: Vec::new(),
    }
}

/// Where temporary credentials are to be had.
#[derive(Debug, Serialize)]
pub(super) struct FakeCredentials {
    credentials_uri: String,
    sts_endpoint: String,
    role_arn: &'static str,
    oidc_provider_arn: &'static str,
    oidc_token: &'static str,
    ecs_metadata: String,
    ecs_role: &'static str,
}

impl FakeCredentials {
    /// Those of the server at `endpoint`.
    pub(super) fn at(endpoint: &str) -> Self {
        Self {
            credentials_uri: format!("{endpoint}{CREDENTIALS_PATH}"),
            sts_endpoint: endpoint.to_owned(),
            role_arn: ROLE_ARN,
            oidc_provider_arn: PROVIDER_ARN,
            oidc_token: OIDC_TOKEN,
            ecs_metadata: format!("{endpoint}/latest/"),
            ecs_role: ECS_ROLE,
        }
    }

    pub(super) fn for_people(&self) -> Vec<String> {
        let Self {
            credentials_uri,
            sts_endpoint,
            role_arn,
            oidc_provider_arn,
            oidc_token,
            ecs_metadata,
            ecs_role,
        } = self;
        vec![
            "# temporary credentials, from any of these:".to_owned(),
            format!("#   URI: {credentials_uri}"),
            format!("#   STS: {sts_endpoint}, role {role_arn};"),
            format!("#        by OIDC: provider {oidc_provider_arn}, token {oidc_token}"),
            format!("#   ECS: {ecs_metadata}, role {ecs_role}"),
        ]
    }
}
