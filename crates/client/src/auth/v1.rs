//! `OSS`, HMAC-SHA1, by the official documentation of V1 signatures.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap};
use sha1::Sha1;

use super::canonical::{self, CONTENT_MD5, Headers, X_OSS_DATE, is_of_oss};
use super::{Credentials, ToSign};
use crate::date::Moment;

/// The query parameters that are always signed, besides `x-oss-*`: those of the official Go SDK v2.
///
/// Of the parameters of listings only `continuation-token` is among them.
const SUB_RESOURCES: &[&str] = &[
    "acl",
    "append",
    "bucketInfo",
    "callback",
    "callback-var",
    "cloudboxes",
    "continuation-token",
    "delete",
    "location",
    "objectMeta",
    "partNumber",
    "position",
    "regionList",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "security-token",
    "sequential",
    "stat",
    "symlink",
    "tagging",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
];

pub(super) fn sign_headers(
    request: &ToSign<'_>,
    credentials: &Credentials,
    at: Moment,
) -> HeaderMap {
    let mut added = added_headers(credentials, at);
    let signature = sign(&header_text(request, &added), credentials);
    let authorization = format!("OSS {}:{signature}", credentials.access_key_id());
    added.insert(AUTHORIZATION, canonical::sensitive(authorization));
    added
}

pub(super) fn header_string_to_sign(
    request: &ToSign<'_>,
    credentials: &Credentials,
    at: Moment,
) -> Vec<u8> {
    header_text(request, &added_headers(credentials, at))
}

pub(super) fn presign(
    request: &ToSign<'_>,
    credentials: &Credentials,
    expires_unix_seconds: u64,
) -> Vec<(String, String)> {
    let expires = expires_unix_seconds.to_string();
    let token = credentials
        .security_token()
        .map(|token| ("security-token".to_owned(), token.to_owned()));
    let none_added = HeaderMap::new();
    let headers = Headers::new(request, &none_added);
    let text = string_to_sign(request, headers, expires.as_bytes(), token.as_ref());

    let mut appended = vec![
        ("Expires".to_owned(), expires),
        (
            "OSSAccessKeyId".to_owned(),
            credentials.access_key_id().to_owned(),
        ),
        ("Signature".to_owned(), sign(&text, credentials)),
    ];
    appended.extend(token);
    appended
}

fn added_headers(credentials: &Credentials, at: Moment) -> HeaderMap {
    let mut added = HeaderMap::with_capacity(3);
    added.insert(DATE, canonical::printable(at.http_date()));
    canonical::insert_security_token(&mut added, credentials);
    added
}

fn header_text(request: &ToSign<'_>, added: &HeaderMap) -> Vec<u8> {
    let headers = Headers::new(request, added);
    // The service prefers `x-oss-date`, for callers who cannot set `Date`.
    let date = if headers.contains(&X_OSS_DATE) {
        X_OSS_DATE
    } else {
        DATE
    };
    let mut moment = Vec::with_capacity(32);
    headers.write_value(&date, &mut moment);
    string_to_sign(request, headers, &moment, None)
}

/// `moment` is the date in headers, and the end of validity in an address.
fn string_to_sign(
    request: &ToSign<'_>,
    headers: Headers<'_>,
    moment: &[u8],
    token: Option<&(String, String)>,
) -> Vec<u8> {
    let mut text = Vec::with_capacity(512);
    text.extend_from_slice(request.method.as_str().as_bytes());
    text.push(b'\n');
    headers.write_value(&CONTENT_MD5, &mut text);
    text.push(b'\n');
    headers.write_value(&CONTENT_TYPE, &mut text);
    text.push(b'\n');
    text.extend_from_slice(moment);
    text.push(b'\n');
    headers.write_block(is_of_oss, &mut text);
    text.extend_from_slice(canonical::resource(request).as_bytes());
    write_sub_resources(request, token, &mut text);
    text
}

/// Appends the signed part of the query: sorted, and decoded, unlike in V4.
fn write_sub_resources(request: &ToSign<'_>, token: Option<&(String, String)>, text: &mut Vec<u8>) {
    let signed: BTreeMap<&str, &str> = request
        .query
        .iter()
        .chain(token)
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| is_sub_resource(name, request.sub_resources))
        .collect();
    for (index, (name, value)) in signed.into_iter().enumerate() {
        text.push(if index == 0 { b'?' } else { b'&' });
        text.extend_from_slice(name.as_bytes());
        if !value.is_empty() {
            text.push(b'=');
            text.extend_from_slice(value.as_bytes());
        }
    }
}

fn is_sub_resource(name: &str, extra: &[&str]) -> bool {
    name.starts_with("x-oss-") || SUB_RESOURCES.contains(&name) || extra.contains(&name)
}

fn sign(text: &[u8], credentials: &Credentials) -> String {
    let secret = credentials.access_key_secret().as_bytes();
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(text);
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}
