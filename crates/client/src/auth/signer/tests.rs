use std::time::UNIX_EPOCH;

use http::HeaderValue;
use proptest::prelude::*;

use super::*;

const NO_HEADERS: &[HeaderName] = &[];

fn v4() -> Signer {
    Signer::V4(SigningScope {
        region: "cn-hangzhou".parse().unwrap(),
        product: Product::Oss,
    })
}

fn credentials() -> Credentials {
    Credentials::new("id", "secret").unwrap()
}

fn get<'a>(headers: &'a HeaderMap, query: &'a [(String, String)]) -> ToSign<'a> {
    ToSign {
        method: &Method::GET,
        bucket: Some("bucket"),
        key: Some("key"),
        query,
        headers,
        additional_headers: NO_HEADERS,
        sub_resources: &[],
    }
}

fn query(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    pairs.iter().map(owned).collect()
}

#[test]
fn a_validity_outside_one_second_to_seven_days_is_refused() {
    let headers = HeaderMap::new();
    let presign = |signer: &Signer, seconds: u64| {
        let valid_for = Duration::from_secs(seconds);
        signer
            .presign(&get(&headers, &[]), &credentials(), UNIX_EPOCH, valid_for)
            .map(|_| ())
    };
    let week = 604_800;
    assert_eq!(presign(&v4(), 0), Err(PresignError::TooShort));
    assert_eq!(presign(&v4(), 1), Ok(()));
    assert_eq!(presign(&v4(), week), Ok(()));
    assert_eq!(
        presign(&v4(), week + 1),
        Err(PresignError::TooLong(Duration::from_secs(week + 1)))
    );
    assert_eq!(presign(&Signer::V1, 0), Err(PresignError::TooShort));
    assert_eq!(presign(&Signer::V1, u64::MAX), Ok(()));
}

#[test]
fn an_endpoint_tells_its_scope() {
    let scope = |endpoint: &str, region: Option<&str>| {
        let region = region.map(|region| region.parse().unwrap());
        SigningScope::of(&endpoint.parse().unwrap(), region.as_ref())
            .map(|scope| format!("{}/{}", scope.region, scope.product.as_str()))
    };
    let public = "oss-cn-hangzhou.aliyuncs.com";
    assert_eq!(scope(public, None).unwrap(), "cn-hangzhou/oss");
    assert_eq!(scope(public, Some("cn-beijing")).unwrap(), "cn-beijing/oss");
    assert_eq!(scope("127.0.0.1", None), None);
    let cloud_box = "cb-1.cn-hangzhou.oss-cloudbox.aliyuncs.com";
    for region in [None, Some("cn-hangzhou")] {
        assert_eq!(scope(cloud_box, region).unwrap(), "cb-1/oss-cloudbox");
    }
}

#[test]
fn a_signature_does_not_depend_on_the_order_of_the_query() {
    let headers = HeaderMap::new();
    for signer in [v4(), Signer::V1] {
        let sign = |query: &[(String, String)]| {
            signer.sign_headers(&get(&headers, query), &credentials(), UNIX_EPOCH)
        };
        assert_eq!(
            sign(&query(&[("uploadId", "1"), ("partNumber", "2")])),
            sign(&query(&[("partNumber", "2"), ("uploadId", "1")]))
        );
    }
}

#[test]
fn an_earlier_signature_in_the_query_is_replaced_and_not_signed() {
    let headers = HeaderMap::new();
    let presign = |query: &[(String, String)]| {
        v4().presign(
            &get(&headers, query),
            &credentials(),
            UNIX_EPOCH,
            Duration::from_mins(15),
        )
    };
    assert_eq!(presign(&query(&[("x-oss-signature", "old")])), presign(&[]));
}

#[test]
fn values_of_one_header_are_trimmed_and_joined() {
    let mut headers = HeaderMap::new();
    headers.append("x-oss-meta-a", HeaderValue::from_static(" 1 "));
    headers.append("x-oss-meta-a", HeaderValue::from_static("2\t"));
    let text = Signer::V1.string_to_sign(&get(&headers, &[]), &credentials(), UNIX_EPOCH);
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("\nx-oss-meta-a:1,2\n"), "{text}");
}

#[test]
fn the_signers_own_headers_replace_the_callers() {
    let mut headers = HeaderMap::new();
    headers.insert("x-oss-date", HeaderValue::from_static("yesterday"));
    headers.insert("x-oss-security-token", HeaderValue::from_static("old"));
    let temporary = credentials().with_security_token("new").unwrap();
    let with = v4().sign_headers(&get(&headers, &[]), &temporary, UNIX_EPOCH);
    let none = HeaderMap::new();
    let without = v4().sign_headers(&get(&none, &[]), &temporary, UNIX_EPOCH);
    assert_eq!(with, without);
}

#[test]
fn ranges_of_an_object_are_signed_alike_and_nothing_else_is() {
    let sign = |key, id, name: &'static str, value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        let request = ToSign {
            key: Some(key),
            ..get(&headers, &[])
        };
        let credentials = Credentials::new(id, "secret").unwrap();
        let signed = v4().sign_headers(&request, &credentials, UNIX_EPOCH);
        signed["authorization"].to_str().unwrap().to_owned()
    };
    let first = sign("k", "id", "range", "bytes=0-1");
    assert_eq!(sign("k", "id", "range", "bytes=2-3"), first);
    let others = [
        sign("l", "id", "range", "bytes=0-1"),
        sign("k", "other", "range", "bytes=0-1"),
        sign("k", "id", "x-oss-range-behavior", "standard"),
    ];
    for other in &others {
        assert_ne!(*other, first);
    }
    let by_other = first.replace("Credential=id/", "Credential=other/");
    assert_eq!(others[1], by_other, "the ID itself is not signed");
}

fn any_headers() -> impl Strategy<Value = HeaderMap> {
    let name = prop_oneof![
        Just("content-type".to_owned()),
        Just("host".to_owned()),
        Just("x-oss-date".to_owned()),
        Just("x-oss-content-sha256".to_owned()),
        "x-oss-[a-z0-9-]{1,12}",
        "[a-z][a-z0-9!#$%&'*+.^_|~-]{0,12}",
    ];
    let value = prop::collection::vec(any::<u8>(), 0..24)
        .prop_filter_map("a header cannot carry it", |bytes| {
            HeaderValue::from_bytes(&bytes).ok()
        });
    prop::collection::vec((name, value), 0..6).prop_map(|pairs| {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::try_from(name).unwrap(), value);
        }
        headers
    })
}

fn any_query() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        Just("uploadId".to_owned()),
        Just("x-oss-signature".to_owned()),
        any::<String>(),
    ];
    prop::collection::vec((name, any::<String>()), 0..6)
}

proptest! {
    #[test]
    fn signing_never_panics_and_shows_no_secret(
        headers in any_headers(),
        query in any_query(),
        bucket in any::<Option<String>>(),
        key in any::<Option<String>>(),
        secret in "[!-~]{16,90}",
        token in "[!-~]{16,300}",
        seconds in any::<u64>(),
        valid_for in any::<Duration>(),
    ) {
        let additional: Vec<HeaderName> = headers.keys().cloned().collect();
        let request = ToSign {
            method: &Method::PUT,
            bucket: bucket.as_deref(),
            key: key.as_deref(),
            query: &query,
            headers: &headers,
            additional_headers: &additional,
            sub_resources: &["a"],
        };
        let credentials = Credentials::new("LTAI0123456789abcdef", secret.as_str())
            .unwrap()
            .with_security_token(token.as_str())
            .unwrap();
        let at = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).unwrap_or(UNIX_EPOCH);
        for signer in [v4(), Signer::V1] {
            let signed = signer.sign_headers(&request, &credentials, at);
            let _ = signer.presign(&request, &credentials, at, valid_for);
            let shown = format!("{signed:?} {signer:?} {credentials:?}");
            prop_assert!(!shown.contains(&secret) && !shown.contains(&token));
        }
    }
}
