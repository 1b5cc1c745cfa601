use std::path::Path;

use super::*;
use crate::environment::Environment;

fn find_in(variables: &[(&str, &str)]) -> Result<Spec, Error> {
    let environment: Environment = variables.iter().copied().collect();
    let [uri, ecs] = environment.last_layers()?;
    let layers = vec![environment.layer()?, environment.oidc_layer()?, uri, ecs];
    find(&Layers::new(layers), &environment)
}

fn profile(settings: &[(Key, &str)]) -> Layer {
    let origin = Origin::File {
        path: Path::new("/c").into(),
        section: "profile.p".into(),
    };
    let mut layer = Layer::default();
    for (key, text) in settings {
        layer.add(*key, &origin, (*text).to_owned());
    }
    layer
}

fn find_profile(settings: &[(Key, &str)]) -> Result<Spec, Error> {
    let layers = Layers::new(vec![profile(settings)]);
    find(&layers, &Environment::default())
}

const ID: (&str, &str) = ("OSS_ACCESS_KEY_ID", "LTAI-the-access-key");
const SECRET: (&str, &str) = ("OSS_ACCESS_KEY_SECRET", "hunter2");
const TOKEN: (&str, &str) = ("OSS_SESSION_TOKEN", "the-token");
const ARN: (&str, &str) = ("ALIBABA_CLOUD_ROLE_ARN", "arn");
const PROVIDER: (&str, &str) = ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "provider");
const TOKEN_FILE: (&str, &str) = ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "/token");

#[test]
fn a_pair_with_or_without_a_token_is_found() {
    let kind = |variables: &[_]| find_in(variables).unwrap().kind();
    assert_eq!(kind(&[ID, SECRET]), CredentialsKind::AccessKey);
    assert_eq!(kind(&[ID, SECRET, TOKEN]), CredentialsKind::TemporaryKey);
    let shown = format!("{:?}", find_in(&[ID, SECRET, TOKEN]).unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains("the-token"));
}

#[test]
fn half_of_them_says_what_is_there_and_what_is_not() {
    for (given, present, missing) in [
        (vec![ID], ID.0, "OSS_ACCESS_KEY_SECRET"),
        (vec![SECRET], SECRET.0, "OSS_ACCESS_KEY_ID"),
        (vec![TOKEN], TOKEN.0, "OSS_ACCESS_KEY_ID"),
        (vec![ARN, PROVIDER], ARN.0, "ALIBABA_CLOUD_OIDC_TOKEN_FILE"),
        (
            vec![TOKEN_FILE],
            TOKEN_FILE.0,
            "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
        ),
    ] {
        match find_in(&given) {
            Err(Error::HalfCredentials {
                present: found,
                missing: lacking,
            }) => assert_eq!((found, lacking), (Origin::Variable(present), missing)),
            other => panic!("{given:?}: {other:?}"),
        }
    }
}

#[test]
fn half_of_a_profile_is_told_by_the_names_of_files() {
    let error = find_profile(&[(Key::AccessKeyId, "i")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/c [profile.p]: access_key_secret is missing"
    );
}

#[test]
fn a_secret_given_empty_is_not_given() {
    let half = find_in(&[ID, ("OSS_ACCESS_KEY_SECRET", "")]);
    assert!(matches!(half, Err(Error::HalfCredentials { .. })));
    let none = find_in(&[("OSS_ACCESS_KEY_ID", ""), ("OSS_ACCESS_KEY_SECRET", "")]);
    assert!(matches!(none, Err(Error::NoCredentials { .. })));
}

#[test]
fn a_line_break_in_a_secret_is_refused_and_the_secret_not_repeated() {
    let error = find_in(&[ID, ("OSS_ACCESS_KEY_SECRET", "hunter2\n")]).unwrap_err();
    assert!(matches!(error, Error::BadCredentials(_)));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

#[test]
fn a_role_alone_in_the_environment_is_meant_for_others() {
    assert!(matches!(find_in(&[ARN]), Err(Error::NoCredentials { .. })));
}

#[test]
fn the_environment_is_asked_in_order() {
    let uri = ("ALIBABA_CLOUD_CREDENTIALS_URI", "http://127.0.0.1/c");
    let ecs = ("ALIBABA_CLOUD_ECS_METADATA", "role");
    let mut variables = vec![ecs];
    let mut then = |more: &[(&'static str, &'static str)]| {
        variables.extend(more);
        find_in(&variables).unwrap().kind()
    };
    assert_eq!(then(&[]), CredentialsKind::EcsRole);
    assert_eq!(then(&[uri]), CredentialsKind::Uri);
    assert_eq!(then(&[ARN, PROVIDER, TOKEN_FILE]), CredentialsKind::Oidc);
    assert_eq!(then(&[ID, SECRET]), CredentialsKind::AccessKey);
}

#[test]
fn an_instance_is_not_asked_where_that_is_forbidden() {
    let disabled = ("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    let role = ("ALIBABA_CLOUD_ECS_METADATA", "role");
    assert!(matches!(
        find_in(&[role, disabled]),
        Err(Error::NoCredentials { .. })
    ));
    let layers = Layers::new(vec![profile(&[(Key::Mode, "EcsRamRole")])]);
    let refused = find(&layers, &Environment::from_iter([disabled]));
    assert!(matches!(refused, Err(Error::Forbidden { .. })));
}

#[test]
fn a_mode_decides_and_without_one_the_most_particular_counts() {
    let all = [
        (Key::AccessKeyId, "i"),
        (Key::AccessKeySecret, "s"),
        (Key::RoleArn, "r"),
        (Key::EcsRole, "e"),
        (Key::CredentialProcess, "c"),
        (Key::CredentialsUri, "localhost/u"),
    ];
    let with_mode = |mode| {
        let mut settings = all.to_vec();
        settings.push((Key::Mode, mode));
        find_profile(&settings).map(|spec| spec.kind())
    };
    for (mode, kind) in [
        ("AK", CredentialsKind::AccessKey),
        ("RamRoleArn", CredentialsKind::Role),
        ("ecs-ram-role", CredentialsKind::EcsRole),
        ("External", CredentialsKind::Process),
        ("CredentialsURI", CredentialsKind::Uri),
    ] {
        assert_eq!(with_mode(mode).unwrap(), kind, "{mode}");
    }
    assert!(matches!(with_mode("magic"), Err(Error::Invalid { .. })));
    assert_eq!(find_profile(&all).unwrap().kind(), CredentialsKind::Role);
    let keys = find_profile(&[all[0], all[1], all[3]]).unwrap();
    assert_eq!(keys.kind(), CredentialsKind::AccessKey);
}

fn chain(profiles: &[(&str, &[(Key, &str)])]) -> Result<Spec, Error> {
    let profiles = profiles
        .iter()
        .map(|(name, settings)| ((*name).to_owned(), profile(settings)));
    let profiles: std::sync::Arc<Profiles> = std::sync::Arc::new(profiles.collect());
    let first = profiles["a"].clone().among(&profiles);
    find(&Layers::new(vec![first]), &Environment::default())
}

#[test]
fn a_role_is_assumed_with_the_credentials_of_another_profile() {
    let a: &[_] = &[(Key::RoleArn, "r1"), (Key::SourceProfile, "b")];
    let b: &[_] = &[(Key::RoleArn, "r2"), (Key::SourceProfile, "c")];
    let c: &[_] = &[(Key::AccessKeyId, "i"), (Key::AccessKeySecret, "s")];
    let Spec::Role {
        source,
        is_chained: true,
        session,
    } = chain(&[("a", a), ("b", b), ("c", c)]).unwrap()
    else {
        panic!("no chain")
    };
    assert_eq!(session.role_arn, "r1");
    assert_eq!(source.kind(), CredentialsKind::ChainedRole);
    let back: &[_] = &[(Key::RoleArn, "r2"), (Key::SourceProfile, "b")];
    assert!(matches!(
        chain(&[("a", a), ("b", back)]),
        Err(Error::Circle(_))
    ));
    assert!(matches!(chain(&[("a", a)]), Err(Error::NoProfile { .. })));
}

#[test]
fn what_is_no_address_or_number_is_refused_by_its_place() {
    let role = [
        (Key::AccessKeyId, "i"),
        (Key::AccessKeySecret, "s"),
        (Key::RoleArn, "r"),
    ];
    for wrong in [(Key::StsEndpoint, "ftp://x"), (Key::RoleDuration, "1h")] {
        let error = find_profile(&[&role[..], &[wrong]].concat()).unwrap_err();
        assert!(matches!(error, Error::Invalid { .. }), "{error}");
    }
}
