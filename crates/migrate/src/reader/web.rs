//! What plain addresses lead to: GET with a range over the same connections as everything else.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_TYPE, ETAG, HeaderName, IF_MATCH, LAST_MODIFIED, LOCATION, RANGE,
};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use ossum_client::op::ObjectHeaders;
use ossum_client::transport::{Transport, TransportError, TransportErrorKind};
use ossum_client::{RequestBody, ResponseBody, RetryPolicy};
use ossum_transfer::{
    KeptWith, RangeSource, SourceBytes, SourceError, SourceFuture, SourceTrouble,
};
use ossum_types::ByteRange;

use super::changed;
use crate::manifest::Listed;

/// How plain addresses are read: without credentials.
#[derive(Debug, Clone)]
pub struct Web {
    transport: Arc<dyn Transport>,
    retry: RetryPolicy,
}

/// So far redirects are followed.
const MOST_REDIRECTS: u32 = 5;

impl Web {
    /// Reads by `transport`, which is this thread's.
    pub fn new(transport: Arc<dyn Transport>, retry: RetryPolicy) -> Self {
        Self { transport, retry }
    }

    pub(super) fn separate(&self) -> Self {
        Self {
            transport: self.transport.separate(512 << 10),
            retry: self.retry,
        }
    }

    /// Asks, and again where that may help.
    async fn ask(&self, asked: &Asked<'_>) -> Result<Response<ResponseBody>, SourceError> {
        let mut tries = 0;
        loop {
            let trouble = match self.follow(asked).await {
                Ok(response) if !may_pass(response.status()) => return judge(asked, response),
                Ok(response) => unavailable(asked.address, &response.status().to_string()),
                Err(Trouble::Network(error)) => {
                    unavailable(asked.address, "the network failed").with_cause(error)
                }
                Err(Trouble::Final(error)) => return Err(error),
            };
            if tries >= self.retry.retries {
                return Err(trouble);
            }
            tokio::time::sleep(self.wait(tries)).await;
            tries += 1;
        }
    }

    fn wait(&self, tries: u32) -> Duration {
        let ceiling = self.retry.first_wait.saturating_mul(1 << tries.min(20));
        ceiling
            .min(self.retry.longest_wait)
            .mul_f64(fastrand::f64())
    }

    async fn follow(&self, asked: &Asked<'_>) -> Result<Response<ResponseBody>, Trouble> {
        let mut address: Uri = asked
            .address
            .parse()
            .map_err(|_| refused(asked.address, "it is no address of anything on the web"))?;
        for _ in 0..=MOST_REDIRECTS {
            let response = self.send(asked, &address).await?;
            if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED
            {
                return Ok(response);
            }
            address = redirected(asked.address, &address, response.headers())?;
        }
        Err(refused(
            asked.address,
            "it leads from one address to another without end",
        )
        .into())
    }

    async fn send(
        &self,
        asked: &Asked<'_>,
        address: &Uri,
    ) -> Result<Response<ResponseBody>, Trouble> {
        let host = address
            .authority()
            .map_or("", |authority| authority.as_str());
        let mut request = Request::builder()
            .method(asked.method.clone())
            .uri(address.clone())
            .header(http::header::HOST, host)
            .header(ACCEPT_ENCODING, "identity");
        if let Some(range) = asked.range {
            request = request.header(RANGE, range.to_header());
        }
        if let Some(etag) = asked.etag.filter(|etag| !etag.starts_with("W/")) {
            request = request.header(IF_MATCH, etag);
        }
        let request = request
            .body(RequestBody::whole(Bytes::new()))
            .map_err(|_| refused(asked.address, "it is no address of anything on the web"))?;
        Ok(self.transport.send(request, None).await?)
    }
}

/// One request.
struct Asked<'a> {
    method: Method,
    address: &'a str,
    range: Option<ByteRange>,
    etag: Option<&'a str>,
}

enum Trouble {
    Network(TransportError),
    Final(SourceError),
}

impl From<TransportError> for Trouble {
    fn from(error: TransportError) -> Self {
        Self::Network(error)
    }
}

impl From<SourceError> for Trouble {
    fn from(error: SourceError) -> Self {
        Self::Final(error)
    }
}

fn may_pass(status: StatusCode) -> bool {
    let too_many = status == StatusCode::TOO_MANY_REQUESTS;
    status.is_server_error() || too_many || status == StatusCode::REQUEST_TIMEOUT
}

fn judge(
    asked: &Asked<'_>,
    response: Response<ResponseBody>,
) -> Result<Response<ResponseBody>, SourceError> {
    let status = response.status();
    if status.is_success() {
        return Ok(response);
    }
    let trouble = match status {
        StatusCode::NOT_FOUND | StatusCode::GONE => SourceTrouble::Missing,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => SourceTrouble::Denied,
        StatusCode::PRECONDITION_FAILED | StatusCode::RANGE_NOT_SATISFIABLE => {
            SourceTrouble::Changed
        }
        _ => SourceTrouble::Refused,
    };
    let message = format!("{} answers {status}", shown(asked.address));
    Err(SourceError::new(trouble, message))
}

fn unavailable(address: &str, why: &str) -> SourceError {
    let message = format!("read {}: {why}", shown(address));
    SourceError::new(SourceTrouble::Unavailable, message)
}

fn refused(address: &str, why: &str) -> SourceError {
    let message = format!("read {}: {why}", shown(address));
    SourceError::new(SourceTrouble::Refused, message)
}

/// What stands behind `?` may be a signature.
fn shown(address: &str) -> String {
    let bare = address.split('?').next().unwrap_or_default();
    bare.escape_debug().to_string()
}

fn redirected(asked: &str, from: &Uri, headers: &HeaderMap) -> Result<Uri, SourceError> {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.ok_or_else(|| refused(asked, "it leads to nowhere"))?;
    let to = match location.parse::<Uri>() {
        Ok(to) if to.scheme().is_some() => to,
        Ok(to) => Uri::builder()
            .scheme(from.scheme_str().unwrap_or("https"))
            .authority(from.authority().map_or("", |authority| authority.as_str()))
            .path_and_query(to.path_and_query().map_or("/", |path| path.as_str()))
            .build()
            .map_err(|_| refused(asked, "it leads to nowhere"))?,
        Err(_) => return Err(refused(asked, "it leads to nowhere")),
    };
    let leaves_tls = from.scheme_str() == Some("https") && to.scheme_str() != Some("https");
    if leaves_tls {
        return Err(refused(asked, "it leads from https to http"));
    }
    Ok(to)
}

/// What an address leads to, as it was when it was first looked at.
#[derive(Debug, Clone)]
pub(super) struct WebSource {
    web: Web,
    address: Arc<str>,
    size: u64,
    etag: Option<Arc<str>>,
    modified: Option<Arc<str>>,
    kept: Arc<KeptWith>,
}

impl WebSource {
    pub(super) async fn open(web: &Web, listed: &Listed) -> Result<Self, SourceError> {
        let address = listed.address.as_deref().unwrap_or(&listed.key);
        let listed_etag = listed
            .etag
            .as_ref()
            .map(|etag| format!("\"{}\"", etag.as_str()));
        let asked = Asked {
            method: Method::HEAD,
            address,
            range: None,
            etag: listed_etag.as_deref(),
        };
        let response = web.ask(&asked).await?;
        let headers = response.headers();
        let size = text(headers, &CONTENT_LENGTH).and_then(|size| size.parse().ok());
        let size = size.ok_or_else(|| refused(address, "it does not tell its size"))?;
        if listed.size.is_some_and(|listed| listed != size) {
            return Err(changed());
        }
        let owned = |name| text(headers, name).map(Arc::from);
        Ok(Self {
            web: web.clone(),
            address: Arc::from(address),
            size,
            etag: owned(&ETAG),
            modified: owned(&LAST_MODIFIED),
            kept: Arc::new(kept_with(headers)),
        })
    }

    fn asked(&self, method: Method, range: Option<ByteRange>) -> Asked<'_> {
        Asked {
            method,
            address: &self.address,
            range,
            etag: self.etag.as_deref(),
        }
    }

    /// Finds that an answer is about the same bytes.
    fn is_the_same(&self, headers: &HeaderMap) -> Result<(), SourceError> {
        let same_etag = text(headers, &ETAG) == self.etag.as_deref();
        let same_time = text(headers, &LAST_MODIFIED) == self.modified.as_deref();
        // An ETag says it all; without one the time has to do.
        let is_same = same_etag && (self.etag.is_some() || same_time);
        if is_same { Ok(()) } else { Err(changed()) }
    }

    async fn begin(&self, range: ByteRange) -> Result<ResponseBody, SourceError> {
        let response = self.web.ask(&self.asked(Method::GET, Some(range))).await?;
        self.is_the_same(response.headers())?;
        let is_whole = range.start() == 0 && range.end() == self.size;
        let is_right = match response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let told = text(response.headers(), &CONTENT_RANGE);
                let last = range.end() - 1;
                let expected = format!("bytes {}-{last}/{}", range.start(), self.size);
                told == Some(expected.as_str())
            }
            StatusCode::OK => is_whole,
            _ => false,
        };
        if !is_right {
            return Err(refused(&self.address, "it gives no ranges of its bytes"));
        }
        Ok(response.into_body())
    }

    async fn look(&self) -> Result<(), SourceError> {
        let response = self.web.ask(&self.asked(Method::HEAD, None)).await?;
        let size = text(response.headers(), &CONTENT_LENGTH);
        if size.and_then(|size| size.parse().ok()) != Some(self.size) {
            return Err(changed());
        }
        self.is_the_same(response.headers())
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn kept_with(headers: &HeaderMap) -> KeptWith {
    let owned = |name| text(headers, name).map(str::to_owned);
    KeptWith {
        headers: ObjectHeaders {
            content_type: owned(&CONTENT_TYPE),
            cache_control: owned(&CACHE_CONTROL),
            content_disposition: owned(&CONTENT_DISPOSITION),
            content_encoding: owned(&CONTENT_ENCODING),
            ..ObjectHeaders::default()
        },
        ..KeptWith::default()
    }
}

impl RangeSource for WebSource {
    fn size(&self) -> u64 {
        self.size
    }

    fn open(&self, range: ByteRange) -> SourceBytes {
        let reading = Reading {
            source: self.clone(),
            rest: Some(range),
            body: None,
            tries: 0,
        };
        Box::pin(stream::try_unfold(reading, |reading| async {
            Ok(reading.next().await?)
        }))
    }

    fn kept_with(&self) -> SourceFuture<'_, KeptWith> {
        let kept = KeptWith::clone(&self.kept);
        Box::pin(async { Ok(kept) })
    }

    fn check_unchanged(&self) -> SourceFuture<'_, ()> {
        Box::pin(self.look())
    }

    fn for_worker(&self) -> Arc<dyn RangeSource> {
        Arc::new(Self {
            web: self.web.separate(),
            ..self.clone()
        })
    }
}

/// A range on its way, gone on with where a connection breaks.
struct Reading {
    source: WebSource,
    rest: Option<ByteRange>,
    body: Option<ResponseBody>,
    /// How often a body broke since something arrived.
    tries: u32,
}

impl Reading {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, SourceError> {
        while let Some(rest) = self.rest {
            let mut body = match self.body.take() {
                Some(body) => body,
                None => self.source.begin(rest).await?,
            };
            let broken = match body.chunk().await {
                Ok(Some(chunk)) if chunk.len() as u64 <= rest.len() => {
                    self.rest = rest.skip(chunk.len() as u64);
                    self.body = Some(body);
                    self.tries = 0;
                    return Ok(Some((chunk, self)));
                }
                Ok(Some(_)) => too_long(),
                Ok(None) => cut_off(),
                Err(error) => error,
            };
            let web = &self.source.web;
            if self.tries >= web.retry.retries {
                let error = unavailable(&self.source.address, "the network failed");
                return Err(error.with_cause(broken));
            }
            tokio::time::sleep(web.wait(self.tries)).await;
            self.tries += 1;
        }
        Ok(None)
    }
}

fn too_long() -> TransportError {
    let message = "the answer is longer than its announced length";
    TransportError::new(TransportErrorKind::Protocol, message)
}

fn cut_off() -> TransportError {
    let message = "the answer ended before its announced length";
    TransportError::new(TransportErrorKind::Closed, message)
}
