use std::num::NonZeroU64;

use http::Response;
use ossum_types::Rate;

use super::{Incoming, metadata};
use crate::answer::set_oss;
use crate::body::Body;
use crate::operation::Operation;
use crate::pace::pace;
use crate::refusal::Refusal;
use crate::request::Request;

/// The slowest and the fastest that a request may wish to be, in bits a second (official
/// documentation of single-connection bandwidth limits).
const TRAFFIC_LIMITS: std::ops::RangeInclusive<u64> = 819_200..=838_860_800;

const TRAFFIC_LIMIT: &str = "x-oss-traffic-limit";
const PAYER: &str = "x-oss-request-payer";

/// What a request of any operation may wish for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wishes {
    operation: Operation,
    /// No faster than this.
    rate: Option<Rate>,
    /// Whoever asks pays, and is told so.
    requester_pays: bool,
}

impl Wishes {
    pub(super) fn of(request: &Request, operation: Operation) -> Result<Self, Refusal> {
        Ok(Self {
            operation,
            rate: if can_be_slow(operation) {
                rate(request)?
            } else {
                None
            },
            requester_pays: requester_pays(request)?,
        })
    }

    /// Has what comes in come as slowly as it was wished.
    pub(super) fn apply_to_request(self, body: &mut Incoming) {
        if let Some(rate) = self.rate {
            body.slow_down(rate);
        }
    }

    /// Has what goes out go as slowly as it was wished, and tells who pays.
    pub(super) fn apply_to_answer(self, mut response: Response<Body>) -> Response<Body> {
        if self.requester_pays {
            set_oss(&mut response, "x-oss-request-charged", "requester");
        }
        match self.rate {
            Some(rate) if self.operation == Operation::GetObject => {
                response.map(|body| pace(body, rate))
            }
            _ => response,
        }
    }
}

/// The operations that can be slowed down; copies here move no bytes.
fn can_be_slow(operation: Operation) -> bool {
    matches!(
        operation,
        Operation::AppendObject
            | Operation::CopyObject
            | Operation::GetObject
            | Operation::PutObject
            | Operation::UploadPart
            | Operation::UploadPartCopy
    )
}

/// The rate that the request asks for, in a header or in its URL.
fn rate(request: &Request) -> Result<Option<Rate>, Refusal> {
    let asked = request.header(TRAFFIC_LIMIT);
    let Some(text) = asked.or_else(|| request.query.get(TRAFFIC_LIMIT)) else {
        return Ok(None);
    };
    let bits = text.parse::<u64>().ok();
    let bits = bits.filter(|bits| TRAFFIC_LIMITS.contains(bits));
    let bytes = bits.and_then(|bits| NonZeroU64::new(bits / 8));
    bytes.map(|bytes| Some(Rate::new(bytes))).ok_or_else(|| {
        let message = "The traffic limit is not between 819200 and 838860800 bit/s.";
        Refusal::argument(TRAFFIC_LIMIT, text, message)
    })
}

fn requester_pays(request: &Request) -> Result<bool, Refusal> {
    let payer = metadata::one_of(request, PAYER, &["requester"])?;
    Ok(payer.or_else(|| request.query.get(PAYER)) == Some("requester"))
}
