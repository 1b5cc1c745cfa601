//! An object that HTTP leads to, of S3 or of any server: read range by range, and gone on with where a
//! connection breaks.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::stream;
use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE,
    CONTENT_TYPE, ETAG, EXPIRES, HeaderName, IF_MATCH, LAST_MODIFIED, RANGE,
};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use ossum_client::op::ObjectHeaders;
use ossum_client::transport::{TransportError, TransportErrorKind};
use ossum_client::{ResponseBody, RetryBudget, RetryPolicy};
use ossum_transfer::{
    KeptWith, RangeSource, SourceBytes, SourceError, SourceFuture, SourceTrouble,
};
use ossum_types::ByteRange;

use super::web::Web;
use super::{READ_BUFFER_BYTES, changed};
use crate::manifest::Listed;
use crate::source::{S3, S3Error, S3ErrorKind};

/// Who is asked for an object.
#[derive(Debug, Clone)]
pub(super) enum Remote {
    /// Whoever the address leads to.
    Web(Web, Arc<str>),
    /// A bucket of S3, for the object of this key.
    S3(Arc<S3>, Arc<str>),
}

impl Remote {
    async fn ask(
        &self,
        method: Method,
        headers: &HeaderMap,
    ) -> Result<Response<ResponseBody>, SourceError> {
        match self {
            Self::Web(web, address) => web.ask(method, address, headers).await,
            Self::S3(s3, key) => Ok(s3.object(method, key, headers).await?),
        }
    }

    fn separate(&self) -> Self {
        match self {
            Self::Web(web, address) => Self::Web(web.separate(), Arc::clone(address)),
            Self::S3(s3, key) => {
                Self::S3(Arc::new(s3.for_worker(READ_BUFFER_BYTES)), Arc::clone(key))
            }
        }
    }

    fn retry(&self) -> RetryPolicy {
        match self {
            Self::Web(web, _) => web.retry(),
            Self::S3(s3, _) => s3.retry(),
        }
    }

    fn fails(&self, trouble: SourceTrouble, why: &str) -> SourceError {
        let shown = match self {
            Self::Web(_, address) => super::web::shown(address),
            Self::S3(s3, key) => format!("{s3:?} {}", key.escape_debug()),
        };
        SourceError::new(trouble, format!("read {shown}: {why}"))
    }
}

impl From<S3Error> for SourceError {
    fn from(error: S3Error) -> Self {
        use S3ErrorKind as Kind;
        let trouble = match error.kind {
            Kind::NotFound => SourceTrouble::Missing,
            Kind::Changed => SourceTrouble::Changed,
            Kind::Denied => SourceTrouble::Denied,
            Kind::Name | Kind::Refused => SourceTrouble::Refused,
            _ => SourceTrouble::Unavailable,
        };
        Self::new(trouble, "the source could not be read").with_cause(error)
    }
}

/// An object as it was when it was first looked at.
#[derive(Debug, Clone)]
pub(super) struct RemoteSource {
    remote: Remote,
    size: u64,
    /// As it is compared: without quotes.
    etag: Option<Arc<str>>,
    /// What the first answer told; the same on every thread.
    found: Arc<OnceLock<Found>>,
}

#[derive(Debug)]
struct Found {
    modified: Option<String>,
    kept: KeptWith,
}

impl RemoteSource {
    /// The object as it was listed, or as it is now where the list does not tell.
    pub(super) async fn open(remote: Remote, listed: &Listed) -> Result<Self, SourceError> {
        let listed_etag = listed
            .etag
            .as_ref()
            .map(|etag| Arc::from(bare(etag.as_str())));
        let source = Self {
            remote,
            size: listed.size.unwrap_or(0),
            etag: listed_etag,
            found: Arc::default(),
        };
        if listed.size.is_some() && source.etag.is_some() {
            return Ok(source); // the first answer will tell the rest
        }
        let response = source.ask(Method::HEAD, None).await?;
        let headers = response.headers();
        let size = length(headers).ok_or_else(|| {
            source
                .remote
                .fails(SourceTrouble::Refused, "it does not tell its size")
        })?;
        if listed.size.is_some_and(|listed| listed != size) {
            return Err(changed());
        }
        let source = Self {
            size,
            etag: text(headers, &ETAG).map(|etag| Arc::from(bare(etag))),
            ..source
        };
        source.learn(headers);
        Ok(source)
    }

    async fn ask(
        &self,
        method: Method,
        range: Option<ByteRange>,
    ) -> Result<Response<ResponseBody>, SourceError> {
        let mut headers = HeaderMap::new();
        let mut set = |name, value: String| {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        };
        if let Some(range) = range {
            set(RANGE, range.to_header());
        }
        // One that is weak matches nothing.
        if let Some(etag) = self.etag.as_deref().filter(|etag| !etag.starts_with("W/")) {
            set(IF_MATCH, format!("\"{etag}\""));
        }
        self.remote.ask(method, &headers).await
    }

    fn learn(&self, headers: &HeaderMap) -> &Found {
        self.found.get_or_init(|| Found {
            modified: text(headers, &LAST_MODIFIED).map(str::to_owned),
            kept: kept_with(headers),
        })
    }

    /// Finds that an answer is about the same bytes, and takes note of what it tells.
    fn take_note(&self, headers: &HeaderMap) -> Result<&Found, SourceError> {
        let found = self.learn(headers);
        let etag = text(headers, &ETAG).map(bare);
        let same_etag = etag == self.etag.as_deref();
        let same_time = text(headers, &LAST_MODIFIED) == found.modified.as_deref();
        // An ETag says it all; without one the time has to do.
        if same_etag && (self.etag.is_some() || same_time) {
            Ok(found)
        } else {
            Err(changed())
        }
    }

    async fn begin(&self, range: ByteRange) -> Result<ResponseBody, SourceError> {
        let response = self.ask(Method::GET, Some(range)).await?;
        self.take_note(response.headers())?;
        let is_whole = range.start() == 0 && range.end() == self.size;
        let is_right = match response.status() {
            StatusCode::PARTIAL_CONTENT => {
                let (start, last) = (range.start(), range.end() - 1);
                let expected = format!("bytes {start}-{last}/{}", self.size);
                text(response.headers(), &CONTENT_RANGE) == Some(expected.as_str())
            }
            StatusCode::OK => is_whole && length(response.headers()) == Some(self.size),
            _ => false,
        };
        if !is_right {
            let why = "it does not give the range of bytes that it is asked for";
            return Err(self.remote.fails(SourceTrouble::Refused, why));
        }
        Ok(response.into_body())
    }

    async fn look(&self) -> Result<&Found, SourceError> {
        let response = self.ask(Method::HEAD, None).await?;
        if length(response.headers()) != Some(self.size) {
            return Err(changed());
        }
        self.take_note(response.headers())
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn length(headers: &HeaderMap) -> Option<u64> {
    text(headers, &CONTENT_LENGTH)?.parse().ok()
}

/// An `ETag` without its quotes; a weak one stays as it is.
fn bare(etag: &str) -> &str {
    let inner = etag
        .strip_prefix('"')
        .and_then(|etag| etag.strip_suffix('"'));
    inner.unwrap_or(etag)
}

const META_PREFIX: &str = "x-amz-meta-";

fn kept_with(headers: &HeaderMap) -> KeptWith {
    let owned = |name| text(headers, name).map(str::to_owned);
    let metadata = headers.keys().filter_map(|name| {
        let bare = name.as_str().strip_prefix(META_PREFIX)?;
        Some((bare.to_owned(), text(headers, name)?.to_owned()))
    });
    KeptWith {
        headers: ObjectHeaders {
            content_type: owned(&CONTENT_TYPE),
            cache_control: owned(&CACHE_CONTROL),
            content_disposition: owned(&CONTENT_DISPOSITION),
            content_encoding: owned(&CONTENT_ENCODING).filter(|how| how != "aws-chunked"),
            expires: owned(&EXPIRES),
            metadata: metadata.collect(),
            ..ObjectHeaders::default()
        },
        ..KeptWith::default()
    }
}

impl RangeSource for RemoteSource {
    fn size(&self) -> u64 {
        self.size
    }

    fn open(&self, range: ByteRange) -> SourceBytes {
        let reading = Reading {
            source: self.clone(),
            rest: Some(range),
            body: None,
            budget: RetryBudget::new(self.remote.retry()),
        };
        Box::pin(stream::try_unfold(reading, |reading| async {
            Ok(reading.next().await?)
        }))
    }

    fn kept_with(&self) -> SourceFuture<'_, KeptWith> {
        Box::pin(async {
            let found = match self.found.get() {
                Some(found) => found,
                None => self.look().await?,
            };
            Ok(found.kept.clone())
        })
    }

    /// Where every answer was held to an `ETag` there is nothing to ask.
    fn check_unchanged(&self) -> SourceFuture<'_, ()> {
        Box::pin(async {
            if self.etag.is_none() || self.found.get().is_none() {
                self.look().await?;
            }
            Ok(())
        })
    }

    fn for_worker(&self) -> Arc<dyn RangeSource> {
        Arc::new(Self {
            remote: self.remote.separate(),
            ..self.clone()
        })
    }
}

/// A range on its way.
struct Reading {
    source: RemoteSource,
    rest: Option<ByteRange>,
    body: Option<ResponseBody>,
    /// What is left of the retries since something arrived.
    budget: RetryBudget,
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
                    self.budget = RetryBudget::new(self.source.remote.retry());
                    return Ok(Some((chunk, self)));
                }
                Ok(Some(_)) => broke("the answer is longer than its announced length"),
                Ok(None) => broke("the answer ended before its announced length"),
                Err(error) => error,
            };
            self.budget.begin();
            let Some(wait) = self.budget.next_wait(None) else {
                let remote = &self.source.remote;
                let error = remote.fails(SourceTrouble::Unavailable, "the network failed");
                return Err(error.with_cause(broken));
            };
            tokio::time::sleep(wait).await;
        }
        Ok(None)
    }
}

fn broke(why: &'static str) -> TransportError {
    TransportError::new(TransportErrorKind::Closed, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_etag_is_compared_without_its_quotes() {
        assert_eq!(bare("\"abc\""), "abc");
        assert_eq!(bare("abc"), "abc");
        assert_eq!(bare("W/\"abc\""), "W/\"abc\"");
        assert_eq!(bare("\""), "\"");
    }

    #[test]
    fn what_s3_keeps_with_an_object_is_kept_with_its_copy() {
        let mut headers = HeaderMap::new();
        let pairs = [
            ("content-type", "text/plain"),
            ("content-encoding", "aws-chunked"),
            ("x-amz-meta-owner", "me"),
            ("x-amz-request-id", "1"),
        ];
        for (name, value) in pairs {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let kept = kept_with(&headers).headers;
        assert_eq!(kept.content_type.as_deref(), Some("text/plain"));
        assert_eq!(kept.content_encoding, None, "that was of its upload");
        assert_eq!(kept.metadata, [("owner".to_owned(), "me".to_owned())]);
    }
}
