//! Keys that tools get wrong reach the wire exactly as they are signed.

use std::time::UNIX_EPOCH;

use http::{HeaderMap, Method, Uri};
use ossum_client::Addressing;
use ossum_client::auth::{Credentials, Product, Signer, SigningScope, ToSign};
use ossum_types::{BucketName, Endpoint, ObjectKey};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

/// Each key with its path as the official rule writes it.
const KEYS: &[(&str, &str)] = &[
    ("a+b", "a%2Bb"),
    ("a b", "a%20b"),
    (" ", "%20"),
    ("~!*'()", "~%21%2A%27%28%29"),
    ("100%", "100%25"),
    ("%2F", "%252F"),
    ("a?b#c&d=e", "a%3Fb%23c%26d%3De"),
    ("a:b@c;d,e$f", "a%3Ab%40c%3Bd%2Ce%24f"),
    ("\"<>\\^`{|}", "%22%3C%3E%5C%5E%60%7B%7C%7D"),
    ("中文", "%E4%B8%AD%E6%96%87"),
    ("🎉", "%F0%9F%8E%89"),
    ("é", "%C3%A9"),
    ("e\u{301}", "e%CC%81"),
    ("line\nbreak\u{1}", "line%0Abreak%01"),
    ("a//b/../c", "a//b/../c"),
    ("./a", "./a"),
    ("..", ".."),
    ("dir/", "dir/"),
];

fn key(text: &str) -> ObjectKey {
    text.parse().unwrap()
}

fn address(addressing: Addressing, key: &ObjectKey) -> Uri {
    let endpoint: Endpoint = "oss-cn-hangzhou.aliyuncs.com".parse().unwrap();
    let bucket: BucketName = "bucket".parse().unwrap();
    addressing
        .uri(&endpoint, Some(&bucket), Some(key), &[])
        .unwrap()
}

#[test]
fn an_awkward_key_has_one_spelling_in_every_address() {
    for (text, encoded) in KEYS {
        let key = key(text);
        for addressing in [Addressing::VirtualHost, Addressing::Cname] {
            assert_eq!(address(addressing, &key).path(), format!("/{encoded}"));
        }
        assert_eq!(
            address(Addressing::Path, &key).path(),
            format!("/bucket/{encoded}")
        );
    }
}

#[test]
fn an_awkward_key_survives_the_way_through_an_address() {
    let longest = ["x".repeat(1023), "中".repeat(341), "a/".repeat(511)];
    let keys = KEYS.iter().map(|(text, _)| (*text).to_owned());
    for text in keys.chain(longest) {
        // As text and back, as a server reads it.
        let uri: Uri = address(Addressing::Auto, &key(&text))
            .to_string()
            .parse()
            .unwrap();
        let read = percent_decode_str(&uri.path()[1..]).decode_utf8().unwrap();
        assert_eq!(read, text);
    }
}

#[test]
fn the_canonical_request_has_the_path_of_the_path_style() {
    let signer = Signer::V4(SigningScope {
        region: "cn-hangzhou".parse().unwrap(),
        product: Product::Oss,
    });
    let credentials = Credentials::new("id", "secret").unwrap();
    for (text, encoded) in KEYS {
        let request = ToSign {
            method: &Method::GET,
            bucket: Some("bucket"),
            key: Some(text),
            query: &[],
            headers: &HeaderMap::new(),
            additional_headers: &[],
            sub_resources: &[],
        };
        let canonical = format!(
            "GET\n/bucket/{encoded}\n\nx-oss-content-sha256:UNSIGNED-PAYLOAD\n\
             x-oss-date:19700101T000000Z\n\n\nUNSIGNED-PAYLOAD"
        );
        let text = signer.string_to_sign(&request, &credentials, UNIX_EPOCH);
        let digest = hex::encode(Sha256::digest(canonical));
        assert!(
            String::from_utf8(text).unwrap().ends_with(&digest),
            "{encoded}"
        );
    }
}
