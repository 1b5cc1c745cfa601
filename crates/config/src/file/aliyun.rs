//! `~/.aliyun/config.json` of the Alibaba Cloud CLI. Of a profile, only what its mode needs counts.

use std::path::Path;

use serde_json::Value;

use super::ossutil::sts_endpoint;
use super::{ConfigFile, DEFAULT, FileKind, origin};
use crate::error::Error;
use crate::key::Key;
use crate::layer::{Layer, Profiles};

const KEYS: &[(Key, &str)] = &[
    (Key::AccessKeyId, "access_key_id"),
    (Key::AccessKeySecret, "access_key_secret"),
];
const TOKEN: (Key, &str) = (Key::SecurityToken, "sts_token");
const ROLE: &[(Key, &str)] = &[
    (Key::RoleArn, "ram_role_arn"),
    (Key::RoleSessionName, "ram_session_name"),
    (Key::RoleDuration, "expired_seconds"),
    (Key::ExternalId, "external_id"),
    (Key::StsEndpoint, "sts_region"),
];

pub(super) fn parse(path: &Path, text: &str) -> Result<ConfigFile, Error> {
    let syntax = |line, reason: &str| Error::Syntax {
        path: path.to_owned(),
        line,
        reason: reason.to_owned(),
    };
    let document: Value =
        serde_json::from_str(text).map_err(|error| syntax(Some(error.line()), "it is no JSON"))?;
    let Some(listed) = document["profiles"].as_array() else {
        return Err(syntax(None, "it has no list of profiles"));
    };
    let mut profiles = Profiles::new();
    for profile in listed {
        let name = profile["name"].as_str().unwrap_or(DEFAULT);
        profiles.insert(name.to_owned(), layer(path, name, profile));
    }
    let mut file = ConfigFile::new(path, FileKind::Aliyun, profiles);
    let current = document["current"].as_str();
    if let Some(current) = current.filter(|name| !name.is_empty()) {
        current.clone_into(&mut file.default);
    }
    Ok(file)
}

fn layer(path: &Path, name: &str, profile: &Value) -> Layer {
    let origin = origin(path, &format!("profile {name}"));
    let mode = profile["mode"].as_str().unwrap_or("AK");
    let mut layer = Layer::default();
    for (key, name) in wanted(mode) {
        let value = match key {
            Key::StsEndpoint => sts_endpoint(&text(&profile[name])),
            // Zero is how it says that nothing was said.
            Key::RoleDuration if profile[name] == 0 => String::new(),
            _ => text(&profile[name]),
        };
        layer.add(key, &origin, value);
    }
    let any = layer.settings().keys().any(|key| key.brings_credentials());
    // A fresh file has a mode and nothing else; only for an ECS instance is that enough.
    if any || mode == "EcsRamRole" {
        layer.add(Key::Mode, &origin, mode.to_owned());
    }
    layer.add(Key::Region, &origin, text(&profile["region_id"]));
    layer
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// What a mode needs, and what it is called.
fn wanted(mode: &str) -> Vec<(Key, &'static str)> {
    match mode {
        "StsToken" => [KEYS, &[TOKEN]].concat(),
        "RamRoleArn" => [KEYS, &[TOKEN], ROLE].concat(),
        "ChainableRamRoleArn" => [ROLE, &[(Key::SourceProfile, "source_profile")]].concat(),
        "EcsRamRole" => vec![(Key::EcsRole, "ram_role_name")],
        "OIDC" => [
            ROLE,
            &[
                (Key::OidcProviderArn, "oidc_provider_arn"),
                (Key::OidcTokenFile, "oidc_token_file"),
            ],
        ]
        .concat(),
        "External" => vec![(Key::CredentialProcess, "process_command")],
        "CredentialsURI" => vec![(Key::CredentialsUri, "credentials_uri")],
        // Others (a browser, a cloud's own login) are known by what they leave behind.
        _ => KEYS.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(text: &str, name: Option<&str>) -> Layer {
        let file = parse("/h/.aliyun/config.json".as_ref(), text).unwrap();
        file.profile(name).unwrap()
    }

    fn settings(layer: &Layer) -> Vec<(Key, &str)> {
        let settings = layer.settings().iter();
        settings
            .map(|(key, setting)| (*key, setting.text.as_str()))
            .collect()
    }

    fn of_mode(mode: &str, more: &str) -> Layer {
        let text = format!(
            r#"{{"current":"p","profiles":[{{"name":"p","mode":"{mode}","access_key_id":"i","access_key_secret":"s","region_id":"cn-hangzhou",{more}"language":"en"}}]}}"#
        );
        profile(&text, None)
    }

    #[test]
    fn of_each_mode_what_it_needs_counts() {
        let region = (Key::Region, "cn-hangzhou");
        let keys = [(Key::AccessKeyId, "i"), (Key::AccessKeySecret, "s")];
        for (mode, more, expected) in [
            ("AK", r#""sts_token":"stale","#, keys.to_vec()),
            (
                "StsToken",
                r#""sts_token":"t","#,
                [&keys[..], &[(Key::SecurityToken, "t")]].concat(),
            ),
            (
                "RamRoleArn",
                r#""ram_role_arn":"r","ram_session_name":"n","expired_seconds":900,"sts_region":"cn-beijing","#,
                [
                    &keys[..],
                    &[
                        (Key::RoleArn, "r"),
                        (Key::RoleSessionName, "n"),
                        (Key::RoleDuration, "900"),
                        (Key::StsEndpoint, "sts.cn-beijing.aliyuncs.com"),
                    ],
                ]
                .concat(),
            ),
            (
                "EcsRamRole",
                r#""ram_role_name":"e","#,
                vec![(Key::EcsRole, "e")],
            ),
            ("EcsRamRole", "", vec![]),
            (
                "OIDC",
                r#""ram_role_arn":"r","oidc_provider_arn":"o","oidc_token_file":"/t","expired_seconds":0,"#,
                vec![
                    (Key::RoleArn, "r"),
                    (Key::OidcProviderArn, "o"),
                    (Key::OidcTokenFile, "/t"),
                ],
            ),
            (
                "External",
                r#""process_command":"c","#,
                vec![(Key::CredentialProcess, "c")],
            ),
            (
                "CredentialsURI",
                r#""credentials_uri":"u","#,
                vec![(Key::CredentialsUri, "u")],
            ),
            (
                "ChainableRamRoleArn",
                r#""source_profile":"q","ram_role_arn":"r","#,
                vec![(Key::RoleArn, "r"), (Key::SourceProfile, "q")],
            ),
        ] {
            let mut expected = expected;
            expected.extend([region, (Key::Mode, mode)]);
            expected.sort_unstable();
            assert_eq!(settings(&of_mode(mode, more)), expected, "{mode}");
        }
    }

    #[test]
    fn the_current_profile_counts_unless_another_is_asked_for() {
        let text = r#"{"current":"b","profiles":[
            {"name":"a","mode":"AK","access_key_id":"A"},
            {"name":"b","mode":"AK","access_key_id":"B"}]}"#;
        let id = |name| {
            profile(text, name)
                .get(Key::AccessKeyId)
                .unwrap()
                .text
                .clone()
        };
        assert_eq!(id(None), "B");
        assert_eq!(id(Some("a")), "A");
    }

    #[test]
    fn a_fresh_file_has_no_credentials() {
        let text = r#"{"current":"default","profiles":[{"name":"default","mode":"AK","access_key_id":"","access_key_secret":"","region_id":""}]}"#;
        assert_eq!(settings(&profile(text, None)), []);
    }

    #[test]
    fn what_is_no_json_is_told_without_its_text() {
        let error = parse("/c".as_ref(), "{\n\"a\": hunter2}").unwrap_err();
        assert!(matches!(error, Error::Syntax { line: Some(2), .. }));
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
}
