use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::Full;
use ossum_devserver::{Access, AccessKey, Operation, SecurityToken, Settings};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::oss::Oss;

/// Header names that something looks at.
const NAMES: &[&str] = &[
    "authorization",
    "content-length",
    "content-md5",
    "date",
    "host",
    "if-match",
    "if-modified-since",
    "range",
    "transfer-encoding",
    "x-oss-date",
    "x-oss-meta-a",
    "x-oss-range-behavior",
    "x-oss-security-token",
    "x-oss-tagging",
];

/// Parameters that something looks at.
const PARAMETERS: &[&str] = &[
    "Expires",
    "OSSAccessKeyId",
    "Signature",
    "continuation-token",
    "delete",
    "delimiter",
    "encoding-type",
    "key-marker",
    "list-type",
    "marker",
    "max-keys",
    "max-parts",
    "part-number-marker",
    "partNumber",
    "prefix",
    "upload-id-marker",
    "uploadId",
    "uploads",
    "versionId",
    "x-oss-additional-headers",
    "x-oss-credential",
    "x-oss-date",
    "x-oss-expires",
    "x-oss-signature",
    "x-oss-signature-version",
];

const METHODS: &[Method] = &[
    Method::GET,
    Method::HEAD,
    Method::PUT,
    Method::POST,
    Method::DELETE,
    Method::OPTIONS,
];

/// Values that something could stumble over.
fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,30}",
        "(OSS|OSS4-HMAC-SHA256) [a-zA-Z0-9=,/:; ]{0,60}",
        "bytes=[0-9]{0,25}-[0-9]{0,25}",
        "(2|url|OSS4-HMAC-SHA256|20250101T000000Z|%[0-9a-fA-F]{0,3}|[0-9]{1,25}|-1)",
        "a/20250101/cn-hangzhou/oss/aliyun_v4_request",
    ]
}

fn request() -> impl Strategy<Value = Request<Full<Bytes>>> {
    let pairs = vec((prop::sample::select(PARAMETERS), value()), 0..5);
    let headers = vec((prop::sample::select(NAMES), value()), 0..5);
    let body = prop_oneof![
        "<[a-zA-Z<>/&;#]{0,60}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..40)
    ];
    let path = "(/bkt)?(/[ -~]{0,12})?";
    let method = prop::sample::select(METHODS);
    (method, path, pairs, headers, body).prop_filter_map("no URI", |parts| {
        let (method, path, pairs, headers, body) = parts;
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let uri: Uri = format!("{path}?{}", pairs.join("&")).parse().ok()?;
        let mut request = Request::new(Full::new(Bytes::from(body)));
        (*request.method_mut(), *request.uri_mut()) = (method, uri);
        for (name, value) in headers {
            let value = HeaderValue::from_str(&value).ok()?;
            request
                .headers_mut()
                .append(HeaderName::from_static(name), value);
        }
        Some(request)
    })
}

proptest! {
    #[test]
    fn no_request_makes_it_panic_or_answer_without_an_id(request in request()) {
        let keys = Access::Keys(vec![AccessKey {
            id: "a".to_owned(),
            secret: "s".to_owned(),
            token: None,
        }]);
        for access in [Access::Open, keys] {
            let oss = Oss::new(Settings { access, ..Settings::default() });
            let reply = oss.send(request.clone());
            prop_assert!(reply.header("x-oss-request-id").is_some());
            prop_assert_ne!(reply.status.as_u16(), 500);
        }
    }
}

#[test]
fn secrets_are_in_no_debug_output() {
    let settings = Settings {
        access: Access::Keys(vec![AccessKey {
            id: "public".to_owned(),
            secret: "hush".to_owned(),
            token: Some(SecurityToken {
                text: "whisper".to_owned(),
                expires: None,
            }),
        }]),
        ..Settings::default()
    };
    let shown = format!("{settings:?} {:?}", Oss::new(settings.clone()).service);
    assert!(shown.contains("public") && !shown.contains("hush") && !shown.contains("whisper"));
}

#[test]
fn operations_are_counted_by_name() {
    let oss = Oss::open();
    oss.put("/bkt/k", b"x").ok();
    oss.get("/bkt/none").refused(404, "NoSuchKey");
    oss.get("/bkt/k?style").refused(501, "NotImplemented");
    assert_eq!(oss.service.count(Operation::PutObject), 1);
    assert_eq!(oss.service.count(Operation::GetObject), 1);
    assert_eq!(oss.service.count(Operation::HeadObject), 0);
    assert_eq!(oss.service.answered(), 3);
}
