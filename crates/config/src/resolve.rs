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
mod tests;
