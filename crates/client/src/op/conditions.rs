use std::time::SystemTime;

use http::HeaderName;
use http::header::{IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_UNMODIFIED_SINCE};
use ossum_types::ETag;

use crate::call::Call;
use crate::date::Moment;

/// What must hold of an object for a request to be answered; otherwise it fails with
/// [`ErrorKind::PreconditionFailed`](crate::ErrorKind::PreconditionFailed).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Conditions {
    /// The object still has this ETag.
    pub if_match: Option<ETag>,
    /// The object no longer has this ETag.
    pub if_none_match: Option<ETag>,
    /// The object was changed after this time; whole seconds count.
    pub if_modified_since: Option<SystemTime>,
    /// The object was not changed after this time; whole seconds count.
    pub if_unmodified_since: Option<SystemTime>,
}

impl Conditions {
    /// The object still has `etag`.
    pub fn matching(etag: ETag) -> Self {
        Self {
            if_match: Some(etag),
            ..Self::default()
        }
    }

    /// Asks that they hold of the object the call is about.
    pub(super) fn apply(&self, call: Call) -> Call {
        let names = [
            IF_MATCH,
            IF_NONE_MATCH,
            IF_MODIFIED_SINCE,
            IF_UNMODIFIED_SINCE,
        ];
        self.apply_as(names, call)
    }

    /// Asks that they hold of the object that is copied.
    pub(super) fn apply_to_source(&self, call: Call) -> Call {
        let names = [
            "x-oss-copy-source-if-match",
            "x-oss-copy-source-if-none-match",
            "x-oss-copy-source-if-modified-since",
            "x-oss-copy-source-if-unmodified-since",
        ];
        self.apply_as(names.map(HeaderName::from_static), call)
    }

    fn apply_as(&self, names: [HeaderName; 4], mut call: Call) -> Call {
        let etag = |etag: Option<&ETag>| etag.map(ETag::quoted);
        let date = |time: Option<SystemTime>| time.map(|time| Moment::from(time).http_date());
        let values = [
            etag(self.if_match.as_ref()),
            etag(self.if_none_match.as_ref()),
            date(self.if_modified_since),
            date(self.if_unmodified_since),
        ];
        for (name, value) in names.into_iter().zip(values) {
            if let Some(value) = value {
                call = call.header_text(name, &value);
            }
        }
        call
    }
}
