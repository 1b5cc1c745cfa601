use super::*;
use crate::ErrorKind;
use ossum_client::{ClearText, SettingsError};

const PAIR: [(&str, &str); 2] = [
    ("OSS_ACCESS_KEY_ID", "id"),
    ("OSS_ACCESS_KEY_SECRET", "secret"),
];

fn environment(more: &[(&str, &str)]) -> Environment {
    PAIR.iter().chain(more).copied().collect()
}

fn flags(endpoint: &str) -> Flags {
    Flags {
        endpoint: Some(endpoint.to_owned()),
        ..Flags::default()
    }
}

#[test]
fn the_environment_alone_is_enough() {
    let environment = environment(&[("OSS_REGION", "cn-hangzhou")]);
    let resolved = resolve(&Flags::default(), &environment).unwrap();
    let endpoint = resolved.settings.endpoint.to_string();
    assert_eq!(endpoint, "https://oss-cn-hangzhou.aliyuncs.com");
    assert_eq!(
        resolved.origins[&Key::Region],
        Origin::Variable("OSS_REGION")
    );
    assert!(resolved.client().is_ok());
}

#[test]
fn a_flag_counts_before_a_variable() {
    let environment = environment(&[("OSS_ENDPOINT", "https://oss-cn-beijing.aliyuncs.com")]);
    let resolved = resolve(&flags("http://127.0.0.1:9000"), &environment).unwrap();
    assert_eq!(
        resolved.settings.endpoint.to_string(),
        "http://127.0.0.1:9000"
    );
    assert_eq!(resolved.origins[&Key::Endpoint], Origin::Flag("--endpoint"));
}

#[test]
fn without_credentials_only_anonymous_access_is_possible() {
    let flags = flags("https://oss-cn-hangzhou.aliyuncs.com");
    let error = resolve(&flags, &Environment::default()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    assert!(error.hint().unwrap().contains("OSS_ACCESS_KEY_ID"));
    let anonymous = Flags {
        access: Access::Anonymous,
        ..flags
    };
    let resolved = resolve(&anonymous, &Environment::default()).unwrap();
    assert!(resolved.settings.credentials.is_none());
}

#[test]
fn anonymous_access_needs_no_region_and_ignores_credentials() {
    let anonymous = Flags {
        access: Access::Anonymous,
        ..flags("http://files.example.com")
    };
    let resolved = resolve(&anonymous, &environment(&[])).unwrap();
    assert!(resolved.settings.credentials.is_none());
    assert!(resolved.client().is_ok());
}

#[test]
fn signed_requests_need_a_region_and_do_not_travel_in_the_clear() {
    let client = |flags: &Flags| resolve(flags, &environment(&[])).unwrap().client();
    let nowhere = client(&flags("https://files.example.com"));
    assert!(matches!(
        nowhere,
        Err(Error::Settings(SettingsError::NoRegion(_)))
    ));
    let http = flags("http://oss-cn-hangzhou.aliyuncs.com");
    let clear = client(&http).unwrap_err();
    assert!(clear.hint().unwrap().contains("--allow-http"));
    let allowed = Flags {
        clear_text: ClearText::Allow,
        ..http
    };
    assert!(client(&allowed).is_ok());
}

#[test]
fn what_is_no_such_setting_is_refused_with_its_origin() {
    let with = |change: fn(&mut Flags)| {
        let mut flags = flags("http://127.0.0.1:9000");
        change(&mut flags);
        resolve(&flags, &environment(&[])).unwrap_err().to_string()
    };
    for (message, flag) in [
        (
            with(|flags| flags.endpoint = Some("ftp://x".to_owned())),
            "--endpoint",
        ),
        (
            with(|flags| flags.region = Some("X".to_owned())),
            "--region",
        ),
        (
            with(|flags| flags.sign_version = Some("v2".to_owned())),
            "--sign-version",
        ),
        (
            with(|flags| flags.addressing = Some("host".to_owned())),
            "--addressing",
        ),
        (
            with(|flags| flags.retries = Some("-1".to_owned())),
            "--retries",
        ),
        (
            with(|flags| flags.timeout = Some("0s".to_owned())),
            "--timeout",
        ),
        (
            with(|flags| flags.proxy = Some("ftp://x".to_owned())),
            "--proxy",
        ),
    ] {
        assert!(message.starts_with(flag), "{message}");
    }
}

#[test]
fn debug_of_everything_shows_no_secret() {
    let environment = Environment::from_iter([
        ("OSS_ACCESS_KEY_ID", "LTAI5tExampleKeyIdWXYZ"),
        ("OSS_ACCESS_KEY_SECRET", "hunter2"),
        ("OSS_SESSION_TOKEN", "hunter2"),
        ("HTTPS_PROXY", "http://user:hunter2@proxy:3128"),
        ("OSS_REGION", "cn-hangzhou"),
    ]);
    let resolved = resolve(&Flags::default(), &environment).unwrap();
    assert!(!format!("{resolved:?}").contains("hunter2"));
}
