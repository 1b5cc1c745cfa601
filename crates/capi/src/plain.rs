//! Calls that are one request: worded here, sent once, and answered as they come.

mod home;
mod watched;

use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method};
use ossum_client::op::{PlainAnswer, PlainRequest};
use ossum_client::{Client, Operation, Payload};
use ossum_types::{BucketName, Crc64, Crc64Hasher, ObjectUrl};

use crate::abi::Progress;
use crate::boundary::Call;
use crate::memory::{List, Table, bytes_of_list};
use crate::request_headers::pairs;
use crate::status::{AOSE_CRC_INCONSISTENT_ERROR, Done, Failed, INCONSISTENT_ERROR};

pub(crate) use self::home::at_home;
use self::watched::Watch;
pub(crate) use self::watched::watched;

/// Where the body of an answer goes, piece by piece. An error ends the request.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), Failed>;

/// What a request was answered with, once its body has gone where it should.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) headers: HeaderMap,
    /// The CRC-64 of the payload that was sent.
    pub(crate) sent_crc64: Crc64,
    /// The CRC-64 of the body that came.
    pub(crate) received_crc64: Crc64,
}

impl Answer {
    pub(crate) fn done(self) -> Done {
        Done {
            code: self.code,
            headers: self.headers,
        }
    }

    /// What OSS says the CRC-64 of the object is, if it does.
    fn told_crc64(&self) -> Option<Crc64> {
        self.headers
            .get("x-oss-hash-crc64ecma")?
            .to_str()
            .ok()?
            .parse()
            .ok()
    }

    /// Finds that OSS has received what was sent.
    pub(crate) fn check_sent(&self) -> Result<(), Failed> {
        self.check(self.sent_crc64)
    }

    /// Finds that what came is what OSS has: of whole objects only.
    pub(crate) fn check_received(&self) -> Result<(), Failed> {
        self.check(self.received_crc64)
    }

    fn check(&self, ours: Crc64) -> Result<(), Failed> {
        match self.told_crc64() {
            Some(theirs) if theirs != ours => {
                let message = format!("the CRC-64 is {ours} here and {theirs} at OSS");
                Err(Failed {
                    headers: Box::new(self.headers.clone()),
                    ..Failed::new(AOSE_CRC_INCONSISTENT_ERROR, INCONSISTENT_ERROR, message)
                })
            }
            _ => Ok(()),
        }
    }
}

/// A request about a bucket.
pub(crate) fn about_bucket(
    operation: Operation,
    method: Method,
    bucket: BucketName,
) -> PlainRequest {
    PlainRequest {
        bucket: Some(bucket),
        ..PlainRequest::new(operation, method)
    }
}

/// A request about an object.
pub(crate) fn about_object(operation: Operation, method: Method, url: ObjectUrl) -> PlainRequest {
    PlainRequest {
        key: Some(url.key),
        ..about_bucket(operation, method, url.bucket)
    }
}

/// Adds the headers and parameters of the caller's tables.
pub(crate) fn with_tables(
    mut request: PlainRequest,
    headers: Option<&Table>,
    params: Option<&Table>,
) -> Result<PlainRequest, Failed> {
    request.headers.extend(pairs(headers)?);
    for (name, value) in params.into_iter().flat_map(Table::pairs) {
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        request.query.push((text(name), text(value)));
    }
    Ok(request)
}

/// Sends a request, and its answer's body to `sink`; `progress` hears of that.
///
/// # Errors
/// Also if the body ends early, or `sink` fails.
pub(crate) fn send(
    call: Call<'_>,
    request: &PlainRequest,
    progress: Progress,
    sink: Sink<'_>,
) -> Result<Answer, Failed> {
    at_home(call, async |client: &Client| {
        let answered = client
            .send_once(request)
            .await
            .map_err(|error| Failed::from(&error))?;
        receive(answered, progress, sink).await
    })
}

async fn receive(
    answered: PlainAnswer,
    progress: Progress,
    sink: Sink<'_>,
) -> Result<Answer, Failed> {
    let PlainAnswer {
        status,
        headers,
        mut body,
        sent_crc64,
    } = answered;
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    let mut watch = Watch::new(progress, length.unwrap_or(0));
    let mut received = Crc64Hasher::new();
    while let Some(chunk) = body
        .chunk()
        .await
        .map_err(|error| Failed::of_transport(&error))?
    {
        received.update(&chunk);
        sink(&chunk)?;
        watch.moved(chunk.len());
    }
    Ok(Answer {
        code: status.as_u16(),
        headers,
        sent_crc64,
        received_crc64: received.finish(),
    })
}

/// The same, the body kept in memory.
pub(crate) fn send_for_bytes(
    call: Call<'_>,
    request: &PlainRequest,
) -> Result<(Answer, Vec<u8>), Failed> {
    let mut bytes = Vec::new();
    let answer = send(call, request, None, &mut |chunk| {
        bytes.extend_from_slice(chunk);
        Ok(())
    })?;
    Ok((answer, bytes))
}

/// The bytes of a list of buffers, as a payload.
///
/// # Safety
/// `list` is null, or the head of a whole list of buffers.
pub(crate) unsafe fn payload_of_list(list: *const List) -> Payload {
    // SAFETY: as the caller says.
    Payload::Bytes(unsafe { bytes_of_list(list) }.into())
}
