//! Speaks to Amazon S3, and to services like it, as far as a migration needs: lists and reads.
//!
//! Credentials and signatures are those of the `object_store` crate; the requests travel as those to OSS do, by the
//! one [`Transport`] there is. Its own requests are not used, as its paths cannot say what keys there are: they take
//! `dir/` for `dir`, and refuse a listing in which there is `a//b`.

mod connector;
mod error;
pub(crate) mod list;

use std::fmt;
use std::sync::Arc;

use http::header::{HOST, HeaderMap};
use http::{Method, Request, Response, StatusCode};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsAuthorizer, AwsCredentialProvider};
use object_store::client::{HttpRequest, HttpRequestBody};
use ossum_client::transport::{Transport, TransportErrorKind};
use ossum_client::{ClearText, Client, RequestBody, ResponseBody, RetryBudget, RetryPolicy};
use ossum_types::{Endpoint, Scheme};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use self::connector::Connector;
use self::error::Cause;
pub use self::error::{S3Error, S3ErrorKind};
pub(super) use self::list::list;

/// A bucket of S3.
pub struct S3 {
    bucket: String,
    /// What the addresses of all objects begin with; ends with `/`.
    base: String,
    region: String,
    /// Absent where nothing is signed.
    credentials: Option<AwsCredentialProvider>,
    transport: Arc<dyn Transport>,
    retry: RetryPolicy,
}

/// How S3 is reached.
#[derive(Debug, Clone)]
pub struct S3Access {
    /// By which way.
    pub transport: Arc<dyn Transport>,
    /// What is done about failures that may pass.
    pub retry: RetryPolicy,
    /// Whether signed requests may travel in the clear.
    pub clear_text: ClearText,
}

impl S3Access {
    /// The way that `client` goes.
    pub fn of(client: &Client) -> Self {
        Self {
            transport: client.transport(),
            retry: client.retry_policy(),
            clear_text: client.clear_text(),
        }
    }
}

/// What stands for itself in a path or query that is signed.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
const PLAIN_IN_PATH: &AsciiSet = &PLAIN.remove(b'/');

/// Of an answer that is an error, this much is read.
const MOST_OF_A_REFUSAL: usize = 64 << 10;

impl S3 {
    /// A bucket as the environment describes it (`AWS_ACCESS_KEY_ID` and its kin), at `endpoint` and in `region`
    /// where they are given.
    ///
    /// # Errors
    /// [`S3ErrorKind::Credentials`] or [`Refused`](S3ErrorKind::Refused) if settings contradict each other.
    pub fn open(
        bucket: &str,
        endpoint: Option<&str>,
        region: Option<&str>,
        access: &S3Access,
    ) -> Result<Self, S3Error> {
        let failed = |kind, why: String| failure("reach", &format!("s3://{bucket}"), kind, why);
        let mut builder = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_http_connector(Connector::new(Arc::clone(&access.transport)));
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(region) = region {
            builder = builder.with_region(region);
        }
        let value = |key: AmazonS3ConfigKey| builder.get_config_value(&key);
        let is_on = |key| value(key).is_some_and(|value| value == "true");
        let region = value(AmazonS3ConfigKey::Region);
        let region = region.unwrap_or_else(|| "us-east-1".to_owned());
        let virtual_host = is_on(AmazonS3ConfigKey::VirtualHostedStyleRequest);
        let is_unsigned = is_on(AmazonS3ConfigKey::SkipSignature);
        let base = match value(AmazonS3ConfigKey::Endpoint) {
            // As object_store has it: an endpoint for virtual hosts names the bucket.
            Some(endpoint) if virtual_host => format!("{}/", endpoint.trim_end_matches('/')),
            Some(endpoint) => format!("{}/{bucket}/", endpoint.trim_end_matches('/')),
            // A name with dots is no name that a certificate covers.
            None if bucket.contains('.') => format!("https://s3.{region}.amazonaws.com/{bucket}/"),
            None => format!("https://{bucket}.s3.{region}.amazonaws.com/"),
        };
        if !is_unsigned && is_in_the_clear(&base) && access.clear_text != ClearText::Allow {
            let why = format!("{base} would send signed requests in the clear");
            return Err(failed(S3ErrorKind::Refused, why));
        }
        let store = builder.with_allow_http(true).build();
        let store = store.map_err(|error| failed(S3ErrorKind::Refused, error.to_string()))?;
        Ok(Self {
            bucket: bucket.to_owned(),
            base,
            region,
            credentials: (!is_unsigned).then(|| Arc::clone(store.credentials())),
            transport: Arc::clone(&access.transport),
            retry: access.retry,
        })
    }

    /// The same with connections of its own, for a thread with a runtime of its own; their read buffers grow to so
    /// many bytes.
    #[must_use]
    pub fn for_worker(&self, read_buffer_bytes: usize) -> Self {
        Self {
            bucket: self.bucket.clone(),
            base: self.base.clone(),
            region: self.region.clone(),
            credentials: self.credentials.clone(),
            transport: self.transport.separate(read_buffer_bytes),
            retry: self.retry,
        }
    }

    /// What is done about failures that may pass.
    pub(crate) fn retry(&self) -> RetryPolicy {
        self.retry
    }

    /// Asks about an object, or with `GET` for its bytes: with these headers besides, such as `Range` and
    /// `If-Match`. The answer is a success.
    ///
    /// What may pass is tried again until there is a head; what breaks behind it is the reader's to mend.
    ///
    /// # Errors
    /// [`S3ErrorKind::Changed`] if a condition does not hold; [`S3ErrorKind::Name`] for a key with `.` or `..`
    /// between its slashes, which cannot be signed.
    pub async fn object(
        &self,
        method: Method,
        key: &str,
        headers: &HeaderMap,
    ) -> Result<Response<ResponseBody>, S3Error> {
        let subject = format!("s3://{}/{key}", self.bucket);
        if !can_be_signed(key) {
            let why = "its name has . or .. between slashes".to_owned();
            return Err(failure("read", &subject, S3ErrorKind::Name, why));
        }
        let path = utf8_percent_encode(key, PLAIN_IN_PATH);
        let url = format!("{}{path}", self.base);
        self.ask("read", &subject, method, &url, headers).await
    }

    async fn ask(
        &self,
        action: &'static str,
        subject: &str,
        method: Method,
        url: &str,
        headers: &HeaderMap,
    ) -> Result<Response<ResponseBody>, S3Error> {
        let mut budget = RetryBudget::new(self.retry);
        loop {
            budget.begin();
            let attempt = self.attempt(&method, url, headers).await;
            let (kind, why) = match attempt {
                Ok(answer) => return Ok(answer),
                Err(refused) => refused,
            };
            let wait = kind.may_pass().then(|| budget.next_wait(None)).flatten();
            let Some(wait) = wait else {
                return Err(failure(action, subject, kind, why));
            };
            tracing::debug!(?wait, subject, why, "asking S3 again");
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(
        &self,
        method: &Method,
        url: &str,
        headers: &HeaderMap,
    ) -> Result<Response<ResponseBody>, (S3ErrorKind, String)> {
        let request = self.signed(method, url, headers).await?;
        let sent = self.transport.send(request, None).await;
        let answer = sent.map_err(|error| match error.kind() {
            TransportErrorKind::Protocol => (S3ErrorKind::Malformed, error.to_string()),
            _ => (S3ErrorKind::Network, error.to_string()),
        })?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let status = answer.status();
        let said = read_all(answer.into_body(), MOST_OF_A_REFUSAL).await;
        let said = said.map(|bytes| code(&bytes)).unwrap_or_default();
        let code = said.unwrap_or_default();
        Err((kind_of(status, &code), format!("{status} {code}")))
    }

    /// The request with its signature.
    async fn signed(
        &self,
        method: &Method,
        url: &str,
        headers: &HeaderMap,
    ) -> Result<Request<RequestBody>, (S3ErrorKind, String)> {
        let refused = |error: http::Error| (S3ErrorKind::Name, error.to_string());
        let request = Request::builder().method(method).uri(url);
        let mut request: HttpRequest = request.body(HttpRequestBody::empty()).map_err(refused)?;
        request.headers_mut().extend(headers.clone());
        if let Some(credentials) = &self.credentials {
            let failed =
                |error: object_store::Error| (S3ErrorKind::Credentials, with_causes(&error));
            let credential = credentials.get_credential().await.map_err(failed)?;
            let authorizer = AwsAuthorizer::new(&credential, "s3", &self.region);
            authorizer
                .try_authorize(&mut request, None)
                .map_err(failed)?;
        }
        let (mut head, _) = request.into_parts();
        if let Some(authority) = head.uri.authority()
            && let Ok(host) = authority.as_str().parse()
        {
            head.headers.insert(HOST, host);
        }
        Ok(Request::from_parts(
            head,
            RequestBody::whole(bytes::Bytes::new()),
        ))
    }
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S3({})", self.base)
    }
}

fn failure(action: &'static str, subject: &str, kind: S3ErrorKind, why: String) -> S3Error {
    S3Error {
        action,
        subject: subject.escape_debug().to_string(),
        kind,
        cause: Cause(why),
    }
}

/// What the signer takes out of a path before it signs, so that it would sign another.
fn can_be_signed(key: &str) -> bool {
    !key.split('/').any(|part| part == "." || part == "..")
}

fn is_in_the_clear(base: &str) -> bool {
    let mut parts = base.splitn(4, '/');
    let origin: Vec<_> = parts.by_ref().take(3).collect();
    let endpoint: Result<Endpoint, _> = origin.join("/").parse();
    endpoint.is_ok_and(|endpoint| endpoint.scheme() == Scheme::Http && !endpoint.is_loopback())
}

fn kind_of(status: StatusCode, code: &str) -> S3ErrorKind {
    use S3ErrorKind as Kind;
    match (status.as_u16(), code) {
        // What a clock does that is wrong may be put right.
        (_, "RequestTimeTooSkewed" | "SlowDown" | "RequestTimeout") | (408 | 429 | 500.., _) => {
            Kind::Unavailable
        }
        (404, _) => Kind::NotFound,
        (401 | 403, _) => Kind::Denied,
        (412, _) => Kind::Changed,
        _ => Kind::Refused,
    }
}

/// The code of an error's document.
fn code(document: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Refusal {
        code: String,
    }
    let refusal: Result<Refusal, _> = ossum_client::read_document("Error", document);
    refusal.ok().map(|refusal| refusal.code)
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut behind = error.source();
    while let Some(error) = behind {
        text = format!("{text}: {error}");
        behind = error.source();
    }
    text
}

/// All of a body, or as much of it as may be read.
async fn read_all(
    mut body: ResponseBody,
    most_bytes: usize,
) -> Result<Vec<u8>, ossum_client::transport::TransportError> {
    let mut bytes = Vec::new();
    while bytes.len() < most_bytes
        && let Some(chunk) = body.chunk().await?
    {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_signer_would_change_is_not_asked_for() {
        for key in ["a/../b", ".", "..", "a/.", "./a"] {
            assert!(!can_be_signed(key), "{key}");
        }
        for key in ["a//b", "/", "a/", ".a", "a..b", "...", "%2e%2e"] {
            assert!(can_be_signed(key), "{key}");
        }
    }

    #[test]
    fn a_refusal_means_what_a_caller_would_do() {
        use S3ErrorKind as Kind;
        for (status, code, kind) in [
            (404, "NoSuchKey", Kind::NotFound),
            (403, "AccessDenied", Kind::Denied),
            (403, "RequestTimeTooSkewed", Kind::Unavailable),
            (412, "PreconditionFailed", Kind::Changed),
            (503, "SlowDown", Kind::Unavailable),
            (429, "", Kind::Unavailable),
            (400, "InvalidRequest", Kind::Refused),
            (301, "PermanentRedirect", Kind::Refused),
        ] {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(kind_of(status, code), kind, "{status} {code}");
        }
        assert_eq!(
            code(b"<Error><Code>NoSuchKey</Code><Message>x</Message></Error>").as_deref(),
            Some("NoSuchKey")
        );
        assert_eq!(code(b"<html>"), None);
    }

    #[test]
    fn what_would_travel_in_the_clear_is_told_by_its_address() {
        assert!(is_in_the_clear("http://minio.example:9000/bkt/"));
        assert!(!is_in_the_clear("https://minio.example:9000/bkt/"));
        assert!(!is_in_the_clear("http://127.0.0.1:9000/bkt/"));
    }
}
