use std::path::Path;
use std::time::{Duration, SystemTime};

use ossum_client::op::GetBucketInfo;
use ossum_devserver::fakes::{
    EcsRole, Failure, Fakes, Metadata, OidcProvider, Role, Source, Symptom,
};
use ossum_testkit::{LocalOss, MovableClock};

use ossum_client::auth::{Credentials, CredentialsError};

use super::*;
use crate::{Environment, Flags, Resolved, resolve};

const ARN: &str = "acs:ram::1:role/r";
const PROVIDER: &str = "acs:ram::1:oidc-provider/p";

fn fakes(metadata: Metadata, failures: &[Failure]) -> Fakes {
    let mut role = Role::new(ARN);
    role.external_id = Some("external".to_owned());
    Fakes {
        roles: vec![role, Role::new("acs:ram::1:role/open")],
        oidc_providers: vec![OidcProvider {
            arn: PROVIDER.to_owned(),
            token: "the-oidc-token".to_owned(),
        }],
        ecs_role: Some(EcsRole {
            name: "instance-role".to_owned(),
            metadata,
        }),
        credentials_path: Some("/give".to_owned()),
        failures: failures.to_vec(),
        ..Fakes::default()
    }
}

fn server_with(fakes: Fakes) -> LocalOss {
    LocalOss::start_with(|settings| settings.fakes = Some(fakes))
}

fn server() -> LocalOss {
    server_with(fakes(Metadata::Hardened, &[]))
}

fn failing(source: Source, symptom: Symptom, calls: u64) -> LocalOss {
    let failure = Failure {
        source,
        calls,
        symptom,
    };
    server_with(fakes(Metadata::Normal, &[failure]))
}

/// Settings from a file with `text`, in which `@` is the server's address.
fn resolved(oss: &LocalOss, text: &str, environment: &[(&str, &str)]) -> Resolved {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("config.toml");
    std::fs::write(&path, text.replace('@', oss.endpoint())).unwrap();
    let flags = Flags {
        config: Some(path),
        endpoint: Some(oss.endpoint().to_owned()),
        region: Some("cn-hangzhou".to_owned()),
        ..Flags::default()
    };
    let environment: Environment = environment.iter().copied().collect();
    resolve(&flags, &environment).unwrap()
}

async fn fetch(resolved: &Resolved) -> Result<Arc<Credentials>, CredentialsError> {
    resolved
        .settings
        .credentials
        .as_ref()
        .unwrap()
        .provide()
        .await
}

async fn fetched(oss: &LocalOss, text: &str) -> Arc<Credentials> {
    fetch(&resolved(oss, text, &[])).await.unwrap()
}

#[track_caller]
fn is_temporary(credentials: &Arc<Credentials>) {
    assert!(
        credentials.access_key_id().starts_with("STS."),
        "{credentials:?}"
    );
    assert!(credentials.security_token().is_some() && credentials.expires_at().is_some());
}

fn key() -> String {
    format!(
        "access_key_id = \"{}\"\naccess_key_secret = \"{}\"\n",
        LocalOss::ACCESS_KEY_ID,
        LocalOss::ACCESS_KEY_SECRET
    )
}

fn role() -> String {
    format!(
        "{}role_arn = \"{ARN}\"\nexternal_id = \"external\"\nrole_duration = 900\nsts_endpoint = \"@\"\n",
        key()
    )
}

#[tokio::test]
async fn a_role_is_assumed_with_a_signature_that_sts_takes() {
    is_temporary(&fetched(&server(), &role()).await);
}

#[tokio::test]
async fn a_role_is_assumed_with_the_session_of_another() {
    let oss = server();
    let text = format!(
        "source_profile = \"first\"\nrole_arn = \"acs:ram::1:role/open\"\nsts_endpoint = \"@\"\n[profile.first]\n{}",
        role()
    );
    is_temporary(&fetched(&oss, &text).await);
}

#[tokio::test]
async fn an_oidc_token_is_read_anew_each_time() {
    let oss = server();
    let directory = tempfile::tempdir().unwrap();
    let token = directory.path().join("token");
    std::fs::write(&token, "stale\n").unwrap();
    let environment = [
        ("ALIBABA_CLOUD_ROLE_ARN", ARN),
        ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", PROVIDER),
        ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", token.to_str().unwrap()),
        ("ALIBABA_CLOUD_STS_ENDPOINT", oss.endpoint()),
    ];
    let resolved = resolved(&oss, "", &environment);
    let refused = fetch(&resolved).await.unwrap_err().to_string();
    assert!(
        refused.contains(ARN) && refused.contains("request ID"),
        "{refused}"
    );
    std::fs::write(&token, "the-oidc-token\n").unwrap();
    is_temporary(&fetch(&resolved).await.unwrap());
}

#[tokio::test]
async fn an_instance_gives_its_role_with_a_token_named_or_not() {
    let oss = server();
    for role in ["ecs_role = \"instance-role\"\n", "mode = \"EcsRamRole\"\n"] {
        let text = format!("{role}ecs_endpoint = \"@\"\n");
        is_temporary(&fetched(&oss, &text).await);
    }
    let other = resolved(&oss, "ecs_role = \"other\"\necs_endpoint = \"@\"\n", &[]);
    let refused = fetch(&other).await.unwrap_err().to_string();
    assert!(
        refused.ends_with("does not give the role other: 404"),
        "{refused}"
    );
}

#[tokio::test]
async fn an_address_gives_credentials() {
    let oss = server();
    is_temporary(&fetched(&oss, "credentials_uri = \"@/give\"\n").await);
    let uri = format!("{}/give", oss.endpoint());
    let environment = [("ALIBABA_CLOUD_CREDENTIALS_URI", uri.as_str())];
    is_temporary(&fetch(&resolved(&oss, "", &environment)).await.unwrap());
}

#[tokio::test]
async fn a_failure_that_passes_is_tried_again() {
    let unavailable = Symptom::Status(http::StatusCode::SERVICE_UNAVAILABLE);
    let oss = failing(Source::AssumeRole, unavailable, 2);
    is_temporary(&fetched(&oss, &role()).await);
    let oss = failing(Source::EcsMetadata, unavailable, 2);
    let text = "ecs_role = \"instance-role\"\necs_endpoint = \"@\"\n";
    is_temporary(&fetched(&oss, text).await);
}

#[tokio::test]
async fn a_page_in_place_of_credentials_is_an_error() {
    let uri = "credentials_uri = \"@/give\"\n".to_owned();
    for (source, text) in [(Source::AssumeRole, role()), (Source::CredentialsUri, uri)] {
        let oss = failing(source, Symptom::Garbage, 1);
        let error = fetch(&resolved(&oss, &text, &[])).await.unwrap_err();
        assert!(
            error
                .to_string()
                .contains("something else than credentials"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn what_was_fetched_is_kept() {
    let oss = server();
    let resolved = resolved(&oss, "credentials_uri = \"@/give\"\n", &[]);
    let first = fetch(&resolved).await.unwrap();
    assert_eq!(first, fetch(&resolved).await.unwrap());
    resolved
        .settings
        .credentials
        .as_ref()
        .unwrap()
        .forget(&first);
    assert_ne!(first, fetch(&resolved).await.unwrap());
}

#[tokio::test]
async fn what_oss_refuses_as_expired_is_fetched_anew() {
    let clock = MovableClock::at(SystemTime::now());
    let oss = LocalOss::start_with(|settings| {
        settings.fakes = Some(fakes(Metadata::Normal, &[]));
        settings.clock = clock.for_server();
    });
    let mut resolved = resolved(&oss, "credentials_uri = \"@/give\"\n", &[]);
    // The clock of what keeps them does not move.
    resolved.settings.clock = clock.for_client();
    let client = resolved.client().unwrap();
    let ask = GetBucketInfo {
        bucket: LocalOss::BUCKET.parse().unwrap(),
    };
    client.get_bucket_info(&ask).await.unwrap();
    clock.advance(Duration::from_hours(2));
    client.get_bucket_info(&ask).await.unwrap();
}

#[tokio::test]
async fn no_secret_is_in_debug_or_in_an_error() {
    let oss = server();
    let wrong = role().replace(LocalOss::ACCESS_KEY_SECRET, "hunter2");
    let resolved = resolved(&oss, &wrong, &[]);
    let error = fetch(&resolved).await.unwrap_err();
    let shown = format!("{resolved:?} {error} {error:?}");
    assert!(!shown.contains("hunter2"), "{shown}");
    assert!(
        error.to_string().contains("SignatureDoesNotMatch"),
        "{error}"
    );
}

#[test]
fn sts_is_not_asked_in_the_clear() {
    let text = role().replace('@', "http://sts.example.com");
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("config.toml");
    std::fs::write(&path, text).unwrap();
    let refused = |clear_text| {
        let flags = Flags {
            config: Some(Path::new(&path).to_owned()),
            region: Some("cn-hangzhou".to_owned()),
            clear_text,
            ..Flags::default()
        };
        resolve(&flags, &Environment::default()).is_err()
    };
    assert!(refused(ClearText::LoopbackOnly));
    assert!(!refused(ClearText::Allow));
}
