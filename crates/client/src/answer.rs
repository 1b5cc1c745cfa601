//! Takes an answer in, and finds out whether it is one: of OSS, and a success.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, ETAG};
use http::{HeaderMap, Method, Response, StatusCode};
use ossum_types::Crc64;
use serde::de::DeserializeOwned;

use crate::body::ResponseBody;
use crate::error::{Fault, ServiceError, may_pass};
use crate::limiter::Limiter;
use crate::meter::Meter;
use crate::op::Answered;
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

impl Answer {
    /// The XML document with the root element `root` that the operation promises.
    pub(crate) fn document<T: DeserializeOwned>(&self, root: &'static str) -> Result<T, Fault> {
        xml::read(root, self.bytes()).map_err(|error| Fault::Malformed(error.to_string()))
    }

    /// The body as it is; none of a stream.
    pub(crate) fn bytes(&self) -> &[u8] {
        match &self.body {
            AnswerBody::Document(document) => document,
            AnswerBody::Stream(_) => &[],
        }
    }

    /// The answer as it came.
    pub(crate) fn answered(self) -> Answered {
        let body = match self.body {
            AnswerBody::Document(document) => document,
            AnswerBody::Stream(_) => Bytes::new(),
        };
        Answered {
            headers: self.headers,
            body,
        }
    }

    /// The same answer, its stream counted by `meter` and held to `limiter` from here on.
    pub(crate) fn metered(self, meter: Option<&Arc<Meter>>, limiter: Option<&Limiter>) -> Self {
        let body = match (self.body, meter) {
            (AnswerBody::Stream(body), Some(meter)) => {
                AnswerBody::Stream(body.metered(meter, limiter))
            }
            (body, _) => body,
        };
        Self { body, ..self }
    }

    /// Takes an answer in, or finds the error that it is.
    pub(crate) async fn receive(
        method: &Method,
        take: Take,
        response: Response<ResponseBody>,
    ) -> Result<Self, Fault> {
        let (head, mut body) = response.into_parts();
        // A failed callback answers 203 although the object is stored (documentation of Callback).
        if !head.status.is_success() || head.status == StatusCode::NON_AUTHORITATIVE_INFORMATION {
            let (document, is_cut_off) = read_up_to(&mut body, MAX_ERROR_BYTES).await;
            let mut fault = error_answer(head.status, &head.headers, &document);
            if let Fault::Service(error) = &mut fault {
                error.is_cut_off = is_cut_off;
            }
            return Err(fault);
        }
        if !is_from_oss(&head.headers, method) {
            return Err(not_oss(head.status, &head.headers));
        }
        let body = match take {
            Take::Stream => AnswerBody::Stream(body),
            Take::Document => {
                let document = read_document(&mut body).await?;
                if xml::root(&document).as_deref() == Some("Error") {
                    return Err(error_answer(head.status, &head.headers, &document));
                }
                AnswerBody::Document(document)
            }
        };
        Ok(Self {
            status: head.status,
            headers: head.headers,
            body,
            sent_crc64: Crc64::EMPTY,
        })
    }
}

fn error_answer(status: StatusCode, headers: &HeaderMap, document: &[u8]) -> Fault {
    let error = ServiceError::read(status, headers, document);
    if error.is_from_oss() || may_pass(status) || document.is_empty() {
        Fault::Service(Box::new(error))
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

/// What can be had of an error's body, and whether the connection broke in it.
async fn read_up_to(body: &mut ResponseBody, limit: usize) -> (Bytes, bool) {
    let mut document = BytesMut::new();
    while document.len() < limit {
        match body.chunk().await {
            Ok(Some(chunk)) => {
                document.extend_from_slice(&chunk[..chunk.len().min(limit - document.len())]);
            }
            Ok(None) => break,
            Err(_) => return (document.freeze(), true),
        }
    }
    (document.freeze(), false)
}
