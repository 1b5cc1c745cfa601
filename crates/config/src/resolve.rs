use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ossum_client::auth::{CredentialsProvider, SignatureVersion};
use ossum_client::transport::{HttpTransport, Proxies, TlsSettings};
use ossum_client::{Addressing, Client, RetryPolicy, Settings};
use ossum_types::{BucketName, Invalid, Span};

use crate::environment::Environment;
use crate::error::{Error, Warning};
use crate::flags::{Access, Flags};
use crate::gather::Gathered;
use crate::key::Key;
use crate::layer::{Layers, Origin};
use crate::place::Place;
use crate::provider::Means;
use crate::{credentials, proxy, trust};

/// What a client is told, and where that was found.
#[derive(Debug, Clone)]
pub struct Resolved {
    /// What the client is told.
    pub settings: Settings,
    /// How its requests travel.
    pub transport: HttpTransport,
    /// Where each setting was found; what is absent has its default or follows from another.
    pub origins: BTreeMap<Key, Origin>,
    /// What works, and should be looked at all the same.
    pub warnings: Vec<Warning>,
}

/// How long nothing may move unless told otherwise.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Finds every setting in the first place that has it: `flags`, then `environment`, then the
/// configuration files that the two lead to.
///
/// Reads these and the file of extra certificates if there is one, and nothing else. Credentials
/// that have to be fetched are fetched when they are first needed.
///
/// # Errors
/// [`Error`] for a setting that is missing or no such setting; [`Error::hint`] says what to do.
pub fn resolve(flags: &Flags, environment: &Environment) -> Result<Resolved, Error> {
    resolve_for(flags, environment, None)
}

/// The same for requests to one bucket, for which the files may say something else.
///
/// # Errors
/// As [`resolve`].
pub fn resolve_for(
    flags: &Flags,
    environment: &Environment,
    bucket: Option<&BucketName>,
) -> Result<Resolved, Error> {
    let gathered = Gathered::from(flags, environment, bucket)?;
    let (layers, warnings) = gathered.whole()?;
    of_layers(flags, environment, &layers, warnings)
}

pub(crate) fn of_layers(
    flags: &Flags,
    environment: &Environment,
    layers: &Layers,
    warnings: Vec<Warning>,
) -> Result<Resolved, Error> {
    let Place { endpoint, region } = Place::find(layers, flags.network)?;
    let proxies = proxy::find(layers, environment)?;
    let tls = trust::find(flags)?;
    let mut settings = Settings {
        region,
        addressing: addressing(layers)?,
        signature_version: signature_version(layers)?,
        clear_text: flags.clear_text,
        retry: retry_policy(layers)?,
        ..Settings::new(endpoint)
    };
    let means = means(&settings, &proxies, &tls);
    settings.credentials = credentials_for(flags.access, layers, environment, &means)?;
    let transport = HttpTransport::new(proxies, tls, timeout(layers)?);
    Ok(Resolved {
        settings,
        transport,
        origins: layers.origins(),
        warnings,
    })
}

impl Resolved {
    /// A client with these settings. Connects when it is first used.
    ///
    /// # Errors
    /// [`Error::Settings`] if requests could not be signed, or not safely.
    pub fn client(self) -> Result<Client, Error> {
        Ok(Client::new(self.settings, Arc::new(self.transport))?)
    }
}

/// What it takes to fetch credentials; the clock is the client's, with what it learns.
fn means(settings: &Settings, proxies: &Proxies, tls: &TlsSettings) -> Means {
    Means {
        proxies: proxies.clone(),
        tls: tls.clone(),
        clear_text: settings.clear_text,
        clock: settings.clock.clone(),
    }
}

fn credentials_for(
    access: Access,
    layers: &Layers,
    environment: &Environment,
    means: &Means,
) -> Result<Option<Arc<dyn CredentialsProvider>>, Error> {
    match access {
        Access::Anonymous => Ok(None),
        Access::Signed => {
            let spec = credentials::find(layers, environment)?;
            means.provider(spec).map(Some)
        }
    }
}

pub(crate) fn addressing(layers: &Layers) -> Result<Addressing, Error> {
    let found = layers.value::<Addressing>(Key::Addressing)?;
    Ok(found.unwrap_or_default())
}

pub(crate) fn signature_version(layers: &Layers) -> Result<SignatureVersion, Error> {
    let found = layers.value::<SignatureVersion>(Key::SignVersion)?;
    Ok(found.unwrap_or_default())
}

pub(crate) fn retry_policy(layers: &Layers) -> Result<RetryPolicy, Error> {
    let Some(setting) = layers.find(Key::Retries) else {
        return Ok(RetryPolicy::default());
    };
    let refuse = |_| {
        setting.refuse(Invalid::new(
            "number of retries",
            &setting.text,
            "write a number",
        ))
    };
    Ok(RetryPolicy {
        retries: setting.text.parse().map_err(refuse)?,
        ..RetryPolicy::default()
    })
}

pub(crate) fn timeout(layers: &Layers) -> Result<Duration, Error> {
    let Some(setting) = layers.find(Key::Timeout) else {
        return Ok(TIMEOUT);
    };
    match setting.parse::<Span>()?.get() {
        Duration::ZERO => Err(setting.refuse(Invalid::new(
            "timeout",
            &setting.text,
            "with no time at all nothing succeeds",
        ))),
        timeout => Ok(timeout),
    }
}

#[cfg(test)]
mod tests {
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
}
