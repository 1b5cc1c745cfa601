//! Plain addresses: asked without credentials, and followed where they lead.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, HOST, LOCATION};
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri};
use ossum_client::transport::{Transport, TransportError};
use ossum_client::{RequestBody, ResponseBody, RetryBudget, RetryPolicy};
use ossum_transfer::{SourceError, SourceTrouble};

use super::READ_BUFFER_BYTES;

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
            transport: self.transport.separate(READ_BUFFER_BYTES),
            retry: self.retry,
        }
    }

    pub(super) fn retry(&self) -> RetryPolicy {
        self.retry
    }

    /// Asks, and again where that may help. The answer is a success.
    pub(super) async fn ask(
        &self,
        method: Method,
        address: &str,
        headers: &HeaderMap,
    ) -> Result<Response<ResponseBody>, SourceError> {
        let mut budget = RetryBudget::new(self.retry);
        loop {
            budget.begin();
            let trouble = match self.follow(&method, address, headers).await {
                Ok(response) if !may_pass(response.status()) => return judge(address, response),
                Ok(response) => unavailable(address, &response.status().to_string()),
                Err(Trouble::Network(error)) => {
                    unavailable(address, "the network failed").with_cause(error)
                }
                Err(Trouble::Final(error)) => return Err(error),
            };
            match budget.next_wait(None) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(trouble),
            }
        }
    }

    async fn follow(
        &self,
        method: &Method,
        address: &str,
        headers: &HeaderMap,
    ) -> Result<Response<ResponseBody>, Trouble> {
        let mut at: Uri = address.parse().map_err(|_| no_address(address))?;
        for _ in 0..=MOST_REDIRECTS {
            let mut request = Request::new(RequestBody::whole(Bytes::new()));
            *request.method_mut() = method.clone();
            *request.uri_mut() = at.clone();
            *request.headers_mut() = headers.clone();
            let host = at.authority().map(|authority| authority.as_str().parse());
            let host = host
                .and_then(Result::ok)
                .ok_or_else(|| no_address(address))?;
            request.headers_mut().insert(HOST, host);
            let identity = http::HeaderValue::from_static("identity");
            request.headers_mut().insert(ACCEPT_ENCODING, identity);
            let response = self.transport.send(request, None).await?;
            if !response.status().is_redirection() || response.status() == StatusCode::NOT_MODIFIED
            {
                return Ok(response);
            }
            at = redirected(address, &at, response.headers())?;
        }
        Err(refused(address, "it leads from one address to another without end").into())
    }
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
    address: &str,
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
    let message = format!("{} answers {status}", shown(address));
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

fn no_address(address: &str) -> SourceError {
    refused(address, "it is no address of anything on the web")
}

/// What stands behind `?` may be a signature.
pub(super) fn shown(address: &str) -> String {
    let bare = address.split('?').next().unwrap_or_default();
    bare.escape_debug().to_string()
}

fn redirected(asked: &str, from: &Uri, headers: &HeaderMap) -> Result<Uri, SourceError> {
    let nowhere = || refused(asked, "it leads to nowhere");
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.ok_or_else(nowhere)?;
    let to: Uri = location.parse().map_err(|_| nowhere())?;
    let to = if to.scheme().is_some() {
        to
    } else {
        let mut parts = from.clone().into_parts();
        parts.path_and_query = to.path_and_query().cloned();
        Uri::from_parts(parts).map_err(|_| nowhere())?
    };
    let leaves_tls = from.scheme_str() == Some("https") && to.scheme_str() != Some("https");
    if leaves_tls {
        return Err(refused(asked, "it leads from https to http"));
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(from: &str, location: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, http::HeaderValue::from_static(location));
        let to = redirected(from, &from.parse().unwrap(), &headers);
        to.ok().map(|to| to.to_string())
    }

    #[test]
    fn an_address_leads_on_but_never_out_of_tls() {
        let led = |from, to| led(from, to);
        assert_eq!(led("https://a/x", "/y?z").as_deref(), Some("https://a/y?z"));
        let other = led("http://a/x", "https://b/y");
        assert_eq!(other.as_deref(), Some("https://b/y"));
        assert_eq!(led("https://a/x", "http://a/x"), None);
    }

    #[test]
    fn a_signature_is_shown_to_nobody() {
        assert_eq!(shown("https://a/b?Signature=secret"), "https://a/b");
    }
}
