//! A transport that answers from a script, in memory: with it, time can be paused.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use ossum_client::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use ossum_client::{Client, RequestBody, ResponseBody, Settings};

use crate::arrange::settings;

/// What comes back for one request.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    Answer(StatusCode, HeaderMap, Bytes),
    Failure(TransportErrorKind),
}

/// A request as it was sent.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) patience: Option<Duration>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Answers with one reply after the other; the last one repeats.
#[derive(Debug, Clone)]
pub(crate) struct Script(Arc<Mutex<Play>>);

#[derive(Debug)]
struct Play {
    replies: VecDeque<Reply>,
    seen: Vec<Seen>,
}

impl Script {
    pub(crate) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self(Arc::new(Mutex::new(Play {
            replies: replies.into_iter().collect(),
            seen: Vec::new(),
        })))
    }

    /// A client that signs, with quick retries.
    pub(crate) fn client(&self) -> Client {
        self.client_with(settings("https://oss-cn-hangzhou.aliyuncs.com"))
    }

    pub(crate) fn client_with(&self, settings: Settings) -> Client {
        Client::new(settings, Arc::new(self.clone())).unwrap()
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.0.lock().unwrap().seen.clone()
    }

    async fn play(
        self,
        request: Request<RequestBody>,
        patience: Option<Duration>,
    ) -> Result<Response<ResponseBody>, TransportError> {
        let (head, body) = request.into_parts();
        let closed = |_| TransportError::new(TransportErrorKind::Closed, "the body failed");
        let body = body.collect().await.map_err(closed)?.to_bytes();
        let mut play = self.0.lock().unwrap();
        play.seen.push(Seen {
            uri: head.uri,
            headers: head.headers,
            body,
            patience,
        });
        let reply = match play.replies.len() {
            1 => play.replies[0].clone(),
            _ => play.replies.pop_front().unwrap(),
        };
        match reply {
            Reply::Failure(kind) => Err(TransportError::new(kind, "scripted")),
            Reply::Answer(status, headers, body) => {
                let body = Full::new(body).map_err(|never| match never {});
                let mut response = Response::new(ResponseBody::new(body));
                *response.status_mut() = status;
                *response.headers_mut() = headers;
                Ok(response)
            }
        }
    }
}

impl Transport for Script {
    fn send(
        &self,
        request: Request<RequestBody>,
        patience: Option<Duration>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        Box::pin(self.clone().play(request, patience))
    }

    fn separate(&self, _read_buffer_bytes: usize) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }
}

impl Reply {
    /// An answer that OSS did not give: it has no request ID.
    pub(crate) fn foreign(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        let mut headers = HeaderMap::new();
        headers.insert("content-length", body.len().into());
        headers.insert("content-type", content_type.parse().unwrap());
        Self::Answer(StatusCode::from_u16(status).unwrap(), headers, body)
    }

    /// An answer of OSS.
    pub(crate) fn of_oss(status: u16, body: impl Into<Bytes>) -> Self {
        Self::foreign(status, "application/xml", body)
            .with("x-oss-request-id", "5C3D9175B6FC201293AD4890")
    }

    /// An error of OSS.
    pub(crate) fn error(status: u16, code: &str) -> Self {
        let document = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code>\
             <Message>Some words.</Message><RequestId>5C3D9175B6FC201293AD4890</RequestId>\
             <HostId>bucket.oss-cn-hangzhou.aliyuncs.com</HostId><EC>0003-00000001</EC></Error>"
        );
        Self::of_oss(status, document)
    }

    /// What is said of an object, with `body`.
    pub(crate) fn object(body: impl Into<Bytes>) -> Self {
        Self::of_oss(200, body).with("etag", "\"5D41402ABC4B2A76B9719D911017C592\"")
    }

    pub(crate) fn at(self, status: u16) -> Self {
        match self {
            Self::Answer(_, headers, body) => {
                Self::Answer(StatusCode::from_u16(status).unwrap(), headers, body)
            }
            failure @ Self::Failure(_) => failure,
        }
    }

    pub(crate) fn with(self, name: &'static str, value: &str) -> Self {
        match self {
            Self::Answer(status, mut headers, body) => {
                headers.insert(HeaderName::from_static(name), value.parse().unwrap());
                Self::Answer(status, headers, body)
            }
            failure @ Self::Failure(_) => failure,
        }
    }
}
