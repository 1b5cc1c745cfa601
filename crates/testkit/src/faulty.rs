mod damaged;

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Method, Request, Response};
use ossum_client::transport::{BoxFuture, Transport, TransportError, TransportErrorKind};
use ossum_client::{RequestBody, ResponseBody};

use damaged::{Damage, damaged};

/// What happens to a request that is picked.
#[derive(Clone)]
pub enum Fault {
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
    /// It is carried out, then this is done, and its answer is lost.
    Last(Arc<dyn Fn() + Send + Sync>),
}

impl Fault {
    /// This is done before the request leaves.
    pub fn first(act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::First(Arc::new(act))
    }

    /// This is done, and the request never leaves.
    pub fn hold(act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Hold(Arc::new(act))
    }

    /// The answer never comes; this is done when it should have.
    pub fn swallow(act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Swallow(Arc::new(act))
    }

    /// This is done when the request has been carried out, and its answer is lost.
    pub fn last(act: impl Fn() + Send + Sync + 'static) -> Self {
        Self::Last(Arc::new(act))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fault")
    }
}

/// Picks requests by method and a part of their URI; the n-th that fits, or all from it on.
struct Rule {
    /// Any, if there is none.
    method: Option<Method>,
    uri_has: &'static str,
    from: usize,
    count: usize,
    fault: Fault,
}

impl Rule {
    fn fits(&self, method: &Method, uri: &str) -> bool {
        let is_method = self.method.as_ref().is_none_or(|it| it == method);
        is_method && uri.contains(self.uri_has)
    }
}

/// What is to go wrong with which requests, at the side of the client. Clones are the same.
#[derive(Clone, Default)]
pub struct Faults {
    state: Arc<Mutex<State>>,
    is_over: Arc<AtomicBool>,
}

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
    pub fn nth(&self, nth: usize, method: Method, uri_has: &'static str, fault: Fault) {
        self.add(Rule {
            method: Some(method),
            uri_has,
            from: nth,
            count: 1,
            fault,
        });
    }

    /// The `nth` request (from 1), whatever it is, suffers `fault`.
    pub fn nth_of_all(&self, nth: usize, fault: Fault) {
        self.add(Rule {
            method: None,
            uri_has: "",
            from: nth,
            count: 1,
            fault,
        });
    }

    /// All requests of `method` whose URI has `uri_has` suffer `fault`.
    pub fn always(&self, method: Method, uri_has: &'static str, fault: Fault) {
        self.add(Rule {
            method: Some(method),
            uri_has,
            from: 1,
            count: usize::MAX,
            fault,
        });
    }

    /// Something that lets nothing through once it was done: no request begins any more, as when
    /// the process that makes them is killed.
    pub fn end(&self) -> impl Fn() + Send + Sync + 'static + use<> {
        let is_over = Arc::clone(&self.is_over);
        move || is_over.store(true, Ordering::SeqCst)
    }

    /// Whether a transport with these faults is still held by anybody.
    pub fn are_in_use(&self) -> bool {
        Arc::strong_count(&self.state) > 1
    }

    /// How many requests have suffered.
    pub fn fired(&self) -> usize {
        self.state().fired
    }

    fn add(&self, rule: Rule) {
        self.state().rules.push((rule, 0));
    }

    fn pick(&self, request: &Request<RequestBody>) -> Option<Fault> {
        let mut state = self.state();
        let uri = request.uri().to_string();
        let mut picked = None;
        for (rule, seen) in &mut state.rules {
            if rule.fits(request.method(), &uri) {
                *seen += 1;
                if *seen >= rule.from && *seen - rule.from < rule.count {
                    picked = Some(rule.fault.clone());
                }
            }
        }
        state.fired += usize::from(picked.is_some());
        picked
    }

    fn check_is_not_over(&self) -> Result<(), TransportError> {
        if self.is_over.load(Ordering::SeqCst) {
            return Err(lost());
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic happens while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Faults by wrapping: a transport that damages what passes through it, as it is told.
#[derive(Debug)]
pub struct FaultyTransport {
    inner: Arc<dyn Transport>,
    faults: Faults,
}

impl FaultyTransport {
    /// The way of `inner`, with `faults` on it.
    pub fn new(inner: impl Transport, faults: Faults) -> Self {
        let inner = Arc::new(inner);
        Self { inner, faults }
    }

    async fn exchange(
        &self,
        request: Request<RequestBody>,
        patience: Option<Duration>,
    ) -> Result<Response<ResponseBody>, TransportError> {
        self.faults.check_is_not_over()?;
        let fault = self.faults.pick(&request);
        if let Some(Fault::First(act)) = &fault {
            act();
            self.faults.check_is_not_over()?;
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
            Some(Fault::Last(act)) => {
                act();
                Err(lost())
            }
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
