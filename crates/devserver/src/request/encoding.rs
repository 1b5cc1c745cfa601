use std::fmt::Write;

/// Percent-encodes every byte but `A-Z a-z 0-9 - . _ ~`, as signatures and
/// `encoding-type=url` do.
pub(crate) fn encode(text: &str) -> String {
    encode_keeping(text, None)
}

/// Like [`encode`], but keeps `/`.
pub(crate) fn encode_path(text: &str) -> String {
    encode_keeping(text, Some(b'/'))
}

fn encode_keeping(text: &str, kept: Option<u8>) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if plain || Some(byte) == kept {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}"); // a String takes every write
        }
    }
    encoded
}

/// Decodes `%XX`; `None` if the result is not UTF-8. A `%` without two digits stands for itself.
pub(crate) fn decode(text: &str) -> Option<String> {
    let bytes = percent_encoding::percent_decode_str(text);
    bytes.decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in "\\PC{0,40}") {
            prop_assert_eq!(decode(&encode(&text)), Some(text.clone()));
            prop_assert_eq!(decode(&encode_path(&text)), Some(text));
        }
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encode("a/b +~é"), "a%2Fb%20%2B~%C3%A9");
        assert_eq!(encode_path("a/b +"), "a/b%20%2B");
        assert_eq!(decode("%FF"), None);
    }
}
