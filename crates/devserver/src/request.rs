mod address;
mod encoding;
mod query;

use http::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HOST, HeaderName, RANGE};
use http::{HeaderMap, HeaderValue, Method, request};

pub(crate) use address::{HostNames, Target};
pub(crate) use encoding::{decode, encode, encode_path};
pub(crate) use query::Query;

use crate::refusal::Refusal;

/// Headers that mean nothing if they come twice: one could be signed and the other obeyed.
const SINGLE: [HeaderName; 6] = [
    AUTHORIZATION,
    HeaderName::from_static("content-md5"),
    CONTENT_TYPE,
    DATE,
    HOST,
    RANGE,
];

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
        check_headers(&head.headers)?;
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

    /// The value of header `name`, the first one if it came more than once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(text)
    }

    /// All values of header `name`, joined by commas as signatures take them.
    pub(crate) fn joined(&self, name: &str) -> String {
        let values: Vec<_> = self.headers.get_all(name).iter().filter_map(text).collect();
        values.join(",")
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

fn text(value: &HeaderValue) -> Option<&str> {
    str::from_utf8(value.as_bytes()).ok().map(str::trim)
}

/// Refuses headers that cannot be read, or not in one way only.
fn check_headers(headers: &HeaderMap) -> Result<(), Refusal> {
    let unreadable = headers.iter().find(|(_, value)| text(value).is_none());
    if let Some((name, _)) = unreadable {
        return Err(Refusal::argument(
            "header",
            name.as_str(),
            "A header is not UTF-8.",
        ));
    }
    match SINGLE
        .iter()
        .find(|name| headers.get_all(*name).iter().count() > 1)
    {
        Some(name) => Err(Refusal::argument(
            "header",
            name.as_str(),
            "A header came twice.",
        )),
        None => Ok(()),
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
