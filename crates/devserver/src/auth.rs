//! Decides whether a request was signed by somebody the service knows.
//!
//! The order of the checks is: form, access key, time, scope, token, signature. Whoever holds a
//! wrong secret and a wrong clock hears of the clock first, as with OSS.

mod claim;
mod token;
mod v1;
mod v4;

use jiff::{SignedDuration, Timestamp};
use ossum_types::Region;

use crate::clock::http_date;
use crate::fakes::Issued;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::settings::{Access, AccessKey};
use claim::Claim;

/// A request's time may be off by this much (official documentation of `RequestTimeTooSkewed`).
const MAX_SKEW: SignedDuration = SignedDuration::from_mins(15);

/// Lets `request` pass or says why not; `issued` has the keys that were handed out meanwhile.
pub(crate) fn verify(
    request: &Request,
    access: &Access,
    issued: Option<&Issued>,
    region: &Region,
    now: Timestamp,
) -> Result<(), Refusal> {
    let Access::Keys(keys) = access else {
        return Ok(());
    };
    let claim = Claim::of(request)?;
    let issued = issued.zip(claim.access_key_id());
    let issued = issued.and_then(|(issued, id)| issued.find(id));
    let keys = issued.as_ref().map_or(&keys[..], std::slice::from_ref);
    match claim {
        Claim::Anonymous => Err(anonymous()),
        Claim::V4(claim) => v4::verify(request, &claim, keys, region, now),
        Claim::V1(claim) => v1::verify(request, &claim, keys, now),
    }
}

fn anonymous() -> Refusal {
    Refusal::access_denied("You have no right to access this object because of bucket acl.")
}

/// The key with `id`.
fn find_key<'k>(keys: &'k [AccessKey], id: &str) -> Result<&'k AccessKey, Refusal> {
    keys.iter()
        .find(|key| key.id == id)
        .ok_or_else(|| unknown_key(id))
}

fn unknown_key(id: &str) -> Refusal {
    let message = "The OSS Access Key Id you provided does not exist in our records.";
    Refusal::new(http::StatusCode::FORBIDDEN, "InvalidAccessKeyId", message)
        .detail("OSSAccessKeyId", id)
}

/// Refuses a request whose own time is too far from `now`.
fn check_skew(signed: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if now.duration_since(signed).abs() <= MAX_SKEW {
        return Ok(());
    }
    let message = "The difference between the request time and the current time is too large.";
    let refusal = Refusal::new(http::StatusCode::FORBIDDEN, "RequestTimeTooSkewed", message);
    Err(refusal
        .detail("RequestTime", xml_time(signed))
        .detail("ServerTime", xml_time(now))
        .detail(
            "MaxAllowedSkewMilliseconds",
            MAX_SKEW.as_millis().to_string(),
        ))
}

fn xml_time(time: Timestamp) -> String {
    crate::clock::xml_date(time)
}

/// Refuses a presigned URL after `expires`.
fn check_expiry(expires: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    if now <= expires {
        return Ok(());
    }
    Err(Refusal::access_denied("Request has expired.")
        .cause("0002-00000069")
        .detail("Expires", http_date(expires))
        .detail("ServerTime", http_date(now)))
}

/// The answer to a signature that is not the one computed here; it shows what was signed.
fn mismatch(key: &AccessKey, provided: &str, string_to_sign: &str) -> Refusal {
    let message = "The request signature we calculated does not match the signature you \
                   provided. Check your key and signing method.";
    Refusal::new(
        http::StatusCode::FORBIDDEN,
        "SignatureDoesNotMatch",
        message,
    )
    .detail("OSSAccessKeyId", &*key.id)
    .detail("SignatureProvided", provided)
    .detail("StringToSign", string_to_sign)
}

fn bad_authorization(value: &str, message: &str) -> Refusal {
    Refusal::argument("Authorization", value, message)
}
