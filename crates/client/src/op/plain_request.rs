use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, Uri};
use ossum_types::{BucketName, Crc64, Invalid, ObjectKey};

use super::{Answered, CompleteMultipartUpload, CopyObject, DeleteMultipleObjects, PutBucket};
use super::{PutObjectTagging, RestoreObject, UploadPartCopy};
use crate::answer::{Answer, AnswerBody, Take};
use crate::body::ResponseBody;
use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::operation::Operation;
use crate::payload::Payload;

/// A request as its caller words it: for interfaces that hand on headers and parameters which are
/// not theirs to understand.
///
/// Addressed, signed and told of like any other, but [sent once](Client::send_once). Some operations
/// word themselves, by [`TryFrom`].
#[derive(Debug, Clone)]
pub struct PlainRequest {
    /// Which operation it is, for messages and for what is counted.
    pub operation: Operation,
    /// The method.
    pub method: Method,
    /// The bucket, if it is about one.
    pub bucket: Option<BucketName>,
    /// The object, if it is about one.
    pub key: Option<ObjectKey>,
    /// Decoded; an empty value is written without `=`.
    pub query: Vec<(String, String)>,
    /// An address that somebody has signed: it is used as it is, in place of bucket, key and query,
    /// and the client's credentials play no part. `Debug` shows it.
    pub signed_url: Option<Uri>,
    /// Beside those that every request has.
    pub headers: HeaderMap,
    /// The body.
    pub payload: Payload,
    /// How long the answer may keep us waiting, where that is longer than the usual time.
    pub patience: Option<Duration>,
}

impl PlainRequest {
    /// A request about the service itself, without parameters, headers and body.
    pub fn new(operation: Operation, method: Method) -> Self {
        Self {
            operation,
            method,
            bucket: None,
            key: None,
            query: Vec::new(),
            signed_url: None,
            headers: HeaderMap::new(),
            payload: Payload::Empty,
            patience: None,
        }
    }

    fn of(call: Call) -> Result<Self, Invalid> {
        match call.invalid {
            Some(invalid) => Err(invalid),
            None => Ok(Self {
                operation: call.operation,
                method: call.method,
                bucket: call.bucket,
                key: call.key,
                query: call.query,
                signed_url: call.signed_url,
                headers: call.headers,
                payload: call.payload,
                patience: call.patience,
            }),
        }
    }

    pub(crate) fn call(&self) -> Call {
        let mut call = Call::service(self.operation, self.method.clone());
        call.bucket.clone_from(&self.bucket);
        call.key.clone_from(&self.key);
        call.query.clone_from(&self.query);
        call.signed_url.clone_from(&self.signed_url);
        call.headers.clone_from(&self.headers);
        call.payload = self.payload.clone();
        call.patience = self.patience;
        call
    }
}

/// An operation, worded; an error is a value that no request can carry.
macro_rules! wording {
    ($($request:ty),*) => {
        $(impl TryFrom<&$request> for PlainRequest {
            type Error = Invalid;

            fn try_from(request: &$request) -> Result<Self, Invalid> {
                Self::of(request.call())
            }
        })*
    };
}

wording!(
    CompleteMultipartUpload,
    CopyObject,
    DeleteMultipleObjects,
    PutBucket,
    PutObjectTagging,
    RestoreObject,
    UploadPartCopy
);

/// What a [`PlainRequest`] was answered with: a success of OSS.
#[derive(Debug)]
pub struct PlainAnswer {
    /// The status, of the 200s.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, still to be read.
    pub body: ResponseBody,
    /// The CRC-64 of the payload that was sent.
    pub sent_crc64: Crc64,
}

/// What a [`PlainRequest`] was answered with, read to its end: a success of OSS.
#[derive(Debug, Clone)]
pub struct PlainDocument {
    /// The status, of the 200s.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// The CRC-64 of the payload that was sent.
    pub sent_crc64: Crc64,
}

impl Client {
    /// Sends a request as it is, once: what may pass is for the caller to try again. Only what is
    /// mended without waiting is sent again by itself: a connection that had been closed while idle,
    /// a clock that OSS corrected, a token that can be renewed.
    ///
    /// # Errors
    /// Any status but the 200s, and 203: the object is stored, and its callback failed. Whether the
    /// bytes are those that were meant is for the caller to check.
    /// # Cancellation
    /// Dropping the future leaves it open whether OSS carries the request out.
    pub async fn send_once(&self, request: &PlainRequest) -> Result<PlainAnswer, Error> {
        self.execute_once(&request.call(), Take::Stream, |answer: Answer| {
            let AnswerBody::Stream(body) = answer.body else {
                unreachable!("a stream was asked for")
            };
            Ok(PlainAnswer {
                status: answer.status,
                headers: answer.headers,
                body,
                sent_crc64: answer.sent_crc64,
            })
        })
        .await
    }

    /// The same with an answer that is a document, which is read to its end.
    ///
    /// # Errors
    /// As [`Client::send_once`]; and where a success turns out to be the document of an error.
    pub async fn send_once_for_document(
        &self,
        request: &PlainRequest,
    ) -> Result<PlainDocument, Error> {
        self.execute_once(&request.call(), Take::Document, |answer: Answer| {
            let (status, sent_crc64) = (answer.status, answer.sent_crc64);
            let Answered { headers, body } = answer.answered();
            Ok(PlainDocument {
                status,
                headers,
                body,
                sent_crc64,
            })
        })
        .await
    }
}
