//! One call of an operation, before it is addressed, signed and sent.

use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use ossum_types::{BucketName, Invalid, ObjectKey, PartNumber};

use crate::operation::Operation;
use crate::payload::Payload;

/// What an operation asks of the service: everything but endpoint, credentials and time.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) operation: Operation,
    pub(crate) method: Method,
    pub(crate) bucket: Option<BucketName>,
    pub(crate) key: Option<ObjectKey>,
    /// For messages only; the query carries it too.
    pub(crate) part: Option<PartNumber>,
    /// Decoded; an empty value is written without `=`.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    /// An address that somebody has signed already, in place of all that the above says of it: then
    /// the request needs no credentials.
    pub(crate) signed_url: Option<Uri>,
    /// How long the answer may keep us waiting, where that is longer than the usual time.
    pub(crate) patience: Option<Duration>,
    /// The first value that no request can carry; the call then fails before it is sent.
    pub(crate) invalid: Option<Invalid>,
}

impl Call {
    /// A call about an object.
    pub(crate) fn object(
        operation: Operation,
        method: Method,
        bucket: &BucketName,
        key: &ObjectKey,
    ) -> Self {
        Self {
            key: Some(key.clone()),
            ..Self::bucket(operation, method, bucket)
        }
    }

    /// A call about a bucket.
    pub(crate) fn bucket(operation: Operation, method: Method, bucket: &BucketName) -> Self {
        Self {
            bucket: Some(bucket.clone()),
            ..Self::service(operation, method)
        }
    }

    /// A call about the service itself.
    pub(crate) fn service(operation: Operation, method: Method) -> Self {
        Self {
            operation,
            method,
            bucket: None,
            key: None,
            part: None,
            query: Vec::new(),
            headers: HeaderMap::new(),
            payload: Payload::Empty,
            signed_url: None,
            patience: None,
            invalid: None,
        }
    }

    /// Adds a query parameter.
    pub(crate) fn query(mut self, name: &str, value: impl Into<String>) -> Self {
        self.query.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a query parameter if there is a value for it.
    pub(crate) fn query_if(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.query(name, value.to_string()),
            None => self,
        }
    }

    /// Sets a header whose value is known to be one.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets a header to text; UTF-8 goes out as it is, as every client of OSS does.
    pub(crate) fn header_text(self, name: HeaderName, text: &str) -> Self {
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            return self.header(name, value);
        }
        let reason = format!("the header {name} takes no control characters");
        self.refuse(Invalid::new("header value", text, reason))
    }

    /// Notes that something asked for cannot be asked.
    pub(crate) fn refuse(mut self, invalid: Invalid) -> Self {
        self.invalid.get_or_insert(invalid);
        self
    }

    /// Sends an XML document as the body.
    pub(crate) fn document(self, document: impl Into<Bytes>) -> Self {
        self.header(CONTENT_TYPE, HeaderValue::from_static("application/xml"))
            .payload(document.into())
    }

    /// Sends `payload` as the body.
    pub(crate) fn payload(mut self, payload: impl Into<Payload>) -> Self {
        self.payload = payload.into();
        self
    }
}
