//! Percent-encoding as OSS signs it. Requests are sent exactly as they are signed, so these two
//! functions write both the address on the wire and the canonical request.
//!
//! Every byte of the UTF-8 text becomes `%XX` in upper case, except `A-Z a-z 0-9 - . _ ~`
//! (official documentation of V4 signatures). A space is `%20` and never `+`.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

const PATH: &AsciiSet = &QUERY.remove(b'/');

/// Encodes a path and keeps its `/`.
///
/// Nothing is normalised: `a//b/../c` is a key like any other.
pub(crate) fn path(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, PATH).into()
}

/// Encodes a query: sorted by encoded name, and a name without a value has no `=`.
///
/// A name given twice counts once, with its last value, as in the official SDKs.
pub(crate) fn query<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> String {
    let mut encoded: Vec<(Cow<'_, str>, &str)> = pairs
        .iter()
        .rev() // The sort is stable and `dedup` keeps the first: so the last one given stays.
        .map(|(name, value)| (component(name.as_ref()), value.as_ref()))
        .collect();
    encoded.sort_by(|(a, _), (b, _)| a.cmp(b));
    encoded.dedup_by(|(a, _), (b, _)| a == b);

    let most = encoded
        .iter()
        .map(|(name, value)| name.len() + value.len() + 2);
    let mut written = String::with_capacity(most.sum());
    for (name, value) in encoded {
        if !written.is_empty() {
            written.push('&');
        }
        written.push_str(&name);
        if !value.is_empty() {
            written.push('=');
            written.extend(utf8_percent_encode(value, QUERY));
        }
    }
    written
}

/// Decodes what `encoding-type=url` encoded: there a space may also be `+`.
pub(crate) fn decode(text: &str) -> Vec<u8> {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).collect()
}

fn component(text: &str) -> Cow<'_, str> {
    utf8_percent_encode(text, QUERY).into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(path("AZaz09-._~"), "AZaz09-._~");
        assert_eq!(path("a+b c!*'()%"), "a%2Bb%20c%21%2A%27%28%29%25");
        assert_eq!(path("中"), "%E4%B8%AD");
        assert_eq!(path("a//b/../c"), "a//b/../c");
        assert_eq!(query(&[("a/b", "c/d")]), "a%2Fb=c%2Fd");
    }

    #[test]
    fn a_query_is_sorted_by_encoded_name() {
        let pairs = [("z", "1"), ("|", ""), ("+", " "), ("a", "="), ("Z", "")];
        assert_eq!(query(&pairs), "%2B=%20&%7C&Z&a=%3D&z=1");
        assert_eq!(query::<&str, &str>(&[]), "");
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        assert_eq!(query(&[("a", "1"), ("b", "2"), ("a", "3")]), "a=3&b=2");
    }

    #[test]
    fn a_plus_in_a_listing_is_a_space() {
        assert_eq!(decode("a+b%20c%2Bd"), b"a b c+d");
        assert_eq!(decode("100%"), b"100%");
    }

    proptest! {
        #[test]
        fn decoding_a_listing_gives_back_any_key(text in any::<String>()) {
            prop_assert_eq!(decode(&path(&text)), text.into_bytes());
        }

        #[test]
        fn decoding_gives_back_any_path(text in any::<String>()) {
            let encoded = path(&text);
            prop_assert!(encoded.is_ascii());
            let decoded = percent_decode_str(&encoded).decode_utf8().unwrap();
            prop_assert_eq!(decoded.as_ref(), text.as_str());
        }
    }
}
