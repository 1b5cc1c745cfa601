//! What both versions of signatures take from a request.

use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::{Credentials, ToSign};

pub(super) const CONTENT_MD5: HeaderName = HeaderName::from_static("content-md5");
pub(super) const X_OSS_DATE: HeaderName = HeaderName::from_static("x-oss-date");
const X_OSS_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-oss-security-token");

/// Whether `name` is a header of OSS itself: both versions sign all of them.
pub(super) fn is_of_oss(name: &HeaderName) -> bool {
    name.as_str().starts_with("x-oss-")
}

/// Whether V4 signs `name` without being asked.
pub(super) fn is_signed_by_default(name: &HeaderName) -> bool {
    *name == CONTENT_TYPE || *name == CONTENT_MD5 || is_of_oss(name)
}

/// A value made of printable ASCII: what [`Credentials`] check, regions, dates, and digests are.
pub(super) fn printable(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("every part of it is printable ASCII")
}

/// The same, left out of `Debug`.
pub(super) fn sensitive(text: String) -> HeaderValue {
    let mut value = printable(text);
    value.set_sensitive(true);
    value
}

pub(super) fn insert_security_token(added: &mut HeaderMap, credentials: &Credentials) {
    if let Some(token) = credentials.security_token() {
        added.insert(X_OSS_SECURITY_TOKEN, sensitive(token.to_owned()));
    }
}

/// The headers of a request with those that its signer adds, which replace their namesakes.
#[derive(Clone, Copy)]
pub(super) struct Headers<'a> {
    given: &'a HeaderMap,
    added: &'a HeaderMap,
}

impl<'a> Headers<'a> {
    pub(super) fn new(request: &ToSign<'a>, added: &'a HeaderMap) -> Self {
        Self {
            given: request.headers,
            added,
        }
    }

    fn having(self, name: &HeaderName) -> &'a HeaderMap {
        if self.added.contains_key(name) {
            self.added
        } else {
            self.given
        }
    }

    pub(super) fn contains(self, name: &HeaderName) -> bool {
        self.having(name).contains_key(name)
    }

    /// Appends the value of `name`: trimmed, and several joined by commas.
    pub(super) fn write_value(self, name: &HeaderName, text: &mut Vec<u8>) {
        for (index, value) in self.having(name).get_all(name).iter().enumerate() {
            if index > 0 {
                text.push(b',');
            }
            text.extend_from_slice(value.as_bytes().trim_ascii());
        }
    }

    /// Whether `name` has a value that is not blank.
    pub(super) fn has_value(self, name: &HeaderName) -> bool {
        let mut values = self.having(name).get_all(name).iter();
        values.any(|value| !value.as_bytes().trim_ascii().is_empty())
    }

    /// Appends a line `name:value` for each header that is `signed`, sorted by name.
    pub(super) fn write_block(self, signed: impl Fn(&HeaderName) -> bool, text: &mut Vec<u8>) {
        let mut names: Vec<&HeaderName> = self
            .given
            .keys()
            .chain(self.added.keys())
            .filter(|name| signed(name))
            .collect();
        names.sort_unstable_by_key(|name| name.as_str());
        names.dedup();
        for name in names {
            text.extend_from_slice(name.as_str().as_bytes());
            text.push(b':');
            self.write_value(name, text);
            text.push(b'\n');
        }
    }
}

/// `/bucket/key`, `/bucket/` or `/`, not encoded: it names the bucket in every addressing style.
pub(super) fn resource(request: &ToSign<'_>) -> String {
    match request.bucket {
        None => "/".to_owned(),
        Some(bucket) => ["/", bucket, "/", request.key.unwrap_or_default()].concat(),
    }
}
