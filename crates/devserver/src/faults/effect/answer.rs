use std::collections::BTreeMap;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Deserialize;

use crate::faults::parse;

/// An answer in place of an operation's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    #[serde(deserialize_with = "parse::status")]
    pub(in crate::faults) status: StatusCode,
    pub(in crate::faults) code: Option<String>,
    pub(in crate::faults) message: Option<String>,
    #[serde(default)]
    pub(in crate::faults) details: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "parse::optional_duration")]
    pub(in crate::faults) retry_after: Option<Duration>,
    #[serde(default, deserialize_with = "parse::optional_duration")]
    pub(in crate::faults) qos_delay: Option<Duration>,
    #[serde(default, deserialize_with = "parse::headers")]
    pub(in crate::faults) headers: HeaderMap,
    #[serde(default)]
    pub(in crate::faults) early: bool,
    #[serde(default)]
    pub(in crate::faults) carried_out: bool,
}

impl Answer {
    /// An answer with `status` and no body.
    ///
    /// The request's body is read first, and the operation is not carried out.
    pub fn new(status: StatusCode) -> Self {
        Self {
            status,
            code: None,
            message: None,
            details: BTreeMap::new(),
            retry_after: None,
            qos_delay: None,
            headers: HeaderMap::new(),
            early: false,
            carried_out: false,
        }
    }

    /// With an error document of this code, whatever the status.
    #[must_use]
    pub fn code(mut self, code: &str) -> Self {
        self.code = Some(code.to_owned());
        self
    }

    /// With this message in the error document.
    #[must_use]
    pub fn message(mut self, message: &str) -> Self {
        self.message = Some(message.to_owned());
        self
    }

    /// With this further element in the error document, as some codes have them.
    #[must_use]
    pub fn detail(mut self, element: &str, text: &str) -> Self {
        self.details.insert(element.to_owned(), text.to_owned());
        self
    }

    /// With `Retry-After`, in whole seconds.
    #[must_use]
    pub fn retry_after(mut self, pause: Duration) -> Self {
        self.retry_after = Some(pause);
        self
    }

    /// With `x-oss-qos-delay-time`, in whole milliseconds.
    #[must_use]
    pub fn qos_delay(mut self, pause: Duration) -> Self {
        self.qos_delay = Some(pause);
        self
    }

    /// With this header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Before the request's body is read.
    #[must_use]
    pub fn early(mut self) -> Self {
        self.early = true;
        self
    }

    /// After the operation was carried out.
    #[must_use]
    pub fn carried_out(mut self) -> Self {
        self.carried_out = true;
        self
    }
}

/// A redirect to the same path and query.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    #[serde(default = "temporary", deserialize_with = "parse::status")]
    pub(in crate::faults) status: StatusCode,
    /// Scheme and host; the request's own if there is none.
    pub(in crate::faults) to: Option<String>,
}

fn temporary() -> StatusCode {
    StatusCode::TEMPORARY_REDIRECT
}

impl Redirect {
    /// A 307 to where the request came: whoever follows it comes back.
    pub fn in_circles() -> Self {
        Self {
            status: temporary(),
            to: None,
        }
    }

    /// A 307 to `origin`: scheme, host and port, `http://127.0.0.2:9000`.
    pub fn to(origin: &str) -> Self {
        Self {
            to: Some(origin.to_owned()),
            ..Self::in_circles()
        }
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }
}

/// An answer that stops on the way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stall {
    /// How many bytes of the body come before; `None` is before the head.
    pub(in crate::faults) after_bytes: Option<u64>,
    #[serde(default, deserialize_with = "parse::optional_duration")]
    pub(in crate::faults) lasting: Option<Duration>,
}

/// No client waits longer than this, and a connection must come to an end.
const FOR_EVER: Duration = Duration::from_hours(1);

impl Stall {
    /// Before the head, for ever, which is an hour.
    pub fn before_head() -> Self {
        Self::default()
    }

    /// After so many bytes of the body, for ever, which is an hour.
    pub fn after_bytes(len: u64) -> Self {
        Self {
            after_bytes: Some(len),
            ..Self::default()
        }
    }

    /// Only for so long; then the answer goes on.
    #[must_use]
    pub fn lasting(mut self, pause: Duration) -> Self {
        self.lasting = Some(pause);
        self
    }

    pub(in crate::faults) fn pause(self) -> Duration {
        self.lasting.unwrap_or(FOR_EVER)
    }
}
