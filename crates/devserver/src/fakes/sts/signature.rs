//! The signature of RPC requests, version 1.0 (official documentation of RPC signatures).

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use http::Method;
use jiff::{SignedDuration, Timestamp};
use sha1::Sha1;

use super::refusal::StsRefusal;
use super::{Clerk, required};
use crate::clock::parse_iso_date;
use crate::request::{Query, encode};
use crate::settings::{Access, AccessKey};

/// A request's time may be off by this much.
const MAX_SKEW: SignedDuration = SignedDuration::from_mins(15);

/// Lets a request pass that a known key has signed; where everyone is let in, any.
pub(super) fn verify(
    method: &Method,
    parameters: &Query,
    clerk: &Clerk<'_>,
) -> Result<(), StsRefusal> {
    let Access::Keys(keys) = clerk.access else {
        return Ok(());
    };
    let id = required(parameters, "AccessKeyId")?;
    let known = keys.iter().find(|key| key.id == id).cloned();
    let key = known.or_else(|| clerk.issued.find(id));
    let key = key.ok_or_else(StsRefusal::no_such_key)?;
    check_token(&key, parameters.non_empty("SecurityToken"), clerk.now)?;
    if required(parameters, "SignatureMethod")? != "HMAC-SHA1" {
        return Err(StsRefusal::unsupported("SignatureMethod"));
    }
    if required(parameters, "SignatureVersion")? != "1.0" {
        return Err(StsRefusal::unsupported("SignatureVersion"));
    }
    check_time(required(parameters, "Timestamp")?, clerk.now)?;
    let nonce = required(parameters, "SignatureNonce")?;
    check_signature(&key, method, parameters)?;
    // Only of those who hold the secret: nobody else can use up a nonce.
    if clerk.memory.take(format!("{id}/{nonce}")) {
        Ok(())
    } else {
        Err(StsRefusal::used_nonce())
    }
}

fn check_token(key: &AccessKey, provided: Option<&str>, now: Timestamp) -> Result<(), StsRefusal> {
    match (&key.token, provided) {
        (None, None) => Ok(()),
        (Some(_), None) => Err(StsRefusal::missing("SecurityToken")),
        (Some(token), Some(text)) if token.text == text => {
            let expires = token.expires.map(Timestamp::try_from);
            match expires {
                Some(Ok(expires)) if expires <= now => Err(StsRefusal::expired_security_token()),
                _ => Ok(()),
            }
        }
        (_, Some(_)) => Err(StsRefusal::bad_security_token()),
    }
}

fn check_time(text: &str, now: Timestamp) -> Result<(), StsRefusal> {
    let time = parse_iso_date(text).ok_or_else(StsRefusal::malformed_time)?;
    if now.duration_since(time).abs() > MAX_SKEW {
        return Err(StsRefusal::expired_time());
    }
    Ok(())
}

fn check_signature(key: &AccessKey, method: &Method, parameters: &Query) -> Result<(), StsRefusal> {
    let provided = BASE64.decode(required(parameters, "Signature")?);
    let text = string_to_sign(method, parameters);
    let secret = format!("{}&", key.secret);
    let mac: Hmac<Sha1> =
        Hmac::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    mac.chain_update(&text)
        .verify_slice(&provided.unwrap_or_default())
        .map_err(|_| StsRefusal::mismatch(&text))
}

fn string_to_sign(method: &Method, parameters: &Query) -> String {
    let mut signed: Vec<_> = parameters
        .pairs()
        .filter(|(name, _)| *name != "Signature")
        .collect();
    signed.sort_unstable();
    let term = |(name, value)| format!("{}={}", encode(name), encode(value));
    let terms: Vec<_> = signed.into_iter().map(term).collect();
    format!("{method}&%2F&{}", encode(&terms.join("&")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_sorted_and_encoded_twice() {
        let query = Query::parse("B=a%20b%2A&A=&Signature=x&Z=%2F").unwrap();
        assert_eq!(
            string_to_sign(&Method::POST, &query),
            "POST&%2F&A%3D%26B%3Da%2520b%252A%26Z%3D%252F"
        );
    }

    #[test]
    fn the_example_of_the_official_documentation_is_accepted() {
        let key = AccessKey {
            id: "testid".to_owned(),
            secret: "testsecret".to_owned(),
            token: None,
        };
        let signed = "Timestamp=2016-02-23T12:46:24Z&Format=XML&AccessKeyId=testid\
            &Action=DescribeRegions&SignatureMethod=HMAC-SHA1\
            &SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf\
            &Version=2014-05-26&SignatureVersion=1.0\
            &Signature=OLeaidS1JvxuMvnyHOwuJ%2BuX5qY%3D";
        let check = |method, query: &str| {
            check_signature(&key, &method, &Query::parse(query).unwrap()).is_ok()
        };
        assert!(check(Method::GET, signed));
        assert!(!check(Method::POST, signed));
        assert!(!check(Method::GET, &signed.replace("XML", "JSON")));
    }
}
