use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

use super::{bad_authorization, check_expiry, check_skew, find_key, mismatch, token};
use crate::clock::parse_http_date;
use crate::refusal::Refusal;
use crate::request::{Query, Request};
use crate::settings::AccessKey;

/// What a request says about its V1 signature.
#[derive(Debug)]
pub(super) struct Claim {
    pub(super) access_key_id: String,
    signature: String,
    /// Of a presigned URL: when it ends, in seconds since 1970, as text and as a time.
    expires: Option<(String, Timestamp)>,
}

impl Claim {
    /// Reads `access-key-id:signature`.
    pub(super) fn of_header(fields: &str) -> Result<Self, Refusal> {
        let (id, signature) = fields
            .trim()
            .split_once(':')
            .ok_or_else(|| bad_authorization(fields, "The Authorization header is malformed."))?;
        Ok(Self {
            access_key_id: id.to_owned(),
            signature: signature.to_owned(),
            expires: None,
        })
    }

    /// Reads the parameters of a presigned URL.
    pub(super) fn of_query(query: &Query) -> Result<Self, Refusal> {
        let lacks = "The OSS Access Key Id, Expires and Signature must all be given.";
        let required = |name| query.non_empty(name).ok_or(name);
        let required = |name| {
            required(name).map_err(|name| Refusal::access_denied(lacks).detail("Lacks", name))
        };
        let expires = required("Expires")?;
        let seconds = expires.parse().ok();
        let time = seconds
            .and_then(|seconds| Timestamp::from_second(seconds).ok())
            .ok_or_else(|| Refusal::argument("Expires", expires, "Expires is no Unix time."))?;
        Ok(Self {
            access_key_id: required("OSSAccessKeyId")?.to_owned(),
            signature: required("Signature")?.to_owned(),
            expires: Some((expires.to_owned(), time)),
        })
    }
}

/// Verifies a V1 signature (official documentation of signature version 1).
pub(super) fn verify(
    request: &Request,
    claim: &Claim,
    keys: &[AccessKey],
    now: Timestamp,
) -> Result<(), Refusal> {
    let key = find_key(keys, &claim.access_key_id)?;
    let (date_line, provided_token) = match &claim.expires {
        Some((text, expires)) => {
            check_expiry(*expires, now)?;
            (text.as_str(), request.query.get("security-token"))
        }
        None => (
            header_date(request, now)?,
            request.header("x-oss-security-token"),
        ),
    };
    token::check(key, provided_token, now)?;
    let text = string_to_sign(request, date_line);
    let provided = BASE64.decode(&claim.signature).unwrap_or_default();
    let mac: Hmac<Sha1> =
        Hmac::new_from_slice(key.secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.chain_update(&text)
        .verify_slice(&provided)
        .map_err(|_| mismatch(key, &claim.signature, &text))
}

/// The date line of a request signed in its header, once it is known to be near `now`.
fn header_date(request: &Request, now: Timestamp) -> Result<&str, Refusal> {
    let date = request
        .header("x-oss-date")
        .or_else(|| request.header("date"))
        .unwrap_or("");
    let time = parse_http_date(date)
        .ok_or_else(|| Refusal::access_denied("OSS authentication requires a valid Date."))?;
    check_skew(time, now)?;
    Ok(date)
}

fn string_to_sign(request: &Request, date_line: &str) -> String {
    let header = |name| request.header(name).unwrap_or("");
    format!(
        "{}\n{}\n{}\n{date_line}\n{}{}",
        request.method,
        header("content-md5"),
        header("content-type"),
        oss_headers(request),
        canonical_resource(request),
    )
}

/// Every `x-oss-*` header as `name:value` and a line feed.
fn oss_headers(request: &Request) -> String {
    let names = request.headers.keys().map(http::HeaderName::as_str);
    let mut names: Vec<_> = names.filter(|name| name.starts_with("x-oss-")).collect();
    names.sort_unstable();
    let line = |name| format!("{name}:{}\n", request.joined(name));
    names.into_iter().map(line).collect()
}

/// The resource and the parameters that select a part of it, all as they are, not encoded.
fn canonical_resource(request: &Request) -> String {
    let mut signed: Vec<_> = request
        .query
        .pairs()
        .filter(|(name, _)| is_sub_resource(name))
        .collect();
    signed.sort_unstable();
    let terms: Vec<_> = signed
        .into_iter()
        .map(|(name, value)| match value {
            "" => name.to_owned(),
            value => format!("{name}={value}"),
        })
        .collect();
    let mut resource = request.target.resource();
    if !terms.is_empty() {
        resource.push('?');
        resource.push_str(&terms.join("&"));
    }
    resource
}

/// Whether V1 signs parameter `name`; lists of the official SDKs for C, Go and Python together.
fn is_sub_resource(name: &str) -> bool {
    SUB_RESOURCES.contains(&name) || name.starts_with("x-oss-")
}

/// Note that `continuation-token` is signed while the other parameters of listings are not.
#[rustfmt::skip]
const SUB_RESOURCES: [&str; 89] = [
    "accessPoint", "accessPointPolicy", "acl", "append", "asyncFetch", "bucketArchiveDirectRead",
    "bucketInfo", "callback", "callback-var", "cleanRestoredObject", "cloudboxes", "cname", "comp",
    "continuation-token", "cors", "delete", "encryption", "endTime", "group", "httpsConfig", "img",
    "inventory", "inventoryId", "label", "lifecycle", "link", "live", "location", "logging",
    "metaQuery", "objectInfo", "objectMeta", "partNumber", "policy", "policyStatus", "position",
    "publicAccessBlock", "qos", "qosInfo", "qosRequester", "referer", "regionList", "regions",
    "replication", "replicationLocation", "replicationProgress", "requestPayment",
    "requesterQosInfo", "resourceGroup", "resourcePool", "resourcePoolInfo",
    "response-cache-control", "response-content-disposition", "response-content-encoding",
    "response-content-language", "response-content-type", "response-expires", "responseHeader",
    "restore", "rtc", "seal", "security-token", "sequential", "startTime", "stat", "status",
    "style", "styleName", "symlink", "tagging", "transferAcceleration", "udf", "udfApplication",
    "udfApplicationLog", "udfId", "udfImage", "udfImageDesc", "udfName", "uploadId", "uploads",
    "versionId", "versioning", "versions", "vod", "website", "withHashContext", "worm",
    "wormExtend", "wormId",
];
