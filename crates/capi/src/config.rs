//! From the options of a call to a client.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use ossum_client::auth::{Credentials, CredentialsError, SignatureVersion, StaticCredentials};
use ossum_client::transport::{ExtraRoots, HttpTransport, Proxies, TlsSettings};
use ossum_client::{Addressing, ClearText, Client, Settings};
use ossum_types::{BucketName, Endpoint, ObjectKey, ObjectUrl, Region};

use crate::abi::{Config, HttpOptions};
use crate::boundary::Call;
use crate::memory::{Text, bytes_of};
use crate::status::{AOSE_INVALID_ARGUMENT, BUCKET_NAME_INVALID, Failed, OBJECT_NAME_INVALID};

/// The client that a call asks for.
pub(crate) fn client(call: Call<'_>) -> Result<Client, Failed> {
    let Call { config, http, .. } = call;
    let settings = match call.signed_url {
        Some(url) => Settings::new(endpoint(&origin(url))?),
        None => settings(config)?,
    };
    let timeout = Duration::from_secs(at_least_a_second(http.speed_time));
    let connect = Duration::from_secs(at_least_a_second(http.connect_timeout));
    let transport = HttpTransport::new(proxies(config, http)?, tls(http)?, timeout)
        .with_connect_timeout(connect);
    Client::new(settings, Arc::new(transport)).map_err(|error| Failed::invalid(error.to_string()))
}

/// Everything that makes a client what it is, to recognise the same again.
#[derive(PartialEq, Eq)]
pub(crate) struct Recipe {
    texts: [Vec<u8>; 12],
    numbers: [i32; 6],
}

impl Recipe {
    pub(crate) fn of(call: Call<'_>) -> Self {
        let Call { config, http, .. } = call;
        // SAFETY: texts in a config live as long as the call, as the headers demand.
        let text = |text: &Text| unsafe { text.bytes() }.to_vec();
        // To a signed URL nobody's keys go; a client that has none is for such URLs only.
        let signed_url = call.signed_url.map(origin);
        let of_config = |field: &Text| match signed_url {
            Some(_) => Vec::new(),
            None => text(field),
        };
        // SAFETY: texts in options end with a zero, as the headers demand.
        let chars = |text| unsafe { bytes_of(text) }.unwrap_or_default().to_vec();
        Self {
            texts: [
                signed_url
                    .as_ref()
                    .map_or_else(|| text(&config.endpoint), |origin| origin.clone().into()),
                of_config(&config.access_key_id),
                of_config(&config.access_key_secret),
                of_config(&config.sts_token),
                text(&config.proxy_host),
                text(&config.proxy_user),
                text(&config.proxy_passwd),
                text(&config.region),
                text(&config.cloudbox_id),
                chars(http.proxy_host),
                chars(http.proxy_auth),
                chars(http.ca_file),
            ],
            numbers: [
                config.is_cname,
                config.proxy_port,
                config.signature_version,
                http.speed_time,
                http.connect_timeout,
                http.verify_ssl,
            ],
        }
    }
}

/// Scheme and authority of a URL.
fn origin(url: &Uri) -> String {
    let scheme = url.scheme_str().unwrap_or_default();
    let authority = url.authority().map_or("", |authority| authority.as_str());
    format!("{scheme}://{authority}")
}

fn at_least_a_second(seconds: i32) -> u64 {
    u64::try_from(seconds).unwrap_or(0).max(1)
}

/// The text of a setting, which must be UTF-8; `None` if it is not set.
pub(crate) fn text<'a>(what: &str, text: &Text) -> Result<Option<&'a str>, Failed> {
    // SAFETY: texts in a config live as long as the call, as the headers demand.
    let bytes = unsafe { text.bytes() };
    let text = std::str::from_utf8(bytes)
        .map_err(|_| Failed::invalid(format!("{what} is not valid UTF-8")))?;
    Ok((!text.is_empty()).then_some(text))
}

fn settings(config: &Config) -> Result<Settings, Failed> {
    let endpoint = text("the endpoint", &config.endpoint)?
        .ok_or_else(|| Failed::invalid("the endpoint is empty: set config->endpoint"))?;
    let endpoint = self::endpoint(endpoint)?;
    refuse_other_cloud_box(config, &endpoint)?;
    let region = text("the region", &config.region)?;
    let region = region.map(str::parse::<Region>).transpose();
    Ok(Settings {
        region: region.map_err(|invalid| Failed::invalid(invalid.to_string()))?,
        addressing: match config.is_cname {
            0 => Addressing::Auto,
            _ => Addressing::Cname,
        },
        signature_version: match config.signature_version {
            4 => SignatureVersion::V4,
            _ => SignatureVersion::V1,
        },
        credentials: Some(Arc::new(StaticCredentials::new(credentials(config)?))),
        // The caller wrote `http://`, or nothing, which has always meant that here.
        clear_text: ClearText::Allow,
        ..Settings::new(endpoint)
    })
}

/// The CloudBox of the endpoint is the one that signatures name; another one would be refused by it without
/// a hint.
fn refuse_other_cloud_box(config: &Config, endpoint: &Endpoint) -> Result<(), Failed> {
    match text("the ID of the CloudBox", &config.cloudbox_id)? {
        Some(id) if endpoint.cloud_box_id() != Some(id) => Err(Failed::invalid(format!(
            "the endpoint is not that of the CloudBox {id}: its host is {id}.REGION.oss-cloudbox.aliyuncs.com"
        ))),
        _ => Ok(()),
    }
}

/// Without a scheme it is `http://`, as these programs have always been answered.
fn endpoint(text: &str) -> Result<Endpoint, Failed> {
    let parsed = if text.contains("://") {
        text.parse()
    } else {
        format!("http://{text}").parse()
    };
    parsed.map_err(|invalid: ossum_types::Invalid| Failed::invalid(invalid.to_string()))
}

fn credentials(config: &Config) -> Result<Credentials, Failed> {
    let id = text("the access key ID", &config.access_key_id)?;
    let secret = text("the access key secret", &config.access_key_secret)?;
    let (Some(id), Some(secret)) = (id, secret) else {
        return Err(Failed::invalid(
            "the access key is empty: set config->access_key_id and config->access_key_secret, for \
             example from OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET",
        ));
    };
    let invalid = |error: CredentialsError| Failed::invalid(error.to_string());
    let credentials = Credentials::new(id, secret).map_err(invalid)?;
    match text("the security token", &config.sts_token)? {
        Some(token) => credentials.with_security_token(token).map_err(invalid),
        None => Ok(credentials),
    }
}

/// The proxy of the config, or that of the options, or none.
fn proxies(config: &Config, http: &HttpOptions) -> Result<Proxies, Failed> {
    let (place, login) = match text("the proxy's host", &config.proxy_host)? {
        Some(host) => (
            place_of_proxy(host, config.proxy_port)?,
            login_of_config(config)?,
        ),
        // SAFETY: texts in options end with a zero, as the headers demand.
        None => match unsafe { (bytes_of(http.proxy_host), bytes_of(http.proxy_auth)) } {
            (Some(host), login) if !host.is_empty() => (
                String::from_utf8_lossy(host).into_owned(),
                login.map(|login| String::from_utf8_lossy(login).into_owned()),
            ),
            _ => return Ok(Proxies::none()),
        },
    };
    let (scheme, place) = place.split_once("://").unwrap_or(("http", &place));
    let url = match login {
        Some(login) => format!("{scheme}://{login}@{place}"),
        None => format!("{scheme}://{place}"),
    };
    // The URL may hold a password, so it is not told.
    Proxies::all(&url).map_err(|_| Failed::invalid("the proxy's host, port or user is not valid"))
}

/// The port 0 is none: the host may have one, or it is that of its scheme.
fn place_of_proxy(host: &str, port: i32) -> Result<String, Failed> {
    match u16::try_from(port) {
        Ok(0) => Ok(host.to_owned()),
        Ok(port) => Ok(format!("{host}:{port}")),
        Err(_) => Err(Failed::invalid(format!("there is no port {port}"))),
    }
}

fn login_of_config(config: &Config) -> Result<Option<String>, Failed> {
    let user = text("the proxy's user", &config.proxy_user)?;
    let password = text("the proxy's password", &config.proxy_passwd)?;
    Ok(user.map(|user| format!("{user}:{}", password.unwrap_or_default())))
}

fn tls(http: &HttpOptions) -> Result<TlsSettings, Failed> {
    if http.verify_ssl == 0 {
        return Ok(TlsSettings::Insecure);
    }
    // SAFETY: texts in options end with a zero, as the headers demand.
    let Some(path) = (unsafe { bytes_of(http.ca_file) }) else {
        return Ok(TlsSettings::default());
    };
    let path = Path::new(OsStr::from_bytes(path));
    let unusable =
        |reason: String| Failed::invalid(format!("ca_file {}: {reason}", path.display()));
    let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    let roots = ExtraRoots::from_pem(&pem).map_err(|error| unusable(error.to_string()))?;
    Ok(TlsSettings::Verify(roots))
}

/// The bucket that a text names.
pub(crate) fn bucket(name: Option<&Text>) -> Result<BucketName, Failed> {
    let invalid =
        |message: String| Failed::new(AOSE_INVALID_ARGUMENT, BUCKET_NAME_INVALID, message);
    let name = name.ok_or_else(|| invalid("the bucket is null".to_owned()))?;
    let name = text("the bucket", name)?.unwrap_or_default();
    name.parse()
        .map_err(|reason: ossum_types::Invalid| invalid(reason.to_string()))
}

/// The object that two texts name.
pub(crate) fn object(bucket: Option<&Text>, key: Option<&Text>) -> Result<ObjectUrl, Failed> {
    Ok(ObjectUrl {
        bucket: self::bucket(bucket)?,
        key: self::key(key)?,
    })
}

/// The object that a text names in its bucket.
pub(crate) fn key(key: Option<&Text>) -> Result<ObjectKey, Failed> {
    let invalid =
        |message: String| Failed::new(AOSE_INVALID_ARGUMENT, OBJECT_NAME_INVALID, message);
    let key = key.ok_or_else(|| invalid("the object is null".to_owned()))?;
    let key = text("the object", key)?.unwrap_or_default();
    key.parse()
        .map_err(|reason: ossum_types::Invalid| invalid(reason.to_string()))
}

/// The file that a text names.
pub(crate) fn path<'a>(what: &str, name: Option<&Text>) -> Result<&'a Path, Failed> {
    // SAFETY: the caller of the exported function says that it has its bytes.
    let bytes = name.map_or(&[][..], |name| unsafe { name.bytes() });
    if bytes.is_empty() {
        return Err(Failed::invalid(format!("{what} is null or empty")));
    }
    Ok(Path::new(OsStr::from_bytes(bytes)))
}
