//! `OSS4-HMAC-SHA256`, by the official documentation of V4 signatures.

use std::cell::RefCell;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, HeaderMap, HeaderName};
use sha2::{Digest, Sha256};

use super::canonical::{self, Headers, X_OSS_DATE, is_signed_by_default};
use super::{Credentials, SigningScope, ToSign};
use crate::date::Moment;
use crate::encode;

/// How long a presigned address may be valid, by the official documentation of presigned URLs.
pub(super) const LONGEST_VALIDITY: Duration = Duration::from_hours(7 * 24);

const ALGORITHM: &str = "OSS4-HMAC-SHA256";
const TERMINATOR: &str = "aliyun_v4_request";
const X_OSS_CONTENT_SHA256: HeaderName = HeaderName::from_static("x-oss-content-sha256");
/// The body is covered by TLS and by CRC-64, as in the official SDKs: hashing it twice costs time.
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";
const SIGNATURE_PARAMETER: &str = "x-oss-signature";

pub(super) fn sign_headers(
    request: &ToSign<'_>,
    scope: &SigningScope,
    credentials: &Credentials,
    at: Moment,
) -> HeaderMap {
    let stamp = Stamp::new(scope, at);
    let mut added = added_headers(request, credentials, &stamp);
    let canonical = Canonical::new(request, &added, &encode::query(request.query));
    let signature = stamp.sign(&canonical, scope, credentials);

    let mut authorization = format!("{ALGORITHM} Credential={}", stamp.credential(credentials));
    if !canonical.additional_headers.is_empty() {
        authorization.push_str(",AdditionalHeaders=");
        authorization.push_str(&canonical.additional_headers);
    }
    authorization.push_str(",Signature=");
    authorization.push_str(&signature);
    added.insert(AUTHORIZATION, canonical::sensitive(authorization));
    added
}

pub(super) fn header_string_to_sign(
    request: &ToSign<'_>,
    scope: &SigningScope,
    credentials: &Credentials,
    at: Moment,
) -> Vec<u8> {
    let stamp = Stamp::new(scope, at);
    let added = added_headers(request, credentials, &stamp);
    let canonical = Canonical::new(request, &added, &encode::query(request.query));
    stamp.string_to_sign(&canonical).into_bytes()
}

pub(super) fn presign(
    request: &ToSign<'_>,
    scope: &SigningScope,
    credentials: &Credentials,
    at: Moment,
    valid_for: Duration,
) -> Vec<(String, String)> {
    let stamp = Stamp::new(scope, at);
    let none_added = HeaderMap::new();
    let additional = additional_headers(request, Headers::new(request, &none_added));

    let mut appended = vec![
        pair("x-oss-signature-version", ALGORITHM),
        pair("x-oss-credential", stamp.credential(credentials)),
        pair("x-oss-date", stamp.timestamp.as_str()),
        pair("x-oss-expires", valid_for.as_secs().to_string()),
    ];
    if let Some(token) = credentials.security_token() {
        appended.push(pair("x-oss-security-token", token));
    }
    if !additional.is_empty() {
        appended.push(pair("x-oss-additional-headers", additional.join(";")));
    }

    let signed: Vec<_> = request
        .query
        .iter()
        .chain(&appended)
        .filter(|(name, _)| name != SIGNATURE_PARAMETER)
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let canonical = Canonical::new(request, &none_added, &encode::query(&signed));
    let signature = stamp.sign(&canonical, scope, credentials);
    appended.push(pair(SIGNATURE_PARAMETER, signature));
    appended
}

fn pair(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

fn added_headers(request: &ToSign<'_>, credentials: &Credentials, stamp: &Stamp) -> HeaderMap {
    let mut added = HeaderMap::with_capacity(4);
    added.insert(X_OSS_DATE, canonical::printable(stamp.timestamp.clone()));
    if !request.headers.contains_key(X_OSS_CONTENT_SHA256) {
        let unsigned = http::HeaderValue::from_static(UNSIGNED_PAYLOAD);
        added.insert(X_OSS_CONTENT_SHA256, unsigned);
    }
    canonical::insert_security_token(&mut added, credentials);
    added
}

/// The asked-for headers that have a value and are not signed anyway, sorted.
fn additional_headers<'a>(request: &ToSign<'a>, headers: Headers<'_>) -> Vec<&'a str> {
    let mut names: Vec<&str> = request
        .additional_headers
        .iter()
        .filter(|name| !is_signed_by_default(name) && headers.has_value(name))
        .map(HeaderName::as_str)
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// A request as V4 hashes it.
struct Canonical {
    text: Vec<u8>,
    /// Names joined by `;`, as they also stand beside the signature.
    additional_headers: String,
}

impl Canonical {
    fn new(request: &ToSign<'_>, added: &HeaderMap, query: &str) -> Self {
        let headers = Headers::new(request, added);
        let additional = additional_headers(request, headers);
        let is_signed =
            |name: &HeaderName| is_signed_by_default(name) || additional.contains(&name.as_str());
        let additional_headers = additional.join(";");

        let mut text = Vec::with_capacity(512);
        write_line(request.method.as_str(), &mut text);
        write_line(&encode::path(&canonical::resource(request)), &mut text);
        write_line(query, &mut text);
        headers.write_block(is_signed, &mut text);
        write_line("", &mut text);
        write_line(&additional_headers, &mut text);
        if headers.contains(&X_OSS_CONTENT_SHA256) {
            headers.write_value(&X_OSS_CONTENT_SHA256, &mut text);
        } else {
            text.extend_from_slice(UNSIGNED_PAYLOAD.as_bytes());
        }
        Self {
            text,
            additional_headers,
        }
    }
}

fn write_line(line: &str, text: &mut Vec<u8>) {
    text.extend_from_slice(line.as_bytes());
    text.push(b'\n');
}

/// When and where a signature is valid, as it is written in it.
struct Stamp {
    timestamp: String,
    scope: String,
}

impl Stamp {
    fn new(scope: &SigningScope, at: Moment) -> Self {
        let timestamp = at.compact();
        let scope = format!(
            "{}/{}/{}/{TERMINATOR}",
            date_of(&timestamp),
            scope.region,
            scope.product.as_str()
        );
        Self { timestamp, scope }
    }

    fn credential(&self, credentials: &Credentials) -> String {
        format!("{}/{}", credentials.access_key_id(), self.scope)
    }

    fn string_to_sign(&self, canonical: &Canonical) -> String {
        let digest = hex::encode(Sha256::digest(&canonical.text));
        let Self { timestamp, scope } = self;
        format!("{ALGORITHM}\n{timestamp}\n{scope}\n{digest}")
    }

    fn sign(
        &self,
        canonical: &Canonical,
        scope: &SigningScope,
        credentials: &Credentials,
    ) -> String {
        let key = self.key(scope, credentials.access_key_secret());
        hex::encode(hmac_sha256(&key, &self.string_to_sign(canonical)))
    }

    /// The key of a day: the last one that this thread has derived, as long as it is the same.
    fn key(&self, scope: &SigningScope, secret: &str) -> [u8; 32] {
        LAST_KEY.with_borrow_mut(|last| {
            if let Some(last) = last
                && last.scope == self.scope
                && last.secret == secret
            {
                return last.key;
            }
            let key = hmac_sha256(
                format!("aliyun_v4{secret}").as_bytes(),
                date_of(&self.timestamp),
            );
            let key = hmac_sha256(&key, scope.region.as_str());
            let key = hmac_sha256(&key, scope.product.as_str());
            let key = hmac_sha256(&key, TERMINATOR);
            *last = Some(DerivedKey {
                secret: secret.to_owned(),
                scope: self.scope.clone(),
                key,
            });
            key
        })
    }
}

thread_local! {
    /// To derive it takes four of the five keyed hashes of a signature, and it is the same all day.
    static LAST_KEY: RefCell<Option<DerivedKey>> = const { RefCell::new(None) };
}

/// A key, and what it was derived from: the date, region and product are in the scope.
struct DerivedKey {
    secret: String,
    scope: String,
    key: [u8; 32],
}

/// The date in a timestamp: its first eight digits.
fn date_of(timestamp: &str) -> &str {
    &timestamp[..8]
}

fn hmac_sha256(key: &[u8], text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}
