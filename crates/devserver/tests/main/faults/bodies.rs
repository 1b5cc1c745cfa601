use std::io::{ErrorKind, Read};

use flate2::read::GzDecoder;

use super::{Faulty, content, on_get, on_put};

#[test]
fn a_body_breaks_off_with_its_whole_length_announced() {
    let cases = [
        ("reset", ErrorKind::ConnectionReset),
        ("close", ErrorKind::UnexpectedEof),
    ];
    for (how, kind) in cases {
        for at in [0, 1, 999] {
            let rule = on_get(&format!("{{ {how} = {{ after_response_bytes = {at} }} }}"));
            let seen = Faulty::new(&rule).get();
            assert_eq!(seen.header("content-length"), Some("1000"));
            assert_eq!(
                (seen.body, seen.error),
                (content()[..at].to_vec(), Some(kind))
            );
        }
    }
}

#[test]
fn a_byte_at_an_offset_is_another_one() {
    for at in [0, 500, 999] {
        let seen = Faulty::new(&on_get(&format!(
            "{{ corrupt_response = {{ at = {at} }} }}"
        )))
        .get();
        assert_eq!(
            (seen.error, differing(&seen.body, &content())),
            (None, vec![at])
        );
    }
    let beyond = Faulty::new(&on_get("{ corrupt_response = { at = 1000 } }")).get();
    assert_eq!(beyond.body, content());
}

#[test]
fn a_seed_picks_a_byte_of_each_answer_and_the_same_ones_again() {
    let offsets = || {
        let oss = Faulty::new(&on_get("{ corrupt_response = { seeded = 7 } }"));
        [(); 3].map(|()| differing(&oss.get().body, &content()))
    };
    let first = offsets();
    assert!(first.iter().all(|offsets| offsets.len() == 1));
    assert!(first[0] != first[1] || first[1] != first[2]);
    assert_eq!(offsets(), first);
}

#[test]
fn a_byte_of_a_request_arrives_as_another() {
    let oss = Faulty::new(&on_put("{ corrupt_request = { at = 2 } }"));
    assert_eq!(oss.ask("PUT /bkt/k", &[], b"hello").unwrap().status, 200);
    assert_eq!(differing(&oss.stored().body, b"hello"), [2]);
}

#[test]
fn damage_on_the_way_in_is_refused_where_a_digest_came_with_it() {
    let oss = Faulty::new(&on_put("{ corrupt_request = { seeded = 1 } }"));
    let md5 = [("content-md5", "XUFAKrxLKna5cZ2REBfFkg==")];
    let seen = oss.ask("PUT /bkt/k", &md5, b"hello").unwrap();
    assert_eq!(
        (seen.status, seen.element("Code")),
        (400, Some("InvalidDigest".into()))
    );
}

#[test]
fn bytes_follow_the_announced_ones() {
    let seen = Faulty::new(&on_get("{ extend = 5000 }")).get();
    assert_eq!(
        (seen.header("content-length"), seen.body.len()),
        (Some("1000"), 6000)
    );
    assert_eq!(seen.body[..1000], content());
}

#[test]
fn a_body_without_a_length_need_not_end() {
    let rules = on_get("{ remove_header = 'Content-Length' }")
        + &on_get("{ extend = 9000000000000000000 }")
        + &on_get("{ close = { after_response_bytes = 100000 } }");
    let seen = Faulty::new(&rules).get();
    assert_eq!(
        (seen.header("content-length"), seen.body.len()),
        (None, 100_000)
    );
}

#[test]
fn a_proxy_compresses_whatever_was_asked() {
    let identity = [("accept-encoding", "identity")];
    let seen = Faulty::new(&on_get("'gzip'"));
    let seen = seen.ask("GET /bkt/k", &identity, b"").unwrap();
    assert_eq!(seen.header("content-encoding"), Some("gzip"));
    assert_eq!(seen.header("content-length"), None);
    let mut unpacked = Vec::new();
    GzDecoder::new(&*seen.body)
        .read_to_end(&mut unpacked)
        .unwrap();
    assert_eq!(unpacked, content());
}

#[test]
fn what_is_said_of_a_compressed_body_is_said_without_one_too() {
    let oss = Faulty::new("[[rule]]\noperation = 'HeadObject'\nthen = 'gzip'\n");
    let seen = oss.ask("HEAD /bkt/k", &[], b"").unwrap();
    assert_eq!(seen.header("content-encoding"), Some("gzip"));
    assert_eq!((seen.header("content-length"), seen.body.len()), (None, 0));
}

#[test]
fn several_rules_damage_one_body() {
    let rules = on_get("{ corrupt_response = { at = 5 } }")
        + &on_get("{ close = { after_response_bytes = 8 } }")
        + &on_get("{ corrupt_response = { at = 1 } }");
    let seen = Faulty::new(&rules).get();
    assert_eq!(differing(&seen.body, &content()[..8]), [1, 5]);
    assert_eq!(seen.error, Some(ErrorKind::UnexpectedEof));
}

/// Where two runs of bytes of the same length differ.
fn differing(one: &[u8], other: &[u8]) -> Vec<usize> {
    assert_eq!(one.len(), other.len());
    let pairs = one.iter().zip(other).enumerate();
    pairs
        .filter(|(_, (a, b))| a != b)
        .map(|(at, _)| at)
        .collect()
}
