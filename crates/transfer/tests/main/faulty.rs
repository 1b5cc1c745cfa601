//! Faults by wrapping: a transport that damages what passes through it, as it is told.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use http_body::{Body, Frame};
use ossum_client::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use ossum_client::{RequestBody, ResponseBody};

/// What happens to a request that is picked.
#[derive(Clone)]
pub(crate) enum Fault {
    /// It never leaves.
    Refuse,
    /// It is carried out, and its answer is lost.
    LoseAnswer,
    /// It is carried out, its answer never comes, and then this is done.
    Swallow(Arc<dyn Fn() + Send + Sync>),
    /// Its answer's body breaks off after so many bytes.
    BreakAfter(usize),
    /// One byte of its answer's body is another one, at this offset.
    CorruptAt(usize),
    /// Its answer lacks this header.
    DropHeader(&'static str),
    /// Nothing, but this is done before it leaves.
    First(Arc<dyn Fn() + Send + Sync>),
    /// This is done, and it never leaves.
    Hold(Arc<dyn Fn() + Send + Sync>),
}

impl Fault {
    /// This is done before the request leaves.
    pub(crate) fn first(act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::First(Arc::new(act))
    }

    /// This is done, and the request never leaves.
    pub(crate) fn hold(act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Hold(Arc::new(act))
    }

    /// The answer never comes; this is done when it should have.
    pub(crate) fn swallow(act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Swallow(Arc::new(act))
    }
}

/// Picks requests by method and a part of their URI; the n-th that fits, or all from it on.
struct Rule {
    method: Method,
    uri_has: &'static str,
    from: usize,
    count: usize,
    fault: Fault,
}

#[derive(Clone, Default)]
pub(crate) struct Faults(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    rules: Vec<(Rule, usize)>,
    fired: usize,
}

impl fmt::Debug for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Faults")
    }
}

impl Faults {
    /// The `nth` request (from 1) of `method` whose URI has `uri_has` suffers `fault`.
    pub(crate) fn nth(&self, nth: usize, method: Method, uri_has: &'static str, fault: Fault) {
        self.add(Rule {
            method,
            uri_has,
            from: nth,
            count: 1,
            fault,
        });
    }

    /// All requests of `method` whose URI has `uri_has` suffer `fault`.
    pub(crate) fn always(&self, method: Method, uri_has: &'static str, fault: Fault) {
        self.add(Rule {
            method,
            uri_has,
            from: 1,
            count: usize::MAX,
            fault,
        });
    }

    fn add(&self, rule: Rule) {
        self.0.lock().unwrap().rules.push((rule, 0));
    }

    /// How many requests have suffered.
    pub(crate) fn fired(&self) -> usize {
        self.0.lock().unwrap().fired
    }

    fn pick(&self, request: &Request<RequestBody>) -> Option<Fault> {
        let mut state = self.0.lock().unwrap();
        let uri = request.uri().to_string();
        let mut picked = None;
        for (rule, seen) in &mut state.rules {
            if rule.method == request.method() && uri.contains(rule.uri_has) {
                *seen += 1;
                if *seen >= rule.from && *seen - rule.from < rule.count {
                    picked = Some(rule.fault.clone());
                }
            }
        }
        state.fired += usize::from(picked.is_some());
        picked
    }
}

#[derive(Debug)]
pub(crate) struct FaultyTransport {
    inner: Arc<dyn Transport>,
    faults: Faults,
}

impl FaultyTransport {
    pub(crate) fn new(inner: impl Transport, faults: Faults) -> Self {
        let inner = Arc::new(inner);
        Self { inner, faults }
    }

    async fn exchange(
        &self,
        request: Request<RequestBody>,
        patience: Option<Duration>,
    ) -> Result<Response<ResponseBody>, TransportError> {
        let fault = self.faults.pick(&request);
        if let Some(Fault::First(act)) = &fault {
            act();
        }
        if let Some(Fault::Hold(act)) = &fault {
            act();
            return std::future::pending().await;
        }
        if let Some(Fault::Refuse) = fault {
            return Err(TransportError::new(
                TransportErrorKind::Connect,
                "refused by the test",
            ));
        }
        let mut response = self.inner.send(request, patience).await?;
        match fault {
            Some(Fault::LoseAnswer) => Err(lost()),
            Some(Fault::Swallow(act)) => {
                act();
                std::future::pending().await
            }
            Some(Fault::DropHeader(name)) => {
                drop_header(response.headers_mut(), name);
                Ok(response)
            }
            Some(Fault::BreakAfter(at)) => {
                Ok(response.map(|body| damaged(body, at, Damage::Break)))
            }
            Some(Fault::CorruptAt(at)) => {
                Ok(response.map(|body| damaged(body, at, Damage::Corrupt)))
            }
            _ => Ok(response),
        }
    }
}

fn lost() -> TransportError {
    TransportError::new(TransportErrorKind::Closed, "lost by the test")
}

fn drop_header(headers: &mut HeaderMap, name: &str) {
    assert!(
        headers.remove(name).is_some(),
        "there was no {name} to drop"
    );
}

impl Transport for FaultyTransport {
    fn send(
        &self,
        request: Request<RequestBody>,
        patience: Option<Duration>,
    ) -> BoxFuture<'_, Result<Response<ResponseBody>, TransportError>> {
        Box::pin(self.exchange(request, patience))
    }

    fn separate(&self, read_buffer_bytes: usize) -> Arc<dyn Transport> {
        Arc::new(Self {
            inner: self.inner.separate(read_buffer_bytes),
            faults: self.faults.clone(),
        })
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Damage {
    Break,
    Corrupt,
}

/// A body that is damaged at one offset.
struct Damaged {
    inner: ResponseBody,
    at: usize,
    damage: Damage,
}

fn damaged(inner: ResponseBody, at: usize, damage: Damage) -> ResponseBody {
    ResponseBody::new(Damaged { inner, at, damage })
}

impl Body for Damaged {
    type Data = Bytes;
    type Error = TransportError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TransportError>>> {
        if self.at == 0 && self.damage == Damage::Break {
            return Poll::Ready(Some(Err(lost())));
        }
        let chunk = {
            let next = std::pin::pin!(self.inner.chunk());
            match next.poll(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(chunk) => chunk,
            }
        };
        let Some(chunk) = chunk.transpose() else {
            return Poll::Ready(None);
        };
        Poll::Ready(Some(chunk.map(|chunk| Frame::data(self.harm(chunk)))))
    }
}

impl Damaged {
    fn harm(&mut self, chunk: Bytes) -> Bytes {
        let here = self.at;
        match self.damage {
            Damage::Break => {
                let kept = chunk.slice(..chunk.len().min(here));
                self.at -= kept.len();
                kept
            }
            Damage::Corrupt if here < chunk.len() => {
                self.at = usize::MAX;
                let mut bytes = chunk.to_vec();
                bytes[here] ^= 1;
                bytes.into()
            }
            Damage::Corrupt => {
                self.at = self.at.saturating_sub(chunk.len());
                chunk
            }
        }
    }
}
