//! Addresses that carry their own signature.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use ossum_client::auth::{SignatureVersion, StaticCredentials};
use ossum_client::{AnswerHeader, Clock, ErrorKind, Lifetime, Presignable, Settings, TrafficLimit};

use crate::arrange::{TOKEN, credentials, get, head, put, settings};
use crate::script::{Reply, Script};

const ENDPOINT: &str = "https://oss-cn-hangzhou.aliyuncs.com";
const HOUR: Duration = Duration::from_hours(1);

fn ten_oclock() -> SystemTime {
    UNIX_EPOCH + Duration::from_hours(10)
}

fn at_ten(version: SignatureVersion) -> Settings {
    Settings {
        clock: Clock::over(ten_oclock),
        signature_version: version,
        ..settings(ENDPOINT)
    }
}

fn quiet() -> Script {
    Script::new([Reply::object("")])
}

#[tokio::test]
async fn a_v4_address_names_signer_date_and_end() {
    let script = quiet();
    let client = script.client_with(at_ten(SignatureVersion::V4));
    let presigned = client.presign(&get(), HOUR).await.unwrap();
    let url = &presigned.url;
    assert!(
        url.starts_with("https://bucket.oss-cn-hangzhou.aliyuncs.com/key?"),
        "{url}"
    );
    for part in [
        "x-oss-signature-version=OSS4-HMAC-SHA256",
        "x-oss-credential=LTAI5tTestKeyIdABCDE%2F19700101%2Fcn-hangzhou%2Foss%2Faliyun_v4_request",
        "x-oss-date=19700101T100000Z",
        "x-oss-expires=3600",
        "x-oss-signature=",
    ] {
        assert!(url.contains(part), "{url}");
    }
    assert_eq!(presigned.expires_at, ten_oclock() + HOUR);
    assert!(presigned.headers.is_empty());
    assert_eq!(script.seen().len(), 0, "presigning sends nothing");
}

#[tokio::test]
async fn an_address_can_end_at_a_moment_that_is_named() {
    let end = ten_oclock() + HOUR + Duration::from_millis(700);
    for (version, part) in [
        (SignatureVersion::V4, "x-oss-expires=3600&"),
        (SignatureVersion::V1, "Expires=39600&"),
    ] {
        let client = quiet().client_with(at_ten(version));
        let url = client.presign_until(&get(), end).await.unwrap().url;
        assert!(url.contains(part), "{url}");
        let past = ten_oclock() - HOUR;
        let error = client.presign_until(&get(), past).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Settings);
    }
}

#[tokio::test]
async fn a_v1_address_ends_at_a_moment() {
    let client = quiet().client_with(at_ten(SignatureVersion::V1));
    let url = client.presign(&get(), HOUR).await.unwrap().url;
    for part in [
        "Expires=39600",
        "OSSAccessKeyId=LTAI5tTestKeyIdABCDE",
        "Signature=",
    ] {
        assert!(url.contains(part), "{url}");
    }
}

#[tokio::test]
async fn temporary_credentials_leave_their_token_in_the_address() {
    for (version, parameter) in [
        (
            SignatureVersion::V4,
            "x-oss-security-token=TheSecurityToken",
        ),
        (SignatureVersion::V1, "security-token=TheSecurityToken"),
    ] {
        let temporary = credentials().with_security_token(TOKEN).unwrap();
        let client = quiet().client_with(Settings {
            credentials: Some(Arc::new(StaticCredentials::new(temporary))),
            ..at_ten(version)
        });
        let url = client.presign(&get(), HOUR).await.unwrap().url;
        assert!(url.contains(parameter), "{url}");
    }
}

#[tokio::test]
async fn an_address_ends_with_the_credentials_behind_it() {
    let temporary = || credentials().with_security_token(TOKEN).unwrap();
    let soon = ten_oclock() + HOUR / 2;
    for (credentials, ends, lifetime) in [
        (credentials(), ten_oclock() + HOUR, Lifetime::AsAsked),
        (temporary(), ten_oclock() + HOUR, Lifetime::Uncertain),
        (
            temporary().with_expiry(soon),
            soon,
            Lifetime::CutByCredentials,
        ),
        (
            temporary().with_expiry(ten_oclock() + 2 * HOUR),
            ten_oclock() + HOUR,
            Lifetime::AsAsked,
        ),
    ] {
        let client = quiet().client_with(Settings {
            credentials: Some(Arc::new(StaticCredentials::new(credentials))),
            ..at_ten(SignatureVersion::V4)
        });
        let presigned = client.presign(&get(), HOUR).await.unwrap();
        assert_eq!((presigned.expires_at, presigned.lifetime), (ends, lifetime));
    }
}

#[tokio::test]
async fn an_address_can_choose_headers_of_its_answer() {
    for version in [SignatureVersion::V4, SignatureVersion::V1] {
        let client = quiet().client_with(at_ten(version));
        let request = Presignable::from(&get())
            .answered_with(AnswerHeader::ContentDisposition, "attachment; filename=a b");
        let url = client.presign(request, HOUR).await.unwrap().url;
        let parameter = "response-content-disposition=attachment%3B%20filename%3Da%20b";
        assert!(url.contains(parameter), "{url}");
    }
}

#[tokio::test]
async fn what_was_learnt_of_the_clock_counts() {
    let skewed =
        Reply::error(403, "RequestTimeTooSkewed").with("date", "Thu, 01 Jan 1970 11:00:00 GMT");
    let script = Script::new([skewed, Reply::object("")]);
    let client = script.client_with(at_ten(SignatureVersion::V4));
    client.head_object(&head()).await.unwrap();
    let presigned = client.presign(&get(), HOUR).await.unwrap();
    assert!(
        presigned.url.contains("x-oss-date=19700101T110000Z"),
        "{}",
        presigned.url
    );
}

#[tokio::test]
async fn headers_that_are_signed_are_told() {
    let mut request = put(Bytes::from("not part of it"));
    request.headers.content_type = Some("text/plain".to_owned());
    let client = quiet().client_with(at_ten(SignatureVersion::V4));
    let presigned = client.presign(&request, HOUR).await.unwrap();
    assert_eq!(presigned.method, http::Method::PUT);
    assert_eq!(presigned.headers.len(), 1);
    assert_eq!(presigned.headers["content-type"], "text/plain");
}

#[tokio::test]
async fn payer_and_traffic_limit_become_part_of_the_address() {
    let client = quiet().client_with(Settings {
        request_payer: true,
        traffic_limit: Some(TrafficLimit::new(819_200).unwrap()),
        ..at_ten(SignatureVersion::V4)
    });
    let url = client.presign(&get(), HOUR).await.unwrap().url;
    assert!(url.contains("x-oss-request-payer=requester"), "{url}");
    assert!(url.contains("x-oss-traffic-limit=819200"), "{url}");
}

#[tokio::test]
async fn what_cannot_be_presigned_is_refused() {
    let client = quiet().client_with(at_ten(SignatureVersion::V4));
    for wrong in [Duration::ZERO, 7 * 24 * HOUR + Duration::from_secs(1)] {
        let error = client.presign(&get(), wrong).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Settings);
    }
    let anonymous = quiet().client_with(Settings::new(ENDPOINT.parse().unwrap()));
    let error = anonymous.presign(&get(), HOUR).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Settings);
}

/// Cases: 104.
#[tokio::test]
async fn debug_shows_no_signature() {
    let client = quiet().client_with(at_ten(SignatureVersion::V4));
    let presigned = client.presign(&get(), HOUR).await.unwrap();
    let shown = format!("{presigned:?}");
    assert!(
        shown.contains("/key") && !shown.contains("x-oss-"),
        "{shown}"
    );
}
