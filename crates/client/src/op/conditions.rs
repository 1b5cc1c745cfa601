use std::time::SystemTime;

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

    pub(super) fn apply(&self, mut call: Call) -> Call {
        if let Some(etag) = &self.if_match {
            call = call.header_text(IF_MATCH, &etag.quoted());
        }
        if let Some(etag) = &self.if_none_match {
            call = call.header_text(IF_NONE_MATCH, &etag.quoted());
        }
        if let Some(time) = self.if_modified_since {
            call = call.header_text(IF_MODIFIED_SINCE, &Moment::from(time).http_date());
        }
        if let Some(time) = self.if_unmodified_since {
            call = call.header_text(IF_UNMODIFIED_SINCE, &Moment::from(time).http_date());
        }
        call
    }
}
