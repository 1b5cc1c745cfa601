use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Instant;

use bytes::Bytes;
use http::Response;
use http_body::{Frame, SizeHint};
use jiff::Timestamp;
use ossum_types::PartNumber;

use super::{Entry, Ledger};
use crate::body::Body;
use crate::connection::Connection;
use crate::faults::Subject;

/// A request while it is in flight; it is taken down when this is dropped.
#[derive(Debug)]
pub(crate) struct Visit {
    ledger: Arc<Ledger>,
    subject: Subject,
    in_flight: usize,
    connection: Option<u64>,
    began: Instant,
    time: Timestamp,
    request_id: Option<String>,
    rules: Vec<String>,
    bytes_in: Arc<AtomicU64>,
    bytes_out: u64,
    status: Option<u16>,
}

impl Visit {
    pub(super) fn new(
        ledger: Arc<Ledger>,
        subject: Subject,
        connection: Option<u64>,
        time: Timestamp,
        in_flight: usize,
    ) -> Self {
        Self {
            ledger,
            subject,
            in_flight,
            connection,
            began: Instant::now(),
            time,
            request_id: None,
            rules: Vec::new(),
            bytes_in: Arc::default(),
            bytes_out: 0,
            status: None,
        }
    }

    pub(crate) fn subject(&self) -> &Subject {
        &self.subject
    }

    /// How many requests were in flight when it came, itself included.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight
    }

    /// The counter of what comes in.
    pub(crate) fn bytes_in(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_in)
    }

    /// Notes which fault rules it suffers.
    pub(crate) fn suffer(&mut self, rules: Vec<String>) {
        self.rules = rules;
    }

    /// Notes the ID it was given.
    pub(crate) fn identify(&mut self, request_id: &str) {
        self.request_id = Some(request_id.to_owned());
    }

    /// How long it has taken so far.
    pub(crate) fn took_ms(&self) -> u128 {
        self.began.elapsed().as_millis()
    }

    /// Goes on until the body of `response` has been sent, or was given up.
    pub(crate) fn watch(
        mut self,
        response: Response<Body>,
        connection: Option<Connection>,
    ) -> Response<Body> {
        self.status = Some(response.status().as_u16());
        response.map(|inner| {
            Body::of(Watched {
                inner,
                visit: self,
                connection,
            })
        })
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        let took_ms = u64::try_from(self.took_ms()).unwrap_or(u64::MAX);
        self.ledger.end(Entry {
            time: self.time.to_string(),
            request_id: self.request_id.take(),
            connection: self.connection,
            operation: self.subject.operation,
            bucket: self.subject.bucket.take(),
            key: self.subject.key.take(),
            part: self.subject.part.map(PartNumber::get),
            status: self.status,
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            bytes_out: self.bytes_out,
            duration_ms: took_ms,
            rules: std::mem::take(&mut self.rules),
        });
    }
}

/// The body of an answer, whose end is the end of the request.
struct Watched {
    inner: Body,
    visit: Visit,
    connection: Option<Connection>,
}

impl http_body::Body for Watched {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = Pin::new(&mut self.inner).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &next {
            self.visit.bytes_out += frame.data_ref().map_or(0, |chunk| chunk.len() as u64);
        }
        next
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            connection.end_answer();
        }
    }
}
