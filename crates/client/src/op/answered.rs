use bytes::Bytes;
use http::HeaderMap;

/// An answer as it came, for those who pass it on: beside what was read of it, never instead.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body; empty where that is an object's bytes.
    pub body: Bytes,
}

impl From<HeaderMap> for Answered {
    fn from(headers: HeaderMap) -> Self {
        let body = Bytes::new();
        Self { headers, body }
    }
}
