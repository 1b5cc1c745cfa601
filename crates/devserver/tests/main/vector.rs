use std::collections::BTreeMap;
use std::fmt::Write;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request};
use http_body_util::Full;
use ossum_devserver::{Access, AccessKey, SecurityToken, Settings};
use serde::Deserialize;

use crate::oss::{Oss, Reply, clock_at};

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

/// A request and the signature that official SDKs gave it.
#[derive(Deserialize, Clone)]
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) method: String,
    pub(crate) access_key_id: String,
    pub(crate) access_key_secret: String,
    pub(crate) security_token: String,
    region: String,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) query: Vec<(String, String)>,
    time: Option<i64>,
    date: Option<String>,
    pub(crate) expiration: Option<i64>,
    pub(crate) additional_headers: Vec<String>,
    pub(crate) expected: Expected,
}

#[derive(Deserialize, Clone)]
pub(crate) struct Expected {
    pub(crate) authorization: Option<String>,
    #[serde(default)]
    pub(crate) query: BTreeMap<String, String>,
}

pub(crate) fn vectors() -> Vec<Vector> {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../client/tests/vectors/signatures.json"
    );
    let file: File = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(file.vectors.len() >= 33);
    file.vectors
}

fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(byte as char);
            }
            _ => write!(encoded, "%{byte:02X}").unwrap(),
        }
    }
    encoded
}

impl Vector {
    /// A moment at which the signature is good.
    pub(crate) fn signed_at(&self) -> i64 {
        self.time.or(self.expiration.map(|end| end - 60)).unwrap()
    }

    pub(crate) fn key(&self) -> AccessKey {
        let token = (!self.security_token.is_empty()).then(|| SecurityToken {
            text: self.security_token.clone(),
            expires: None,
        });
        AccessKey {
            id: self.access_key_id.clone(),
            secret: self.access_key_secret.clone(),
            token,
        }
    }

    pub(crate) fn settings(&self) -> Settings {
        let default = Settings::default();
        Settings {
            access: Access::Keys(vec![self.key()]),
            region: self.region.parse().unwrap_or(default.region),
            clock: clock_at(self.signed_at()),
            ..default
        }
    }

    fn uri(&self) -> String {
        let path = match (&*self.bucket, &*self.key) {
            ("", "") => String::new(),
            (bucket, key) => format!("{bucket}/{}", encode(key)),
        };
        let expected = self.expected.query.iter();
        let expected = expected.filter(|(_, value)| !value.is_empty());
        let mut query: BTreeMap<_, _> = self.query.iter().cloned().collect();
        query.extend(expected.map(|(name, value)| (name.clone(), value.clone())));
        if self.expected.authorization.is_none() && self.version == "v4" {
            query.extend(self.token("x-oss-security-token"));
        } else if self.expected.authorization.is_none() {
            query.extend(self.token("security-token"));
        }
        let terms = query.iter().map(|(name, value)| match value.as_str() {
            "" => encode(name),
            value => format!("{}={}", encode(name), encode(value)),
        });
        let query: Vec<_> = terms.collect();
        format!("http://127.0.0.1/{path}?{}", query.join("&"))
    }

    fn token(&self, name: &str) -> Option<(String, String)> {
        let token = &self.security_token;
        (!token.is_empty()).then(|| (name.to_owned(), token.clone()))
    }

    /// The headers as a client sends them, with those that its signer adds.
    fn sent_headers(&self) -> BTreeMap<String, String> {
        let lower = |(name, value): (&String, &String)| (name.to_lowercase(), value.clone());
        let mut headers: BTreeMap<_, _> = self.headers.iter().map(lower).collect();
        let Some(authorization) = &self.expected.authorization else {
            return headers;
        };
        headers.insert("authorization".to_owned(), authorization.clone());
        headers.extend(self.token("x-oss-security-token"));
        if self.version == "v4" {
            let payload = "x-oss-content-sha256".to_owned();
            headers.insert(payload, "UNSIGNED-PAYLOAD".to_owned());
            headers.insert("x-oss-date".to_owned(), self.basic_date());
        } else if let Some(date) = &self.date {
            headers.insert("date".to_owned(), date.clone());
        }
        headers
    }

    fn basic_date(&self) -> String {
        let time = jiff::Timestamp::from_second(self.time.unwrap()).unwrap();
        time.strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    pub(crate) fn ask(&self) -> Reply {
        self.ask_with(self.settings())
    }

    pub(crate) fn ask_with(&self, settings: Settings) -> Reply {
        Oss::new(settings).send(self.request())
    }

    /// Asks with headers that were changed after they were signed.
    pub(crate) fn ask_after(&self, change: impl FnOnce(&mut HeaderMap)) -> Reply {
        let mut request = self.request();
        change(request.headers_mut());
        Oss::new(self.settings()).send(request)
    }

    /// The names of the headers that are signed.
    pub(crate) fn signed_headers(&self) -> Vec<HeaderName> {
        let is_signed = |name: &String| {
            let also = self.additional_headers.iter();
            matches!(&**name, "content-type" | "content-md5")
                || name.starts_with("x-oss-")
                || also.map(|a| a.to_lowercase()).any(|a| a == *name)
        };
        let sent = self.sent_headers().into_keys().filter(is_signed);
        sent.map(|name| name.parse().unwrap()).collect()
    }

    fn request(&self) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(&*self.method).uri(self.uri());
        for (name, value) in self.sent_headers() {
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::new())).unwrap()
    }
}
