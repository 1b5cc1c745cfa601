use super::{Faulty, Seen};

/// What `ListParts` says of an upload of three parts.
fn parts_with(lie: &str) -> Seen {
    let oss = Faulty::new("");
    let id = oss.upload();
    let rule = format!("[[rule]]\noperation = 'ListParts'\nthen = {{ listing = {lie} }}\n");
    oss.service.set_faults(rule.parse().unwrap());
    oss.list_parts(&id)
}

#[test]
fn a_part_is_not_listed() {
    assert_eq!(
        parts_with("{ part_missing = 2 }").elements("PartNumber"),
        ["1", "3"]
    );
}

#[test]
fn a_part_is_listed_with_another_size() {
    let seen = parts_with("{ part_size = { part = 2, size = 7 } }");
    assert_eq!(seen.elements("Size"), ["200", "7", "200"]);
}

#[test]
fn a_part_is_listed_with_another_crc_or_none() {
    let sound = parts_with("{ part_missing = 9 }").elements("HashCrc64ecma");
    let other = parts_with("{ part_crc64 = 2 }").elements("HashCrc64ecma");
    assert_eq!((&other[0], other.len()), (&sound[0], 3));
    assert_ne!(other[1], sound[1]);
    assert_eq!(
        parts_with("{ part_no_crc64 = 2 }")
            .elements("HashCrc64ecma")
            .len(),
        2
    );
}

#[test]
fn a_part_is_listed_with_another_etag() {
    let sound = parts_with("{ part_missing = 9 }").elements("ETag");
    let other = parts_with("{ part_etag = 2 }").elements("ETag");
    let same: Vec<bool> = sound.iter().zip(&other).map(|(a, b)| a == b).collect();
    assert_eq!(same, [true, false, true]);
}

#[test]
fn a_page_loses_its_entries_and_says_the_rest_as_it_is() {
    let seen = parts_with("'empty_page'");
    assert_eq!(seen.elements("Part").len(), 0);
    assert_eq!(seen.element("NextPartNumberMarker").as_deref(), Some("3"));
    assert_eq!(seen.element("IsTruncated").as_deref(), Some("false"));
}

#[test]
fn an_endless_listing_is_empty_and_never_the_last() {
    let seen = parts_with("'endless'");
    assert_eq!(seen.elements("Part").len(), 0);
    assert_eq!(seen.element("IsTruncated").as_deref(), Some("true"));
    assert_eq!(
        seen.header("content-length"),
        Some(&*seen.body.len().to_string())
    );
}

#[test]
fn a_listing_of_objects_repeats_its_token_for_ever() {
    let cases = [
        ("list-type=2", "continuation-token", "NextContinuationToken"),
        ("prefix=", "marker", "NextMarker"),
    ];
    let rule = "[[rule]]\nthen = { listing = 'repeating' }\n";
    for (version, parameter, next) in cases {
        let oss = Faulty::new(rule);
        let first = oss.ask(&format!("GET /bkt/?{version}"), &[], b"").unwrap();
        let token = first.element(next).unwrap();
        for _ in 0..3 {
            let target = format!("GET /bkt/?{version}&{parameter}={token}");
            let again = oss.ask(&target, &[], b"").unwrap();
            assert_eq!(again.status, 200);
            assert_eq!(again.element("IsTruncated").as_deref(), Some("true"));
            assert_eq!(again.element(next), Some(token.clone()));
        }
    }
}

#[test]
fn an_empty_bucket_is_listed_without_end() {
    let oss = Faulty::new("[[rule]]\nthen = { listing = 'endless' }\n");
    let seen = oss
        .ask("GET /bkt/?list-type=2&prefix=none", &[], b"")
        .unwrap();
    assert_eq!(seen.element("KeyCount").as_deref(), Some("0"));
    assert!(seen.element("NextContinuationToken").is_some());
}
