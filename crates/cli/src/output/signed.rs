//! What `sign` has to say.

use std::collections::BTreeMap;

use ossum_client::PresignedRequest;
use serde::Serialize;

use super::Event;
use super::listed::utc;

/// A URL that carries its own signature.
#[derive(Debug, Serialize)]
pub(crate) struct SignedUrl {
    url: String,
    method: String,
    /// By the time of OSS.
    expires_at: Option<String>,
    /// What has to be sent with it.
    headers: BTreeMap<String, String>,
}

impl SignedUrl {
    pub(crate) fn of(signed: &PresignedRequest) -> Self {
        let headers = signed.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.to_string(), value)
        });
        Self {
            url: signed.url.clone(),
            method: signed.method.to_string(),
            expires_at: utc(signed.expires_at),
            headers: headers.collect(),
        }
    }

    /// What people have to know beside the URL, if there is something.
    pub(crate) fn note(&self) -> Option<String> {
        if self.headers.is_empty() {
            return None;
        }
        let headers = self.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        Some(format!("send with it: {}", headers.join(", ")))
    }
}

impl Event for SignedUrl {
    const NAME: &'static str = "url";

    fn for_people(&self) -> Vec<String> {
        vec![self.url.clone()]
    }
}
