use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderValue, Uri};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::template::Form;
use crate::refusal::Refusal;

/// More URLs than this are not tried.
const MAX_URLS: usize = 5;

/// What a callback is to be.
#[derive(Debug)]
pub(super) struct Spec {
    pub(super) urls: Vec<Url>,
    /// The `Host` to name, if not that of the URL.
    pub(super) host: Option<String>,
    /// The body, with `${...}` for what is known of the object.
    pub(super) body: String,
    pub(super) form: Form,
    pub(super) variables: BTreeMap<String, String>,
}

/// Where a callback goes.
#[derive(Debug)]
pub(super) struct Url {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) authority: String,
    pub(super) path_and_query: String,
}

#[derive(Debug, Deserialize)]
struct Parameters {
    #[serde(rename = "callbackUrl")]
    url: String,
    #[serde(rename = "callbackHost")]
    host: Option<String>,
    #[serde(rename = "callbackBody")]
    body: String,
    #[serde(rename = "callbackBodyType")]
    body_type: Option<String>,
}

impl Spec {
    /// Reads the parameters of a callback, base64 of JSON each.
    pub(super) fn parse(text: &str, variables: Option<&str>) -> Result<Self, Refusal> {
        let invalid = |message: &str| Refusal::argument("callback", text, message);
        let asked: Parameters = decode(text)
            .ok_or_else(|| invalid("The callback configuration is not json format."))?;
        let form = asked.body_type.as_deref().unwrap_or("");
        let form = Form::of(form).ok_or_else(|| invalid("callbackBodyType is not allowed."))?;
        if asked.body.is_empty() {
            return Err(invalid("callbackBody is empty."));
        }
        let urls = asked.url.split(';').map(str::trim);
        let urls: Vec<_> = urls.filter(|url| !url.is_empty()).map(Url::parse).collect();
        if urls.is_empty() || urls.len() > MAX_URLS {
            return Err(invalid("callbackUrl is not 1 to 5 URLs."));
        }
        let host = asked.host.filter(|host| !host.is_empty());
        if host
            .as_deref()
            .is_some_and(|host| HeaderValue::from_str(host).is_err())
        {
            return Err(invalid("callbackHost is not a host."));
        }
        Ok(Self {
            urls: urls.into_iter().collect::<Result<_, _>>()?,
            host,
            body: asked.body,
            form,
            variables: variables.map_or_else(|| Ok(BTreeMap::new()), read_variables)?,
        })
    }
}

impl Url {
    fn parse(text: &str) -> Result<Self, Refusal> {
        let invalid = || Refusal::argument("callbackUrl", text, "It is not a URL.");
        let text = text.to_owned();
        let full = if text.contains("://") {
            text.clone()
        } else {
            format!("http://{text}")
        };
        let uri: Uri = full.parse().map_err(|_| invalid())?;
        if uri.scheme_str() == Some("https") {
            return Err(Refusal::not_implemented("callbacks by https"));
        }
        let authority = uri.authority().ok_or_else(invalid)?;
        let host = authority.host().trim_matches(['[', ']']);
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        Ok(Self {
            host: host.to_owned(),
            port: authority.port_u16().unwrap_or(80),
            authority: authority.as_str().to_owned(),
            path_and_query: path.to_owned(),
        })
    }
}

/// Reads the values of the `x:` variables.
fn read_variables(text: &str) -> Result<BTreeMap<String, String>, Refusal> {
    let invalid = |message| Refusal::argument("callback-var", text, message);
    let all: BTreeMap<String, Value> =
        decode(text).ok_or_else(|| invalid("The callback variables are not json format."))?;
    if all.keys().any(|name| !name.starts_with("x:")) {
        return Err(invalid("The names of callback variables begin with x:."));
    }
    let text = |value: Value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(all
        .into_iter()
        .map(|(name, value)| (name, text(value)))
        .collect())
}

fn decode<T: DeserializeOwned>(text: &str) -> Option<T> {
    let json = BASE64.decode(text).ok()?;
    serde_json::from_slice(&json).ok()
}
