//! What is configured, for somebody who looks at it: no secret is in it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use ossum_client::auth::masked;
use ossum_types::BucketName;

use crate::credentials::{self, CredentialsKind};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Warning};
use crate::file::SeenFile;
use crate::flags::{Access, Flags};
use crate::gather::Gathered;
use crate::key::Key;
use crate::layer::{Layers, Origin, Setting};
use crate::resolve::of_layers;

/// What was found, and what is missing or wrong.
#[derive(Debug)]
pub struct Survey {
    /// The settings that count, in the order of [`Key::ALL`].
    pub settings: Vec<ShownSetting>,
    /// The files that were looked for.
    pub files: Vec<SeenFile>,
    /// Where credentials come from, if that is clear.
    pub credentials: Option<CredentialsKind>,
    /// What works, and should be looked at.
    pub warnings: Vec<Warning>,
    /// What stands in the way of using OSS.
    pub problems: Vec<Error>,
}

/// A setting as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownSetting {
    /// Which.
    pub key: Key,
    /// Its value; of a secret, `***`.
    pub value: String,
    /// Where it was found; `None` if it follows from others.
    pub origin: Option<Origin>,
}

/// Looks for everything that [`resolve_for`](crate::resolve_for) looks for, and goes on where
/// something is missing or wrong. Fetches nothing.
pub fn survey(flags: &Flags, environment: &Environment, bucket: Option<&BucketName>) -> Survey {
    let mut gathered = match Gathered::from(flags, environment, bucket) {
        Ok(gathered) => gathered,
        Err(error) => return Survey::without_anything(error),
    };
    let warnings = std::mem::take(&mut gathered.files.warnings);
    let layers = &gathered.layers;
    let mut shown = shown(flags.access, layers);
    match of_layers(flags, environment, layers, Vec::new()) {
        Ok(resolved) => {
            let endpoint = &resolved.settings.endpoint;
            let region = resolved.settings.region.clone();
            follow(&mut shown, Key::Endpoint, Some(endpoint));
            follow(
                &mut shown,
                Key::Region,
                region.or_else(|| endpoint.region()).as_ref(),
            );
            gathered.problems.extend(resolved.client().err());
        }
        Err(error) => {
            let is_place = error.kind() != ErrorKind::Credentials;
            gathered.problems.push(error);
            if is_place && flags.access == Access::Signed {
                let missing = credentials::find(layers, environment).err();
                gathered.problems.extend(missing);
            }
        }
    }
    let credentials = match flags.access {
        Access::Anonymous => Some(CredentialsKind::Anonymous),
        Access::Signed => credentials::find(layers, environment)
            .ok()
            .map(|spec| spec.kind()),
    };
    Survey {
        settings: shown.into_values().collect(),
        files: gathered.files.seen,
        credentials,
        warnings,
        problems: gathered.problems,
    }
}

impl Survey {
    fn without_anything(error: Error) -> Self {
        Self {
            settings: Vec::new(),
            files: Vec::new(),
            credentials: None,
            warnings: Vec::new(),
            problems: vec![error],
        }
    }
}

/// Of credentials, only those of the place that they come from.
fn shown(access: Access, layers: &Layers) -> BTreeMap<Key, ShownSetting> {
    let mut settings = layers.settings();
    settings.retain(|key, _| !key.is_of_credentials());
    if let (Access::Signed, Some(source)) = (access, credentials::source(layers)) {
        let of_credentials = |(key, _): &(&Key, &Setting)| key.is_of_credentials();
        let credentials = source.settings().iter().filter(of_credentials);
        settings.extend(credentials.map(|(key, setting)| (*key, setting)));
    }
    let shown = settings.into_iter().map(|(key, setting)| {
        let shown = ShownSetting {
            key,
            value: harmless(key, &setting.text),
            origin: Some(setting.origin.clone()),
        };
        (key, shown)
    });
    shown.collect()
}

/// Shows what is not said and follows from others, also in place of what was said and does not count
/// because something before it contradicts it.
fn follow<T: FromStr + PartialEq + Display>(
    shown: &mut BTreeMap<Key, ShownSetting>,
    key: Key,
    value: Option<&T>,
) {
    let said: Option<T> = shown.get(&key).and_then(|said| said.value.parse().ok());
    let Some(value) = value.filter(|value| said.as_ref() != Some(*value)) else {
        return;
    };
    let follows = ShownSetting {
        key,
        value: value.to_string(),
        origin: None,
    };
    shown.insert(key, follows);
}

/// A value without what nobody else may see.
fn harmless(key: Key, text: &str) -> String {
    match key {
        key if key.is_secret() => "***".to_owned(),
        Key::AccessKeyId => masked(text),
        Key::Proxy | Key::Endpoint | Key::StsEndpoint | Key::EcsEndpoint => without_user(text),
        // A path or query may be what keeps others out, and so may an argument.
        Key::CredentialsUri => {
            let shown = without_user(text);
            let begin = shown.find("://").map_or(0, |at| at + 3);
            match shown[begin..].find(['/', '?', '#']) {
                Some(end) => format!("{}/***", &shown[..begin + end]),
                None => shown,
            }
        }
        Key::CredentialProcess => match text.split_once(char::is_whitespace) {
            Some((program, _)) if !program.contains('=') => format!("{program} ***"),
            Some(_) => "***".to_owned(),
            None => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

fn without_user(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    match rest.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}***@{host}"),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_else_may_see_is_not_shown() {
        for (key, text, shown) in [
            (Key::AccessKeySecret, "hunter2", "***"),
            (Key::SecurityToken, "hunter2", "***"),
            (Key::AccessKeyId, "LTAI5tExampleKeyIdWXYZ", "LTAI***WXYZ"),
            (Key::Proxy, "http://u:hunter2@proxy:1", "http://***@proxy:1"),
            (
                Key::CredentialsUri,
                "http://h:1/hunter2?a=hunter2",
                "http://h:1/***",
            ),
            (Key::CredentialsUri, "http://h:1", "http://h:1"),
            (
                Key::CredentialProcess,
                "get-key --password hunter2",
                "get-key ***",
            ),
            (Key::CredentialProcess, "PASSWORD=hunter2 get-key", "***"),
            (Key::Region, "cn-hangzhou", "cn-hangzhou"),
        ] {
            assert_eq!(harmless(key, text), shown);
        }
    }

    #[test]
    fn what_is_there_is_shown_with_what_is_missing() {
        let environment = Environment::from_iter([
            ("OSS_ACCESS_KEY_ID", "LTAI5tExampleKeyIdWXYZ"),
            ("OSS_REGION", "cn-hangzhou"),
        ]);
        let survey = survey(&Flags::default(), &environment, None);
        assert!(matches!(
            survey.problems[..],
            [Error::HalfCredentials { .. }]
        ));
        assert_eq!(survey.credentials, None);
        let keys: Vec<_> = survey.settings.iter().map(|shown| shown.key).collect();
        assert_eq!(keys, [Key::Region, Key::AccessKeyId]);
    }

    #[test]
    fn a_place_and_credentials_that_are_both_missing_are_both_told() {
        let survey = survey(&Flags::default(), &Environment::default(), None);
        let problems = &survey.problems[..];
        assert!(
            matches!(problems, [Error::NoPlace, Error::NoCredentials { .. }]),
            "{survey:?}"
        );
    }

    #[test]
    fn what_does_not_count_because_something_contradicts_it_is_not_shown() {
        let flags = Flags {
            access: Access::Anonymous,
            region: Some("cn-hangzhou".to_owned()),
            ..Flags::default()
        };
        let other = ("OSS_ENDPOINT", "oss-cn-beijing.aliyuncs.com");
        let shown = survey(&flags, &Environment::from_iter([other]), None).settings;
        assert_eq!(shown[0].value, "https://oss-cn-hangzhou.aliyuncs.com");
        assert_eq!(
            (&shown[0].origin, &shown[1].origin),
            (&None, &Some(Origin::Flag("--region")))
        );
    }

    #[test]
    fn what_follows_is_shown_without_an_origin() {
        let flags = Flags {
            access: Access::Anonymous,
            region: Some("cn-hangzhou".to_owned()),
            ..Flags::default()
        };
        let survey = survey(&flags, &Environment::default(), None);
        assert!(survey.problems.is_empty(), "{survey:?}");
        assert_eq!(survey.credentials, Some(CredentialsKind::Anonymous));
        let endpoint = &survey.settings[0];
        assert_eq!(endpoint.value, "https://oss-cn-hangzhou.aliyuncs.com");
        assert_eq!(endpoint.origin, None);
    }
}
