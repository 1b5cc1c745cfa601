//! `OSS4-HMAC-SHA256`, by the official documentation of V4 signatures.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
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
    let stamp = Stamp::of(scope, credentials, at);
    let mut added = added_headers(request, credentials, &stamp);
    let canonical = Canonical::new(request, &added, &encode::query(request.query));
    let authorization = stamp.authorization(credentials.access_key_id(), canonical);
    added.insert(AUTHORIZATION, authorization);
    added
}

pub(super) fn header_string_to_sign(
    request: &ToSign<'_>,
    scope: &SigningScope,
    credentials: &Credentials,
    at: Moment,
) -> Vec<u8> {
    let stamp = Stamp::of(scope, credentials, at);
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
    let stamp = Stamp::of(scope, credentials, at);
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
    let signature = stamp.sign(&canonical);
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
        let unsigned = HeaderValue::from_static(UNSIGNED_PAYLOAD);
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
#[derive(PartialEq, Eq)]
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

/// When and where a signature is valid, as it is written in it, and the key for it.
struct Stamp {
    timestamp: String,
    scope: String,
    key: Hmac<Sha256>,
    last: RefCell<Option<LastAuthorization>>,
}

/// What proves who sends a request, and what it was made of.
struct LastAuthorization {
    of: Canonical,
    id: String,
    value: HeaderValue,
}

impl Stamp {
    /// The stamp of the second `at`: this thread's last one, as long as it is the same.
    fn of(scope: &SigningScope, credentials: &Credentials, at: Moment) -> Rc<Self> {
        LAST_STAMP.with_borrow_mut(|last| {
            if let Some(last) = last
                && last.at == at
                && last.of == *scope
                && last.secret == credentials.access_key_secret()
            {
                return Rc::clone(&last.stamp);
            }
            let secret = credentials.access_key_secret().to_owned();
            let stamp = Rc::new(Self::new(scope, &secret, at));
            *last = Some(LastStamp {
                at,
                of: scope.clone(),
                secret,
                stamp: Rc::clone(&stamp),
            });
            stamp
        })
    }

    fn new(scope: &SigningScope, secret: &str, at: Moment) -> Self {
        let timestamp = at.compact();
        let date = &timestamp[..8];
        let (region, product) = (scope.region.as_str(), scope.product.as_str());
        let secret = format!("aliyun_v4{secret}");
        let key = [date, region, product, TERMINATOR]
            .into_iter()
            .fold(keyed(secret.as_bytes()), |key, word| {
                keyed(&hash(&key, word.as_bytes()))
            });
        let scope = format!("{date}/{region}/{product}/{TERMINATOR}");
        Self {
            timestamp,
            scope,
            key,
            last: RefCell::default(),
        }
    }

    /// The header that proves who sends `canonical`.
    ///
    /// Ranges of one object differ only in a header that is not signed: for a second they have the same.
    fn authorization(&self, id: &str, canonical: Canonical) -> HeaderValue {
        if let Some(last) = &*self.last.borrow()
            && last.of == canonical
            && last.id == id
        {
            return last.value.clone();
        }
        let value = canonical::sensitive(self.make_authorization(id, &canonical));
        self.last.replace(Some(LastAuthorization {
            of: canonical,
            id: id.to_owned(),
            value: value.clone(),
        }));
        value
    }

    fn make_authorization(&self, id: &str, canonical: &Canonical) -> String {
        let [label, names] = match canonical.additional_headers.as_str() {
            "" => ["", ""],
            names => [",AdditionalHeaders=", names],
        };
        [
            ALGORITHM,
            " Credential=",
            id,
            "/",
            &self.scope,
            label,
            names,
            ",Signature=",
            &self.sign(canonical),
        ]
        .concat()
    }

    fn credential(&self, credentials: &Credentials) -> String {
        [credentials.access_key_id(), "/", &self.scope].concat()
    }

    fn string_to_sign(&self, canonical: &Canonical) -> String {
        let Self {
            timestamp, scope, ..
        } = self;
        let mut digest = [0; 64];
        let digest = in_hex(Sha256::digest(&canonical.text).into(), &mut digest);
        [ALGORITHM, timestamp, scope, digest].join("\n")
    }

    fn sign(&self, canonical: &Canonical) -> String {
        let signature = hash(&self.key, self.string_to_sign(canonical).as_bytes());
        in_hex(signature, &mut [0; 64]).to_owned()
    }
}

thread_local! {
    /// To make one takes most of a signature's time, and it is the same for a second.
    static LAST_STAMP: RefCell<Option<LastStamp>> = const { RefCell::new(None) };
}

/// A stamp, and what it was made of.
struct LastStamp {
    at: Moment,
    of: SigningScope,
    secret: String,
    stamp: Rc<Stamp>,
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}

fn hash(key: &Hmac<Sha256>, text: &[u8]) -> [u8; 32] {
    key.clone()
        .chain_update(text)
        .finalize()
        .into_bytes()
        .into()
}

/// Writes a hash into `room`, in lower case.
fn in_hex(hash: [u8; 32], room: &mut [u8; 64]) -> &str {
    hex::encode_to_slice(hash, room).expect("a hash is half as long as its digits");
    std::str::from_utf8(room).expect("digits are ASCII")
}
