use std::collections::BTreeMap;
use std::fmt::Write;

use bytes::Bytes;
use http::Request;
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
struct Vector {
    name: String,
    version: String,
    method: String,
    access_key_id: String,
    access_key_secret: String,
    security_token: String,
    region: String,
    bucket: String,
    key: String,
    headers: BTreeMap<String, String>,
    query: Vec<(String, String)>,
    time: Option<i64>,
    date: Option<String>,
    expiration: Option<i64>,
    expected: Expected,
}

#[derive(Deserialize, Clone)]
struct Expected {
    authorization: Option<String>,
    #[serde(default)]
    query: BTreeMap<String, String>,
}

fn vectors() -> Vec<Vector> {
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
    fn signed_at(&self) -> i64 {
        self.time.or(self.expiration.map(|end| end - 60)).unwrap()
    }

    fn key(&self) -> AccessKey {
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

    fn settings(&self) -> Settings {
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

    fn ask(&self) -> Reply {
        self.ask_with(self.settings())
    }

    fn ask_with(&self, settings: Settings) -> Reply {
        let mut request = Request::builder().method(&*self.method).uri(self.uri());
        for (name, value) in self.sent_headers() {
            request = request.header(name, value);
        }
        Oss::new(settings).send(request.body(Full::new(Bytes::new())).unwrap())
    }
}

#[test]
fn signatures_of_the_official_sdks_are_accepted() {
    for vector in vectors() {
        let reply = vector.ask();
        // The requests ask for buckets that are not here; that they get so far is the point.
        let malformed = reply.element("Code").as_deref() == Some("InvalidArgument");
        let refused = reply.status == 403 || malformed;
        assert!(!refused, "{}: {} {reply:?}", vector.name, reply.text());
    }
}

#[test]
fn another_secret_is_refused_and_the_answer_shows_what_was_signed() {
    for mut vector in vectors() {
        vector.access_key_secret.push('x');
        let reply = vector.ask();
        if vector.method == "HEAD" {
            assert_eq!(reply.status, 403, "{}", vector.name);
            continue;
        }
        let reply = reply.refused(403, "SignatureDoesNotMatch");
        assert_eq!(reply.element("OSSAccessKeyId"), Some(vector.access_key_id));
        assert!(reply.element("StringToSign").is_some(), "{}", vector.name);
        let shows_canonical = reply.element("CanonicalRequest").is_some();
        assert_eq!(shows_canonical, vector.version == "v4", "{}", vector.name);
        assert_eq!(reply.element("EC").as_deref(), Some("0002-00000040"));
    }
}

#[test]
fn a_changed_request_is_refused() {
    for vector in vectors() {
        let mut other_key = vector.clone();
        other_key.key.push('x');
        let mut other_method = vector.clone();
        other_method.method = "OPTIONS".to_owned();
        let mut other_header = vector.clone();
        let name = "x-oss-not-signed".to_owned();
        other_header.headers.insert(name, "x".to_owned());
        let has_bucket = !vector.bucket.is_empty();
        for changed in [other_key, other_method, other_header] {
            if has_bucket {
                assert_eq!(changed.ask().status, 403, "{}", vector.name);
            }
        }
    }
}

#[test]
fn another_query_is_refused_by_v4() {
    for mut vector in vectors() {
        vector.query.push(("zz".to_owned(), "1".to_owned()));
        let accepted = vector.ask().status != 403;
        // V1 signs only parameters that select a part of the resource.
        assert_eq!(accepted, vector.version == "v1", "{}", vector.name);
    }
}

#[test]
fn a_clock_more_than_15_minutes_off_is_refused() {
    for mut vector in vectors() {
        if vector.expected.authorization.is_none() || vector.method == "HEAD" {
            continue;
        }
        let signed_at = vector.signed_at();
        for (off, passes) in [(900, true), (-900, true), (901, false), (-901, false)] {
            let settings = Settings {
                clock: clock_at(signed_at + off),
                ..vector.settings()
            };
            let reply = vector.ask_with(settings);
            let skewed = reply.element("Code").as_deref() == Some("RequestTimeTooSkewed");
            assert_eq!(skewed, !passes, "{} {off}", vector.name);
            if skewed {
                assert_eq!(reply.status, 403);
                assert!(reply.header("date").is_some());
                assert_eq!(
                    reply.element("MaxAllowedSkewMilliseconds").as_deref(),
                    Some("900000")
                );
            }
        }
        vector.access_key_secret.push('x'); // a wrong clock is told before a wrong secret
        let settings = Settings {
            clock: clock_at(signed_at + 3600),
            ..vector.settings()
        };
        vector
            .ask_with(settings)
            .refused(403, "RequestTimeTooSkewed");
    }
}

#[test]
fn a_presigned_url_works_until_it_expires_and_no_longer() {
    for vector in vectors() {
        let Some(expiration) = vector.expiration.filter(|_| vector.method != "HEAD") else {
            continue;
        };
        let at = |second| Settings {
            clock: clock_at(second),
            ..vector.settings()
        };
        assert_ne!(
            vector.ask_with(at(expiration)).status,
            403,
            "{}",
            vector.name
        );
        let late = vector.ask_with(at(expiration + 1));
        let late = late.refused(403, "AccessDenied");
        assert_eq!(
            late.element("Message").as_deref(),
            Some("Request has expired.")
        );
        assert_eq!(late.element("EC").as_deref(), Some("0002-00000069"));
    }
}

#[test]
fn the_region_of_a_v4_signature_must_be_the_services() {
    for vector in vectors() {
        if vector.version == "v1" || vector.method == "HEAD" {
            continue;
        }
        let settings = Settings {
            region: "eu-central-1".parse().unwrap(),
            ..vector.settings()
        };
        let reply = vector.ask_with(settings).refused(400, "InvalidArgument");
        assert_eq!(reply.element("EC").as_deref(), Some("0002-00000226"));
    }
}

#[test]
fn an_unknown_key_is_refused() {
    for vector in vectors().into_iter().filter(|v| v.method != "HEAD") {
        let settings = Settings {
            access: Access::Keys(Vec::new()),
            ..vector.settings()
        };
        vector.ask_with(settings).refused(403, "InvalidAccessKeyId");
    }
}

#[test]
fn a_temporary_key_needs_its_token_before_that_expires() {
    let has_token = |vector: &Vector| !vector.security_token.is_empty();
    for vector in vectors().into_iter().filter(has_token) {
        let with = |token: Option<SecurityToken>| Settings {
            access: Access::Keys(vec![AccessKey {
                token,
                ..vector.key()
            }]),
            ..vector.settings()
        };
        let other = SecurityToken {
            text: "other".to_owned(),
            expires: None,
        };
        let expired = SecurityToken {
            text: vector.security_token.clone(),
            expires: Some(std::time::SystemTime::UNIX_EPOCH),
        };
        let name = &vector.name;
        for (token, code) in [
            (Some(other), "InvalidSecurityToken"),
            (None, "InvalidSecurityToken"),
            (Some(expired), "SecurityTokenExpired"),
        ] {
            let reply = vector.ask_with(with(token));
            assert_eq!(reply.status, 403, "{name}");
            if vector.method != "HEAD" {
                reply.refused(403, code);
            }
        }
    }
}

#[test]
fn the_blank_after_a_comma_that_the_documentation_writes_is_accepted() {
    for mut vector in vectors().into_iter().filter(|v| v.version == "v4") {
        if let Some(authorization) = &mut vector.expected.authorization {
            *authorization = authorization.replace(',', ", ");
            assert_ne!(vector.ask().status, 403, "{}", vector.name);
        }
    }
}
