//! Calls that are one request: worded here, sent once, and answered as they come.

mod document;
mod file;
mod home;
mod watched;

use std::ptr::NonNull;

use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, Method};
use ossum_client::op::{PlainAnswer, PlainDocument, PlainRequest};
use ossum_client::{Client, Operation, Payload};
use ossum_types::{BucketName, Crc64, Crc64Hasher, ObjectUrl};

use crate::abi::Progress;
use crate::boundary::Call;
use crate::memory::{List, Table, append_bytes, bytes_of_list};
use crate::request_headers::pairs;
use crate::status::{AOSE_CRC_INCONSISTENT_ERROR, Done, Failed, INCONSISTENT_ERROR, Outcome};

pub(crate) use self::file::payload_of_file;
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
    /// What OSS says the CRC-64 of the object is, if it does and the caller wants it compared.
    told_crc64: Option<Crc64>,
}

impl Answer {
    pub(crate) fn done(self) -> Done {
        Done {
            code: self.code,
            headers: self.headers,
        }
    }

    /// Finds that OSS has received what was sent.
    pub(crate) fn check_sent(&self) -> Result<(), Failed> {
        self.check(self.sent_crc64)
    }

    /// Finds that what came is what OSS has: of whole objects only.
    pub(crate) fn check_received(&self) -> Result<(), Failed> {
        self.check(self.received_crc64)
    }

    /// Finds that the object has the CRC-64 that it should have by now.
    pub(crate) fn check(&self, ours: Crc64) -> Result<(), Failed> {
        match self.told_crc64 {
            Some(theirs) if theirs != ours => {
                let message = format!("the CRC-64 is {ours} here and {theirs} at OSS");
                let failed = Failed::new(AOSE_CRC_INCONSISTENT_ERROR, INCONSISTENT_ERROR, message);
                Err(failed.answered_with(&self.headers))
            }
            _ => Ok(()),
        }
    }
}

/// What an answer says the CRC-64 of the object is, if the caller wants it compared.
fn told_crc64(call: Call<'_>, headers: &HeaderMap) -> Option<Crc64> {
    if call.http.enable_crc == 0 {
        return None;
    }
    let told = headers.get("x-oss-hash-crc64ecma")?;
    told.to_str().ok()?.parse().ok()
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

/// Adds the parameter that makes it a request about one side of the thing.
pub(crate) fn with_parameter(mut request: PlainRequest, name: &str) -> PlainRequest {
    request.query.push((name.to_owned(), String::new()));
    request
}

/// Adds the headers and parameters of the caller's tables; they replace the request's own.
pub(crate) fn with_tables(
    mut request: PlainRequest,
    headers: Option<&Table>,
    params: Option<&Table>,
) -> Result<PlainRequest, Failed> {
    let headers = pairs(headers)?;
    for (name, _) in &headers {
        request.headers.remove(name);
    }
    request.headers.extend(headers);
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
        receive(call, answered, progress, sink).await
    })
}

async fn receive(
    call: Call<'_>,
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
        told_crc64: told_crc64(call, &headers),
        headers,
        sent_crc64,
        received_crc64: received.finish(),
    })
}

/// The same where the answer is a document, or nothing: it is kept in memory.
pub(crate) fn send_for_bytes(
    call: Call<'_>,
    request: &PlainRequest,
) -> Result<(Answer, Bytes), Failed> {
    at_home(call, async |client: &Client| {
        let answered = client.send_once_for_document(request).await;
        let PlainDocument {
            status,
            headers,
            body,
            sent_crc64,
        } = answered.map_err(|error| Failed::from(&error))?;
        let mut received = Crc64Hasher::new();
        received.update(&body);
        let answer = Answer {
            code: status.as_u16(),
            told_crc64: told_crc64(call, &headers),
            headers,
            sent_crc64,
            received_crc64: received.finish(),
        };
        Ok((answer, body))
    })
}

/// The same, of whose answer only the headers matter.
pub(crate) fn finished(call: Call<'_>, request: &PlainRequest) -> Outcome {
    let (answer, _) = send_for_bytes(call, request)?;
    Ok(answer.done())
}

/// Puts what came at the end of the caller's list, if there is a list.
///
/// # Safety
/// `list` is null, zero, or the head of a whole list of buffers.
pub(crate) unsafe fn hand_over(call: Call<'_>, list: *mut List, bytes: &[u8]) {
    if let (Some(list), false) = (NonNull::new(list), bytes.is_empty()) {
        // SAFETY: as the caller says.
        unsafe { append_bytes(call.pool(), list, bytes) };
    }
}

/// The same, and then empties `resp_body`: the two may be one list.
///
/// # Errors
/// As [`payload_of_list`].
/// # Safety
/// Both are null, zero, or the head of a whole list of buffers.
pub(crate) unsafe fn payload_in_place_of_body(
    list: *const List,
    resp_body: *mut List,
) -> Result<Payload, Failed> {
    // SAFETY: as the caller says. What is taken is a copy.
    unsafe {
        let payload = payload_of_list(list);
        List::empty(resp_body);
        payload
    }
}

/// The bytes of a list of buffers, as a payload.
///
/// # Errors
/// Without a list: to send nothing in its place could replace an object by an empty one.
/// # Safety
/// `list` is null, or the head of a whole list of buffers.
pub(crate) unsafe fn payload_of_list(list: *const List) -> Result<Payload, Failed> {
    if list.is_null() {
        return Err(Failed::invalid("the list of buffers is null"));
    }
    // SAFETY: as the caller says.
    Ok(Payload::Bytes(unsafe { bytes_of_list(list) }.into()))
}
