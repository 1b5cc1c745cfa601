mod address;
mod encoding;
mod query;

use http::header::{AUTHORIZATION, HOST};
use http::{HeaderMap, Method, request};

pub(crate) use address::{HostNames, Target};
pub(crate) use encoding::{encode, encode_path};
pub(crate) use query::Query;

use crate::refusal::Refusal;

/// A request as the operations see it: what it asks of which object, whoever sent it.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) target: Target,
    pub(crate) query: Query,
    pub(crate) headers: HeaderMap,
    /// The host the client addressed, with its port.
    pub(crate) host: String,
}

impl Request {
    /// Parses the head of a request.
    pub(crate) fn parse(head: request::Parts, names: &HostNames) -> Result<Self, Refusal> {
        let host = host_of(&head);
        let target = Target::locate(&host, head.uri.path(), names)?;
        Ok(Self {
            target,
            query: Query::parse(head.uri.query().unwrap_or(""))?,
            method: head.method,
            headers: head.headers,
            host,
        })
    }

    /// The value of header `name` if it is there and text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(name)?;
        str::from_utf8(value.as_bytes()).ok().map(str::trim)
    }

    /// Whether header `name` says `true`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.header(name)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// Whether an `Authorization` header came.
    pub(crate) fn has_authorization(&self) -> bool {
        self.headers.contains_key(AUTHORIZATION)
    }
}

/// The host the client addressed: the `Host` header, or the authority of the request target.
pub(crate) fn host_of(head: &request::Parts) -> String {
    let header = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    header
        .or_else(|| head.uri.authority().map(http::uri::Authority::as_str))
        .unwrap_or("")
        .to_owned()
}
