use std::time::{Duration, Instant};

use ossum_client::op::Answered;
use ossum_plan::Grown;
use ossum_types::{Crc64, ETag, VersionId};

use crate::monitor::{Monitor, Restarted};

/// How it was shown that the destination holds the source's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// The CRC-64 of both is the same.
    Crc64,
    /// The object's ETag is the MD5 of what arrived.
    Md5,
    /// Only length and ETag: the service told no CRC-64 of these bytes.
    Length,
}

/// What a transfer that succeeded did.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// The size of what was moved, in bytes.
    pub bytes_total: u64,
    /// Payload bytes moved over the network, in either direction, retries included.
    pub bytes_sent: u64,
    /// Bytes that were already there.
    pub bytes_reused: u64,
    /// Into how many parts it was divided; 1 for a single request.
    pub parts_total: u32,
    /// Parts that were already there.
    pub parts_reused: u32,
    /// HTTP requests, retries included.
    pub requests: u64,
    /// Requests that repeated one which had failed.
    pub retries: u64,
    /// The CRC-64 of the bytes moved; unknown of a copy where OSS does not tell that of the source.
    pub crc64: Option<Crc64>,
    /// How they were verified.
    pub verified: Verified,
    /// The object's ETag.
    pub etag: ETag,
    /// The object's version, in a bucket with versioning.
    pub version_id: Option<VersionId>,
    /// The answer that told of the object: to the request that made it, or that began to read it.
    pub answered: Answered,
    /// Set when parts are larger than was asked for.
    pub grown: Option<Grown>,
    /// Whether it continued an earlier transfer.
    pub resumed: bool,
    /// Why what an earlier transfer, or an earlier attempt of this one, had moved could not be used.
    pub restarted: Option<Restarted>,
    /// From the call to its success.
    pub elapsed: Duration,
}

impl Report {
    /// What was moved; what it cost is [added](Self::spent) at the end.
    pub(crate) fn new(
        bytes_total: u64,
        parts_total: u32,
        crc64: Option<Crc64>,
        verified: Verified,
        etag: ETag,
        version_id: Option<VersionId>,
    ) -> Self {
        Self {
            bytes_total,
            bytes_sent: 0,
            bytes_reused: 0,
            parts_total,
            parts_reused: 0,
            requests: 0,
            retries: 0,
            crc64,
            verified,
            etag,
            version_id,
            answered: Answered::default(),
            grown: None,
            resumed: false,
            restarted: None,
            elapsed: Duration::ZERO,
        }
    }

    /// The same with the answer that told of the object.
    pub(crate) fn told_by(self, answered: Answered) -> Self {
        Self { answered, ..self }
    }

    /// The same with what was counted since `began`.
    pub(crate) fn spent(self, monitor: &Monitor, began: Instant) -> Self {
        let meter = monitor.meter();
        let (parts_reused, bytes_reused) = monitor.reused();
        Self {
            parts_reused,
            bytes_reused,
            bytes_sent: meter.sent_bytes() + meter.received_bytes(),
            requests: meter.requests(),
            retries: meter.retries(),
            elapsed: began.elapsed(),
            ..self
        }
    }
}
