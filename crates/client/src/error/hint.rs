//! What to do about an error: the next step, for a person who has only the message.

use super::{Error, ErrorKind, Fault, ServiceError};
use crate::transport::TransportErrorKind;

pub(super) fn hint(error: &Error) -> Option<String> {
    match &error.0.cause {
        Fault::Service(service) => hint_of_code(service)
            .or_else(|| hint_of_kms(service))
            .map(str::to_owned)
            .or_else(|| hint_of_endpoint(service))
            .or_else(|| hint_of_kind(error.kind()).map(str::to_owned)),
        Fault::Transport(transport) => Some(hint_of_transport(transport.kind()).to_owned()),
        _ => hint_of_kind(error.kind()).map(str::to_owned),
    }
}

/// OSS names the right endpoint when a bucket is asked for at the wrong one.
fn hint_of_endpoint(error: &ServiceError) -> Option<String> {
    let endpoint = error.endpoint.as_deref()?;
    Some(format!(
        "the bucket is elsewhere; use --endpoint {endpoint}"
    ))
}

/// OSS tells only in words that it was the key management service that refused (official
/// documentation of "This request is forbidden by kms"). What is said here decides nothing.
fn hint_of_kms(error: &ServiceError) -> Option<&'static str> {
    let message = error.message.as_deref()?.to_ascii_lowercase();
    (error.is(&["AccessDenied"]) && message.contains("kms")).then_some(
        "these credentials may not use the key that encrypts the object; allow them kms:Decrypt and kms:GenerateDataKey, or choose another key with --sse-kms-key-id",
    )
}

// The codes and what they mean: official documentation of HTTP status 403.
fn hint_of_code(error: &ServiceError) -> Option<&'static str> {
    Some(match error.code.as_deref()? {
        "InvalidAccessKeyId" => {
            "OSS does not know this access key; check OSS_ACCESS_KEY_ID, and that the key is enabled"
        }
        "SignatureDoesNotMatch" => {
            "the access key secret is wrong for this access key, or something changed the request on its way; check OSS_ACCESS_KEY_SECRET"
        }
        "SecurityTokenExpired" => {
            "the temporary credentials have expired; get new ones and run again"
        }
        "InvalidSecurityToken" => {
            "OSS does not accept the security token; check that OSS_SESSION_TOKEN belongs to this access key"
        }
        "RequestTimeTooSkewed" => {
            "this machine's clock is wrong and could not be corrected; set the clock"
        }
        "InvalidObjectState" => {
            "the object has to be restored from the archive before it can be read"
        }
        "SecondLevelDomainForbidden" => {
            "this endpoint does not take path-style addressing; drop --addressing path"
        }
        "BucketNotBelongTo" => {
            "the bucket belongs to another account; check its name, or take credentials of that account"
        }
        "AccessKeyIdAndSecurityTokenNotMatch" => {
            "the security token is that of another access key; set OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET and OSS_SESSION_TOKEN together"
        }
        "InDebt" | "InDebtOverdue" => {
            "the account has to be paid up before OSS lets anyone in; see its bills in the console"
        }
        "NonStandardHostForbidden" | "CnameDenied" | "NoSuchCname" => {
            "the endpoint is no domain of this bucket; bind it in the console and use --addressing cname, or take the endpoint of the region"
        }
        "UbsmsInvalidBid" | "KmsServiceNotEnabled" => {
            "enable the key management service for this account, or drop --sse"
        }
        _ => return None,
    })
}

fn hint_of_transport(kind: TransportErrorKind) -> &'static str {
    match kind {
        TransportErrorKind::Resolve => {
            "check the endpoint's spelling, and that this machine can resolve names"
        }
        TransportErrorKind::Connect => {
            "check the endpoint and its port, and whether a proxy or firewall is in between"
        }
        TransportErrorKind::NoSocket => {
            "too many files are open; allow more with ulimit -n, or ask for less with --concurrency"
        }
        TransportErrorKind::Tls => {
            "if the endpoint speaks plain HTTP, write http:// before it; if a proxy re-signs TLS here, give its certificate with --ca FILE"
        }
        TransportErrorKind::ProxyRefused => {
            "the proxy refused the connection; check its address and credentials"
        }
        _ => "run the same command again; if it goes on, check the network",
    }
}

fn hint_of_kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::NoSuchKey => "check the key; `ossum ls` shows what is there",
        ErrorKind::NoSuchBucket => "check the bucket's name and the region or endpoint",
        ErrorKind::WrongRegion => "check OSS_REGION or --region, which is written like cn-hangzhou",
        ErrorKind::Denied => {
            "these credentials may not do this; check their policy and the bucket's, and that it is a bucket of this account"
        }
        ErrorKind::NotOss => {
            "a proxy or a login page is in between; check --proxy and HTTPS_PROXY, or the endpoint"
        }
        ErrorKind::Throttled | ErrorKind::Unavailable => "run the same command again later",
        ErrorKind::Malformed => {
            "check that the endpoint is one of OSS, and that no proxy changes answers"
        }
        ErrorKind::Integrity => "something damages data on its way; run the same command again",
        _ => return None,
    })
}
