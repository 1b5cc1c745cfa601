//! Whose requests they are, and when: credentials that expire, clocks that are wrong.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ossum_client::auth::{
    BoxFuture, Credentials, CredentialsError, CredentialsErrorKind, CredentialsProvider,
    SignatureVersion,
};
use ossum_client::{Clock, ErrorKind, Settings};

use crate::arrange::{SECRET, head, settings, told};
use crate::script::{Reply, Script};

const ENDPOINT: &str = "https://oss-cn-hangzhou.aliyuncs.com";

/// Gives new credentials, numbered, each time the last ones were refused.
#[derive(Debug, Default)]
struct Renewing {
    number: AtomicU32,
    forgotten: Mutex<Vec<String>>,
}

impl CredentialsProvider for Renewing {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        let id = format!("id{}", self.number.load(Ordering::Relaxed));
        let given = Credentials::new(id, SECRET).and_then(|c| c.with_security_token("token"));
        Box::pin(std::future::ready(given.map(Arc::new)))
    }

    fn forget(&self, rejected: &Credentials) {
        let id = rejected.access_key_id().to_owned();
        self.forgotten.lock().unwrap().push(id);
        self.number.fetch_add(1, Ordering::Relaxed);
    }
}

#[derive(Debug)]
struct Failing;

impl CredentialsProvider for Failing {
    fn provide(&self) -> BoxFuture<'_, Result<Arc<Credentials>, CredentialsError>> {
        let error = CredentialsError::new(CredentialsErrorKind::Unavailable, "the role is gone");
        Box::pin(std::future::ready(Err(error)))
    }
}

fn with_provider(provider: Arc<dyn CredentialsProvider>) -> Settings {
    Settings {
        credentials: Some(provider),
        ..settings(ENDPOINT)
    }
}

/// Cases: 75.
#[tokio::test(start_paused = true)]
async fn expired_credentials_are_renewed_once_and_at_once() {
    let expired = Reply::error(403, "SecurityTokenExpired");
    let provider = Arc::new(Renewing::default());
    let script = Script::new([expired.clone(), Reply::object("")]);
    let client = script.client_with(with_provider(provider.clone()));
    let began = tokio::time::Instant::now();
    client.head_object(&head()).await.unwrap();
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(*provider.forgotten.lock().unwrap(), ["id0"]);
    let seen = script.seen();
    assert!(
        seen[0]
            .header("authorization")
            .unwrap()
            .contains("Credential=id0/")
    );
    assert!(
        seen[1]
            .header("authorization")
            .unwrap()
            .contains("Credential=id1/")
    );
    assert_eq!(seen[1].header("x-oss-security-token"), Some("token"));

    let script = Script::new([expired]);
    let client = script.client_with(with_provider(provider));
    let error = client.head_object(&head()).await.unwrap_err();
    assert_eq!((error.kind(), script.seen().len()), (ErrorKind::Denied, 2));
    assert!(error.hint().unwrap().contains("expired"));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_ends_the_operation_before_a_request() {
    let script = Script::new([Reply::object("")]);
    let client = script.client_with(with_provider(Arc::new(Failing)));
    let error = client.head_object(&head()).await.unwrap_err();
    assert_eq!(
        (error.kind(), script.seen().len()),
        (ErrorKind::Credentials, 0)
    );
    assert!(
        told(&error).ends_with("the role is gone"),
        "{}",
        told(&error)
    );
    assert!(!error.may_have_been_done());
}

#[tokio::test(start_paused = true)]
async fn an_anonymous_client_signs_nothing() {
    let script = Script::new([Reply::object("")]);
    let client = script.client_with(Settings::new(ENDPOINT.parse().unwrap()));
    client.head_object(&head()).await.unwrap();
    let headers = &script.seen()[0].headers;
    assert!(!headers.contains_key("authorization") && !headers.contains_key("x-oss-date"));
}

fn ten_oclock() -> SystemTime {
    UNIX_EPOCH + Duration::from_hours(10)
}

/// Cases: 74.
#[tokio::test(start_paused = true)]
async fn a_wrong_clock_is_corrected_at_once_and_stays_so() {
    for (version, header, date) in [
        (SignatureVersion::V4, "x-oss-date", "19700101T110000Z"),
        (
            SignatureVersion::V1,
            "date",
            "Thu, 01 Jan 1970 11:00:00 GMT",
        ),
    ] {
        let skewed =
            Reply::error(403, "RequestTimeTooSkewed").with("date", "Thu, 01 Jan 1970 11:00:00 GMT");
        let script = Script::new([skewed, Reply::object("")]);
        let client = script.client_with(Settings {
            clock: Clock::over(ten_oclock),
            signature_version: version,
            ..settings(ENDPOINT)
        });
        let began = tokio::time::Instant::now();
        client.head_object(&head()).await.unwrap();
        client.head_object(&head()).await.unwrap();
        assert_eq!(began.elapsed(), Duration::ZERO);
        let seen = script.seen();
        assert_eq!(seen.len(), 3);
        assert_eq!(seen[1].header(header), Some(date));
        assert_eq!(seen[2].header(header), Some(date));
    }
}

/// Cases: 74.
#[tokio::test(start_paused = true)]
async fn a_clock_that_cannot_be_corrected_is_said_to_be_wrong() {
    for reply in [
        Reply::error(403, "RequestTimeTooSkewed"),
        Reply::error(403, "RequestTimeTooSkewed").with("date", "yesterday"),
        Reply::error(403, "RequestTimeTooSkewed").with("date", "Thu, 01 Jan 1970 11:00:00 GMT"),
    ] {
        let script = Script::new([reply]);
        let error = script.client().head_object(&head()).await.unwrap_err();
        assert_eq!((error.kind(), script.seen().len()), (ErrorKind::Denied, 2));
        assert!(error.hint().unwrap().contains("clock"));
    }
}
