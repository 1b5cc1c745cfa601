//! From a [`Call`] to its result: each attempt is signed, sent, read and classified; what may pass
//! is tried again, within a budget and never at once, except after a remedy.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use ossum_types::{Crc64, Invalid};
use tracing::{debug, warn};

use crate::auth::{Credentials, ToSign};
use crate::body::{RequestBody, ResponseBody};
use crate::call::Call;
use crate::client::Client;
use crate::date::parse_http_date;
use crate::error::{Error, Fault, Remedy, ServiceError};
use crate::retry::RetryBudget;
use crate::xml;

/// What a successful answer is made of, as far as the operation wants it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: AnswerBody,
    /// The CRC-64 of the payload that this attempt sent.
    pub(crate) sent_crc64: Crc64,
}

#[derive(Debug)]
pub(crate) enum AnswerBody {
    /// Read to its end.
    Document(Bytes),
    /// Still to be read.
    Stream(ResponseBody),
}

/// How the body of a successful answer is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Take {
    /// Whole, before the attempt counts as done.
    Document,
    /// As a stream: what breaks later is the reader's to mend.
    Stream,
}

/// No document of OSS is larger: a page of 1,000 keys has below 10 MiB.
const MAX_DOCUMENT_BYTES: usize = 32 * 1024 * 1024;

/// Of an error's body, this much is looked at.
const MAX_ERROR_BYTES: usize = 64 * 1024;

const PRODUCT: &str = concat!("ossum/", env!("CARGO_PKG_VERSION"));

impl Client {
    /// Finishes building `call`; a value that no header can carry is an error of the operation.
    pub(crate) fn prepared(
        &self,
        call: Call,
        finish: impl FnOnce(Call) -> Result<Call, Invalid>,
    ) -> Result<Call, Error> {
        let named = call.clone();
        finish(call).map_err(|invalid| {
            let unspent = RetryBudget::new(self.retry_policy());
            Error::new(&named, &unspent, false, Fault::Invalid(invalid))
        })
    }

    /// Carries out `call` with a budget of its own.
    ///
    /// `read` turns an answer into the result, or finds that it is not what was promised; then the
    /// attempt has failed like any other.
    pub(crate) async fn execute<T>(
        &self,
        call: &Call,
        take: Take,
        read: impl Fn(Answer) -> Result<T, Fault> + Send + Sync,
    ) -> Result<T, Error> {
        let mut budget = RetryBudget::new(self.retry_policy());
        self.execute_within(&mut budget, call, take, read).await
    }

    /// Carries out `call` with what is left of `budget`.
    pub(crate) async fn execute_within<T>(
        &self,
        budget: &mut RetryBudget,
        call: &Call,
        take: Take,
        read: impl Fn(Answer) -> Result<T, Fault> + Send + Sync,
    ) -> Result<T, Error> {
        let mut remedies = Remedies::default();
        let mut answer_lost = false;
        loop {
            budget.begin();
            let fault = match self.attempt(call, take).await.and_then(&read) {
                Ok(result) => return Ok(result),
                Err(fault) => fault,
            };
            let Some(wait) = remedies.wait_before_next(&fault, budget) else {
                return Err(Error::new(call, budget, answer_lost, fault));
            };
            answer_lost |= fault.may_have_been_done();
            let attempt = budget.attempts();
            debug!(operation = %call.operation, attempt, ?wait, cause = %fault, "trying again");
            self.meter.add_retry();
            tokio::time::sleep(wait).await;
        }
    }

    async fn attempt(&self, call: &Call, take: Take) -> Result<Answer, Fault> {
        let credentials = match &self.shared.settings.credentials {
            Some(provider) => Some(provider.provide().await?),
            None => None,
        };
        let answer = self.exchange(call, take, credentials.as_deref()).await;
        if let Err(fault) = &answer {
            self.learn_from(fault, credentials.as_deref());
        }
        answer
    }

    /// Keeps what a refusal tells for the next attempt, of this operation or any other.
    fn learn_from(&self, fault: &Fault, credentials: Option<&Credentials>) {
        let Fault::Service(error) = fault else { return };
        let settings = &self.shared.settings;
        match (fault.remedy(), &settings.credentials, credentials) {
            (Remedy::LearnClock, ..) => {
                let date = error.date.as_deref().and_then(parse_http_date);
                if let Some(skew) = date.and_then(|date| settings.clock.learn(date)) {
                    warn!(
                        "this machine's clock is {skew} of OSS; requests are signed with the time of OSS"
                    );
                }
            }
            (Remedy::RenewCredentials, Some(provider), Some(refused)) => provider.forget(refused),
            _ => {}
        }
    }

    async fn exchange(
        &self,
        call: &Call,
        take: Take,
        credentials: Option<&Credentials>,
    ) -> Result<Answer, Fault> {
        let body = RequestBody::open(&call.payload, &self.meter).map_err(Fault::Source)?;
        let sent = body.sent();
        let request = self.request(call, credentials, body)?;
        self.meter.add_request();
        let response = self.transport.send(request, call.patience).await;
        let response = response.map_err(|error| match sent.take_failure() {
            Some(local) => Fault::Source(local),
            None => Fault::Transport(error),
        })?;
        let status = response.status();
        let mut answer = self.receive(call, take, response).await?;
        answer.sent_crc64 = sent.crc64();
        debug!(operation = %call.operation, status = status.as_u16(), request_id = ?answer.headers.get("x-oss-request-id"), "answered");
        Ok(answer)
    }

    /// The request of one attempt, signed.
    fn request(
        &self,
        call: &Call,
        credentials: Option<&Credentials>,
        body: RequestBody,
    ) -> Result<Request<RequestBody>, Fault> {
        let settings = &self.shared.settings;
        let uri = settings
            .addressing
            .uri(
                &settings.endpoint,
                call.bucket.as_ref(),
                call.key.as_ref(),
                &call.query,
            )
            .map_err(|_| Fault::Settings("the address of the request is too long"))?;
        let mut headers = call.headers.clone();
        headers.insert(USER_AGENT, HeaderValue::from_static(PRODUCT));
        // Without it a proxy or the service may compress, and then neither length nor CRC hold.
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        if call.method == Method::PUT || call.method == Method::POST {
            headers.insert(CONTENT_LENGTH, call.payload.len().into());
        }
        if let Some(host) = uri
            .authority()
            .and_then(|host| HeaderValue::from_str(host.as_str()).ok())
        {
            headers.insert(http::header::HOST, host);
        }
        if let (Some(signer), Some(credentials)) = (&self.shared.signer, credentials) {
            let to_sign = ToSign {
                method: &call.method,
                bucket: call.bucket.as_ref().map(ossum_types::BucketName::as_str),
                key: call.key.as_ref().map(ossum_types::ObjectKey::as_str),
                query: &call.query,
                headers: &headers,
                additional_headers: &settings.additional_headers,
                sub_resources: &[],
            };
            let signed = signer.sign_headers(&to_sign, credentials, settings.clock.now());
            headers.extend(signed);
        }
        let mut request = Request::new(body);
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }

    /// Takes an answer in, or finds the error that it is.
    async fn receive(
        &self,
        call: &Call,
        take: Take,
        response: Response<ResponseBody>,
    ) -> Result<Answer, Fault> {
        let (head, body) = response.into_parts();
        let mut body = body.metered(&self.meter);
        // A failed callback answers 203 although the object is stored (documentation of Callback).
        if !head.status.is_success() || head.status == StatusCode::NON_AUTHORITATIVE_INFORMATION {
            let document = read_up_to(&mut body, MAX_ERROR_BYTES).await;
            return Err(error_answer(head.status, &head.headers, &document));
        }
        if !is_from_oss(&head.headers, &call.method) {
            return Err(not_oss(head.status, &head.headers));
        }
        let body = match take {
            Take::Stream => AnswerBody::Stream(body),
            Take::Document => {
                let document = read_document(&mut body).await?;
                if document.starts_with(b"<") && xml::root(&document).as_deref() == Some("Error") {
                    return Err(error_answer(head.status, &head.headers, &document));
                }
                AnswerBody::Document(document)
            }
        };
        Ok(Answer {
            status: head.status,
            headers: head.headers,
            body,
            sent_crc64: Crc64::EMPTY,
        })
    }
}

/// Which remedies one operation has tried: each that needs no wait is tried once.
#[derive(Default)]
struct Remedies(Vec<Remedy>);

impl Remedies {
    fn wait_before_next(&mut self, fault: &Fault, budget: &RetryBudget) -> Option<Duration> {
        match fault.remedy() {
            Remedy::None => None,
            Remedy::Wait(asked) => budget.next_wait(asked),
            tried if self.0.contains(&tried) => None,
            at_once => {
                self.0.push(at_once);
                budget.next_wait(None).map(|_| Duration::ZERO)
            }
        }
    }
}

fn error_answer(status: StatusCode, headers: &HeaderMap, document: &[u8]) -> Fault {
    let error = ServiceError::read(status, headers, document);
    if error.is_from_oss() || status.is_server_error() || document.is_empty() {
        Fault::Service(error)
    } else {
        not_oss(status, headers)
    }
}

fn not_oss(status: StatusCode, headers: &HeaderMap) -> Fault {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    Fault::NotOss {
        status,
        content_type: content_type.unwrap_or("nameless").to_owned(),
    }
}

/// Whether OSS answered, and not a proxy or a login page that says 200 to everything.
///
/// A CDN in front of OSS may drop the `x-oss-` headers, but not the ETag of an object.
fn is_from_oss(headers: &HeaderMap, method: &Method) -> bool {
    let reads = method == Method::GET || method == Method::HEAD;
    headers
        .keys()
        .any(|name| name.as_str().starts_with("x-oss-"))
        || (reads && headers.contains_key(ETAG))
}

async fn read_document(body: &mut ResponseBody) -> Result<Bytes, Fault> {
    let mut document = BytesMut::new();
    while let Some(chunk) = body.chunk().await? {
        if document.len() + chunk.len() > MAX_DOCUMENT_BYTES {
            return Err(Fault::Malformed(format!(
                "the answer has more than {MAX_DOCUMENT_BYTES} bytes"
            )));
        }
        document.extend_from_slice(&chunk);
    }
    Ok(document.freeze())
}

/// What can be had of an error's body: a connection that breaks in it leaves the status to go by.
async fn read_up_to(body: &mut ResponseBody, limit: usize) -> Bytes {
    let mut document = BytesMut::new();
    while let Ok(Some(chunk)) = body.chunk().await {
        document.extend_from_slice(&chunk[..chunk.len().min(limit - document.len())]);
        if document.len() == limit {
            break;
        }
    }
    document.freeze()
}
