//! Which credentials the settings mean.

mod mode;

use std::path::PathBuf;
use std::time::Duration;

use http::Uri;
use ossum_client::auth::Credentials;
use ossum_types::Invalid;

use self::mode::Mode;
use crate::environment::Environment;
use crate::error::Error;
use crate::key::Key;
use crate::layer::{Layer, Layers, Origin, Profiles, Setting};

/// Credentials, or how they are had.
#[derive(Debug, Clone)]
pub(crate) enum Spec {
    Key(Credentials),
    Role {
        source: Box<Spec>,
        session: RoleSession,
        is_chained: bool,
    },
    Oidc {
        provider_arn: String,
        token_file: PathBuf,
        session: RoleSession,
    },
    Ecs {
        role: Option<String>,
        endpoint: Uri,
        allows_v1: bool,
    },
    Uri(Uri),
    Process(String),
}

/// A session of a role that is to begin.
#[derive(Debug, Clone)]
pub(crate) struct RoleSession {
    pub(crate) role_arn: String,
    pub(crate) name: String,
    pub(crate) duration: Option<Duration>,
    pub(crate) external_id: Option<String>,
    pub(crate) sts: Uri,
}

/// Where credentials come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialsKind {
    /// Nowhere: nothing is signed.
    Anonymous,
    /// A long-lived access key.
    AccessKey,
    /// A temporary access key that was given.
    TemporaryKey,
    /// A role that an access key assumes.
    Role,
    /// A role that another profile's credentials assume.
    ChainedRole,
    /// A role that an OIDC token opens.
    Oidc,
    /// The role of this ECS instance.
    EcsRole,
    /// An address that gives credentials.
    Uri,
    /// A command that prints credentials.
    Process,
}

const STS: &str = "https://sts.aliyuncs.com";
const METADATA: &str = "http://100.100.100.200";
const SESSION_NAME: &str = "ossum";

/// Credentials from the first layer that has any.
///
/// They come from one place: an ID from here with a secret from there would be a mistake that
/// nobody finds.
pub(crate) fn find(layers: &Layers, environment: &Environment) -> Result<Spec, Error> {
    let layer = source(layers).ok_or_else(|| Error::NoCredentials {
        passed_over: environment.passed_over(),
    })?;
    let finder = Finder {
        services: environment.services()?,
        forbidden_ecs: environment.disabled_ecs()?,
        allows_v1: environment.allows_imds_v1()?,
    };
    finder.of_layer(layer, layer.siblings(), &mut Vec::new())
}

/// The layer that credentials come from.
pub(crate) fn source(layers: &Layers) -> Option<&Layer> {
    layers.first(has_credentials)
}

pub(crate) fn has_credentials(layer: &Layer) -> bool {
    let brings = layer.settings().keys().any(|key| key.brings_credentials());
    // An instance tells its role itself.
    let is_ecs = layer.get(Key::Mode).map(Mode::of);
    brings || matches!(is_ecs, Some(Ok(Mode::EcsRole)))
}

struct Finder {
    /// What counts where a place does not say where a service is.
    services: Layer,
    forbidden_ecs: Option<Origin>,
    allows_v1: bool,
}

impl Finder {
    fn of_layer(
        &self,
        layer: &Layer,
        siblings: Option<&Profiles>,
        seen: &mut Vec<String>,
    ) -> Result<Spec, Error> {
        Ok(match Mode::of_layer(layer)? {
            Mode::Key => Spec::Key(key(layer)?),
            Mode::Role => self.role(layer, siblings, seen)?,
            Mode::EcsRole => self.ecs(layer)?,
            Mode::Oidc => Spec::Oidc {
                provider_arn: needed(layer, Key::OidcProviderArn)?.text.clone(),
                token_file: PathBuf::from(&needed(layer, Key::OidcTokenFile)?.text),
                session: self.session(layer)?,
            },
            Mode::Process => Spec::Process(needed(layer, Key::CredentialProcess)?.text.clone()),
            Mode::Uri => Spec::Uri(address(needed(layer, Key::CredentialsUri)?, "http")?),
        })
    }

    fn role(
        &self,
        layer: &Layer,
        siblings: Option<&Profiles>,
        seen: &mut Vec<String>,
    ) -> Result<Spec, Error> {
        let session = self.session(layer)?;
        let Some(named) = layer.get(Key::SourceProfile) else {
            let source = Box::new(Spec::Key(key(layer)?));
            return Ok(Spec::Role {
                source,
                session,
                is_chained: false,
            });
        };
        let name = &named.text;
        if seen.contains(name) {
            return Err(Error::Circle(named.origin.clone()));
        }
        seen.push(name.clone());
        let Some(source) = siblings.and_then(|profiles| profiles.get(name)) else {
            let known = siblings.into_iter().flat_map(Profiles::keys).cloned();
            return Err(Error::NoProfile {
                origin: named.origin.clone(),
                name: name.clone(),
                known: known.collect(),
            });
        };
        // A profile that names itself has an access key of its own beside the role.
        let source = if std::ptr::eq(source, layer) || !has_credentials(source) {
            Spec::Key(key(source)?)
        } else {
            self.of_layer(source, siblings, seen)?
        };
        Ok(Spec::Role {
            source: Box::new(source),
            session,
            is_chained: true,
        })
    }

    fn ecs(&self, layer: &Layer) -> Result<Spec, Error> {
        let role = layer.get(Key::EcsRole);
        if let Some(forbidden) = &self.forbidden_ecs {
            let origin = role.or_else(|| layer.get(Key::Mode));
            let origin = origin.map_or_else(|| forbidden.clone(), |setting| setting.origin.clone());
            let forbidden = forbidden.clone();
            return Err(Error::Forbidden { origin, forbidden });
        }
        Ok(Spec::Ecs {
            role: role.map(|role| role.text.clone()),
            endpoint: self.service(layer, Key::EcsEndpoint, METADATA, "http")?,
            allows_v1: self.allows_v1,
        })
    }

    fn session(&self, layer: &Layer) -> Result<RoleSession, Error> {
        let text = |key| layer.get(key).map(|setting| setting.text.clone());
        let duration = layer.get(Key::RoleDuration).map(seconds).transpose()?;
        Ok(RoleSession {
            role_arn: needed(layer, Key::RoleArn)?.text.clone(),
            name: text(Key::RoleSessionName).unwrap_or_else(|| SESSION_NAME.to_owned()),
            duration,
            external_id: text(Key::ExternalId),
            sts: self.service(layer, Key::StsEndpoint, STS, "https")?,
        })
    }

    /// Where a service is: as the place of the credentials says, the environment, or as usual.
    fn service(
        &self,
        layer: &Layer,
        key: Key,
        usual: &'static str,
        scheme: &str,
    ) -> Result<Uri, Error> {
        match layer.get(key).or_else(|| self.services.get(key)) {
            Some(setting) => address(setting, scheme),
            None => Ok(Uri::from_static(usual)),
        }
    }
}

fn key(layer: &Layer) -> Result<Credentials, Error> {
    let id = needed(layer, Key::AccessKeyId)?;
    let secret = needed(layer, Key::AccessKeySecret)?;
    let credentials = Credentials::new(&*id.text, &*secret.text).map_err(Error::BadCredentials)?;
    match layer.get(Key::SecurityToken) {
        None => Ok(credentials),
        Some(token) => {
            let temporary = credentials.with_security_token(&*token.text);
            temporary.map_err(Error::BadCredentials)
        }
    }
}

/// A setting without which the others of its place make no credentials.
fn needed(layer: &Layer, key: Key) -> Result<&Setting, Error> {
    if let Some(setting) = layer.get(key) {
        return Ok(setting);
    }
    let of_credentials = |(key, _): &(&Key, &Setting)| key.is_of_credentials();
    match layer.settings().iter().find(of_credentials) {
        Some((_, setting)) => Err(Error::HalfCredentials {
            present: setting.origin.clone(),
            missing: layer.name_of(key),
        }),
        None => Err(Error::NoCredentials { passed_over: None }),
    }
}

fn seconds(setting: &Setting) -> Result<Duration, Error> {
    let seconds = setting.text.parse().map(Duration::from_secs);
    seconds.map_err(|_| {
        let reason = "write a number of seconds";
        setting.refuse(Invalid::new("duration", &setting.text, reason))
    })
}

/// An address with a scheme, by default `scheme`. It may hold a password, so it is not repeated.
fn address(setting: &Setting, scheme: &str) -> Result<Uri, Error> {
    let text = setting.text.trim_end_matches('/');
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("{scheme}://{text}")
    };
    let uri = whole.parse::<Uri>().ok();
    let is_web =
        |uri: &Uri| matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some();
    uri.filter(is_web).ok_or_else(|| {
        let reason = "it is an address such as https://sts.aliyuncs.com";
        setting.refuse(Invalid::new("address", "***", reason))
    })
}

impl Spec {
    pub(crate) fn kind(&self) -> CredentialsKind {
        match self {
            Self::Key(key) if key.security_token().is_some() => CredentialsKind::TemporaryKey,
            Self::Key(_) => CredentialsKind::AccessKey,
            Self::Role {
                is_chained: true, ..
            } => CredentialsKind::ChainedRole,
            Self::Role { .. } => CredentialsKind::Role,
            Self::Oidc { .. } => CredentialsKind::Oidc,
            Self::Ecs { .. } => CredentialsKind::EcsRole,
            Self::Uri(_) => CredentialsKind::Uri,
            Self::Process(_) => CredentialsKind::Process,
        }
    }
}

#[cfg(test)]
mod tests;
