use std::fmt;

use jiff::{SignedDuration, Timestamp};
use ossum_types::Region;

use super::super::bad_authorization;
use super::{ALGORITHM, TERMINATOR};
use crate::clock::{basic_date, parse_basic_date, parse_http_date};
use crate::refusal::Refusal;
use crate::request::{Query, Request};

/// A presigned URL lives at most seven days (official documentation of signature version 4).
const MAX_EXPIRES_SECONDS: i64 = 604_800;

/// What a request says about its V4 signature.
#[derive(Debug)]
pub(in crate::auth) struct Claim {
    pub(in crate::auth) access_key_id: String,
    pub(super) scope: Scope,
    /// The time as it was signed, and what it means.
    pub(super) timestamp: String,
    pub(super) time: Timestamp,
    /// Lower case, sorted, without those signed anyway.
    pub(super) additional: Vec<String>,
    pub(super) signature: String,
    pub(super) placement: Placement,
}

/// Where the signature stands.
#[derive(Debug, Clone, Copy)]
pub(in crate::auth) enum Placement {
    /// In the `Authorization` header.
    Header,
    /// In the query of a presigned URL.
    Query { expires: SignedDuration },
}

/// What a derived key is good for.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) date: String,
    pub(super) region: String,
    pub(super) product: String,
}

impl Claim {
    /// Reads what follows the algorithm in an `Authorization` header.
    ///
    /// The SDKs write no blank after a comma, the official documentation does.
    pub(in crate::auth) fn of_header(fields: &str, request: &Request) -> Result<Self, Refusal> {
        let field = |name: &str| {
            let mut terms = fields.split(',').map(str::trim);
            terms.find_map(|term| term.strip_prefix(name)?.strip_prefix('='))
        };
        let malformed = || bad_authorization(fields, "The Authorization header is malformed.");
        let credential = field("Credential").ok_or_else(malformed)?;
        let (timestamp, time) = header_time(request)?;
        let (access_key_id, scope) = Scope::parse(credential, &timestamp)?;
        Ok(Self {
            access_key_id,
            scope,
            timestamp,
            time,
            additional: additional_headers(field("AdditionalHeaders").unwrap_or("")),
            signature: field("Signature").ok_or_else(malformed)?.to_owned(),
            placement: Placement::Header,
        })
    }

    /// Reads the parameters of a presigned URL.
    pub(in crate::auth) fn of_query(query: &Query) -> Result<Self, Refusal> {
        let version = required(query, "x-oss-signature-version")?;
        if version != ALGORITHM {
            let message = "The signature version is not supported.";
            return Err(Refusal::argument(
                "x-oss-signature-version",
                version,
                message,
            ));
        }
        let timestamp = required(query, "x-oss-date")?;
        let time = parse_basic_date(timestamp).ok_or_else(|| bad_date(timestamp))?;
        let (access_key_id, scope) = Scope::parse(required(query, "x-oss-credential")?, timestamp)?;
        Ok(Self {
            access_key_id,
            scope,
            timestamp: timestamp.to_owned(),
            time,
            additional: additional_headers(query.get("x-oss-additional-headers").unwrap_or("")),
            signature: required(query, "x-oss-signature")?.to_owned(),
            placement: Placement::Query {
                expires: expires(required(query, "x-oss-expires")?)?,
            },
        })
    }
}

impl Scope {
    /// Splits `access-key-id/date/region/product/aliyun_v4_request`.
    fn parse(credential: &str, timestamp: &str) -> Result<(String, Self), Refusal> {
        let malformed = || bad_authorization(credential, "The credential is malformed.");
        let terms: Vec<&str> = credential.split('/').collect();
        let [access_key_id, date, region, product, terminator] = terms[..] else {
            return Err(malformed());
        };
        if terminator != TERMINATOR || access_key_id.is_empty() {
            return Err(malformed());
        }
        if !timestamp.starts_with(date) || date.len() != 8 {
            let message = "Invalid signing date in Authorization header.";
            return Err(bad_authorization(credential, message));
        }
        let scope = Self {
            date: date.to_owned(),
            region: region.to_owned(),
            product: product.to_owned(),
        };
        Ok((access_key_id.to_owned(), scope))
    }

    /// Refuses a scope that is not this service's: OSS answers 400, not 403.
    pub(super) fn check(&self, region: &Region) -> Result<(), Refusal> {
        let wrong = |ec, message| Err(bad_authorization(&self.to_string(), message).cause(ec));
        if self.region != region.as_str() {
            return wrong(
                "0002-00000226",
                "Invalid signing region in Authorization header.",
            );
        }
        if !matches!(&*self.product, "oss" | "oss-cloudbox") {
            return wrong(
                "0002-00000227",
                "Invalid signing product in Authorization header.",
            );
        }
        Ok(())
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            date,
            region,
            product,
        } = self;
        write!(f, "{date}/{region}/{product}/{TERMINATOR}")
    }
}

/// The signing time of a request signed in its header: `x-oss-date`, else `Date`.
fn header_time(request: &Request) -> Result<(String, Timestamp), Refusal> {
    if let Some(text) = request.header("x-oss-date") {
        let basic = parse_basic_date(text).map(|time| (text.to_owned(), time));
        // The C SDK signs an HTTP date by its basic form.
        let http = || parse_http_date(text).map(|time| (basic_date(time), time));
        return basic.or_else(http).ok_or_else(|| bad_date(text));
    }
    let text = request.header("date").unwrap_or("");
    let time = parse_http_date(text).ok_or_else(|| bad_date(text))?;
    Ok((basic_date(time), time))
}

fn additional_headers(list: &str) -> Vec<String> {
    let names = list.split(';').map(|name| name.trim().to_ascii_lowercase());
    let mut names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    names.sort();
    names.dedup();
    names
}

fn expires(text: &str) -> Result<SignedDuration, Refusal> {
    let seconds = text.parse().ok();
    seconds
        .filter(|seconds| (1..=MAX_EXPIRES_SECONDS).contains(seconds))
        .map(SignedDuration::from_secs)
        .ok_or_else(|| {
            let message = "x-oss-expires is not within 1 second and 7 days.";
            Refusal::argument("x-oss-expires", text, message).cause("0002-00000232")
        })
}

fn required<'q>(query: &'q Query, name: &'static str) -> Result<&'q str, Refusal> {
    query.non_empty(name).ok_or_else(|| {
        let message = "A presigned URL lacks a parameter.";
        Refusal::argument(name, "", message)
    })
}

fn bad_date(text: &str) -> Refusal {
    let message = "OSS authentication requires a valid Date.";
    Refusal::access_denied(message).detail("Date", text)
}
