//! The signature of Alibaba Cloud's RPC interfaces, version 1.0 (official documentation of
//! "Request syntax and signature method V2 for RPC APIs").

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Parameters of a call; sorted, as they are signed.
pub(super) type Parameters = BTreeMap<&'static str, String>;

/// The parameters as a form, signed with `secret` for `POST /`.
pub(super) fn signed_form(parameters: &Parameters, secret: &str) -> String {
    let form = form(parameters);
    let text = format!("POST&%2F&{}", encoded(&form));
    let key = format!("{secret}&");
    let mut mac =
        Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes a key of any length");
    mac.update(text.as_bytes());
    let signature = BASE64_STANDARD.encode(mac.finalize().into_bytes());
    format!("{form}&Signature={}", encoded(&signature))
}

/// The parameters as a form.
pub(super) fn form(parameters: &Parameters) -> String {
    let pairs = parameters.iter();
    let pairs: Vec<_> = pairs
        .map(|(name, value)| format!("{name}={}", encoded(value)))
        .collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_sorted_and_encoded_as_signatures_want_it() {
        let parameters = Parameters::from([("B", "x y*~".to_owned()), ("A", "/+=".to_owned())]);
        assert_eq!(form(&parameters), "A=%2F%2B%3D&B=x%20y%2A~");
        // printf 'POST&%%2F&A%%3D%%252F%%252B%%253D%%26B%%3Dx%%2520y%%252A~' |
        //     openssl dgst -sha1 -hmac 'secret&' -binary | base64
        let signed = signed_form(&parameters, "secret");
        let (rest, signature) = signed.split_once("&Signature=").unwrap();
        assert_eq!(rest, form(&parameters));
        assert_eq!(signature, SIGNATURE);
    }

    const SIGNATURE: &str = "34Aif5N4aFY8aOBkPSZRZLrZx0g%3D";
}
