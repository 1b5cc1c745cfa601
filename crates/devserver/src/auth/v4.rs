mod claim;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use ossum_types::Region;
use sha2::{Digest, Sha256};

pub(super) use claim::{Claim, Placement};

use super::{check_expiry, check_skew, find_key, mismatch, token};
use crate::refusal::Refusal;
use crate::request::{Request, encode_path};
use crate::settings::AccessKey;

pub(super) const ALGORITHM: &str = "OSS4-HMAC-SHA256";
const TERMINATOR: &str = "aliyun_v4_request";
/// What is signed in place of the body's hash: OSS takes nothing else.
const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// Verifies a V4 signature (official documentation of signature version 4).
pub(super) fn verify(
    request: &Request,
    claim: &Claim,
    keys: &[AccessKey],
    region: &Region,
    now: Timestamp,
) -> Result<(), Refusal> {
    check_payload(request)?;
    let key = find_key(keys, &claim.access_key_id)?;
    check_time(claim, now)?;
    claim.scope.check(region)?;
    token::check(key, token_of(request, claim), now)?;
    let canonical = canonical_request(request, claim);
    let string_to_sign = string_to_sign(claim, &canonical);
    let provided = hex::decode(&claim.signature).unwrap_or_default();
    let matches = signing_mac(&key.secret, claim)
        .chain_update(&string_to_sign)
        .verify_slice(&provided)
        .is_ok();
    if matches {
        return Ok(());
    }
    Err(mismatch(key, &claim.signature, &string_to_sign).detail("CanonicalRequest", canonical))
}

/// Refuses the hash of a body, which nobody would compare with the body (official documentation of
/// EC 0002-00000214).
fn check_payload(request: &Request) -> Result<(), Refusal> {
    match request.header("x-oss-content-sha256") {
        None | Some(UNSIGNED_PAYLOAD) => Ok(()),
        Some(other) => {
            let message = "The value of x-oss-content-sha256 is invalid.";
            let refusal = Refusal::argument("x-oss-content-sha256", other, message);
            Err(refusal.cause("0002-00000214"))
        }
    }
}

fn check_time(claim: &Claim, now: Timestamp) -> Result<(), Refusal> {
    match claim.placement {
        Placement::Header => check_skew(claim.time, now),
        Placement::Query { expires } => {
            // A URL signed in the future would outlive what it says.
            if claim.time > now {
                check_skew(claim.time, now)?;
            }
            check_expiry(claim.time + expires, now)
        }
    }
}

fn token_of<'r>(request: &'r Request, claim: &Claim) -> Option<&'r str> {
    match claim.placement {
        Placement::Header => request.header("x-oss-security-token"),
        Placement::Query { .. } => request.query.get("x-oss-security-token"),
    }
}

/// The text whose SHA-256 is signed.
fn canonical_request(request: &Request, claim: &Claim) -> String {
    let unsigned = match claim.placement {
        Placement::Header => None,
        Placement::Query { .. } => Some("x-oss-signature"),
    };
    [
        request.method.as_str(),
        &encode_path(&request.target.resource()),
        &request.query.canonical(unsigned),
        &canonical_headers(request, claim),
        &claim.additional.join(";"),
        UNSIGNED_PAYLOAD,
    ]
    .join("\n")
}

/// Every signed header as `name:value` and a line feed; the last one's is part of the text.
fn canonical_headers(request: &Request, claim: &Claim) -> String {
    let mut names: Vec<&str> = request
        .headers
        .keys()
        .map(http::HeaderName::as_str)
        .collect();
    names.retain(|name| is_signed_by_default(name) || claim.additional.iter().any(|a| a == name));
    names.sort_unstable();
    let line = |name: &str| format!("{name}:{}\n", request.joined(name));
    names.into_iter().map(line).collect()
}

fn is_signed_by_default(name: &str) -> bool {
    matches!(name, "content-type" | "content-md5") || name.starts_with("x-oss-")
}

fn string_to_sign(claim: &Claim, canonical: &str) -> String {
    let hash = hex::encode(Sha256::digest(canonical));
    format!("{ALGORITHM}\n{}\n{}\n{hash}", claim.timestamp, claim.scope)
}

/// An HMAC with the key derived from the secret and the scope.
fn signing_mac(secret: &str, claim: &Claim) -> Hmac<Sha256> {
    let scope = &claim.scope;
    let steps = [&*scope.date, &*scope.region, &*scope.product, TERMINATOR];
    let first = mac(format!("aliyun_v4{secret}").as_bytes());
    steps.iter().fold(first, |previous, step| {
        mac(&previous.chain_update(step).finalize().into_bytes())
    })
}

fn mac(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes a key of any length")
}
