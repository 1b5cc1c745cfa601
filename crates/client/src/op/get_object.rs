use http::header::{CONTENT_RANGE, RANGE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use ossum_types::{BucketName, ByteRange, ObjectKey, VersionId};

use super::object_info::content_length;
use super::response_headers::text;
use super::{Conditions, ObjectInfo};
use crate::answer::{Answer, AnswerBody, Take};
use crate::body::ResponseBody;
use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, Fault};
use crate::operation::Operation;
use crate::retry::RetryBudget;

/// Asks for an object's bytes, or a range of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetObject {
    /// The bucket.
    pub bucket: BucketName,
    /// The object.
    pub key: ObjectKey,
    /// Which bytes; `None` is all. A range that passes the object's end is cut off there.
    pub range: Option<ByteRange>,
    /// The version; `None` is the current one.
    pub version_id: Option<VersionId>,
    /// What must hold.
    pub conditions: Conditions,
}

impl GetObject {
    /// Asks for all of the current version, unconditionally.
    pub fn new(bucket: BucketName, key: ObjectKey) -> Self {
        Self {
            bucket,
            key,
            range: None,
            version_id: None,
            conditions: Conditions::default(),
        }
    }

    pub(crate) fn call(&self) -> Call {
        let call = Call::object(Operation::GetObject, Method::GET, &self.bucket, &self.key)
            .query_if("versionId", self.version_id.as_ref());
        let call = match self.range {
            None => call,
            // Without the second header OSS answers a range that it cannot satisfy with the whole
            // object (documentation of GetObject, x-oss-range-behavior).
            Some(range) => call.header_text(RANGE, &range.to_header()).header(
                HeaderName::from_static("x-oss-range-behavior"),
                HeaderValue::from_static("standard"),
            ),
        };
        self.conditions.apply(call)
    }
}

/// An object's bytes on their way, and what is known of it.
#[derive(Debug)]
pub struct GetObjectOutput {
    /// The object.
    pub info: ObjectInfo,
    /// Which of its bytes the body has; `None` if it has none at all.
    pub range: Option<ByteRange>,
    /// The bytes. An end before `range` is complete is an error of the body.
    pub body: ResponseBody,
}

impl Client {
    /// Begins to download an object or a range of it.
    ///
    /// What arrives is exactly the asked range as far as the object has it: an answer with another
    /// one counts as failed, as does one that does not announce its length. The bytes themselves
    /// are for the reader to verify. Once the body is there, what breaks is the reader's to mend.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidRange`](crate::ErrorKind::InvalidRange) if the range begins at or after
    /// the object's end.
    pub async fn get_object(&self, request: &GetObject) -> Result<GetObjectOutput, Error> {
        let mut budget = RetryBudget::new(self.retry_policy());
        self.get_object_within(&mut budget, request).await
    }

    /// Begins to download, spending what is left of `budget`: for a reader that continues a body
    /// which broke, and must not do so for ever.
    ///
    /// # Errors
    /// As [`Client::get_object`].
    pub async fn get_object_within(
        &self,
        budget: &mut RetryBudget,
        request: &GetObject,
    ) -> Result<GetObjectOutput, Error> {
        self.execute_within(budget, &request.call(), Take::Stream, |answer| {
            read(answer, request)
        })
        .await
    }
}

fn read(answer: Answer, request: &GetObject) -> Result<GetObjectOutput, Fault> {
    let length = content_length(&answer.headers)?;
    let (range, size) = match request.range {
        None => whole(answer.status, length)?,
        Some(asked) => part(answer.status, &answer.headers, asked)?,
    };
    if range.map_or(0, ByteRange::len) != length {
        return Err(Fault::Malformed(
            "the answer's length is not that of its range".to_owned(),
        ));
    }
    let info = ObjectInfo::read(answer.headers, size)?;
    // A cache in between may not know of conditions.
    if request
        .conditions
        .if_match
        .as_ref()
        .is_some_and(|etag| *etag != info.etag)
    {
        return Err(Fault::Changed);
    }
    match answer.body {
        AnswerBody::Stream(body) => Ok(GetObjectOutput { info, range, body }),
        AnswerBody::Document(_) => Err(Fault::Malformed("the body is not a stream".to_owned())),
    }
}

fn whole(status: StatusCode, length: u64) -> Result<(Option<ByteRange>, u64), Fault> {
    if status != StatusCode::OK {
        return Err(Fault::Malformed(format!(
            "asked for the whole object, got status {status}"
        )));
    }
    Ok((ByteRange::new(0, length), length))
}

fn part(
    status: StatusCode,
    headers: &HeaderMap,
    asked: ByteRange,
) -> Result<(Option<ByteRange>, u64), Fault> {
    if status != StatusCode::PARTIAL_CONTENT {
        return Err(Fault::Malformed(format!(
            "asked for bytes {asked}, got status {status}"
        )));
    }
    let told = text(headers, &CONTENT_RANGE).and_then(content_range);
    match told {
        Some((range, size))
            if range.start() == asked.start() && range.end() == asked.end().min(size) =>
        {
            Ok((Some(range), size))
        }
        _ => {
            let told = text(headers, &CONTENT_RANGE).unwrap_or("none");
            let told = told.escape_debug();
            Err(Fault::Malformed(format!(
                "asked for bytes {asked}, got the range {told}"
            )))
        }
    }
}

/// Reads `bytes 0-499/1234`.
fn content_range(text: &str) -> Option<(ByteRange, u64)> {
    let (range, size) = text.strip_prefix("bytes ")?.split_once('/')?;
    let size: u64 = size.parse().ok()?;
    let range: ByteRange = range.parse().ok()?;
    (range.end() <= size).then_some((range, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(start: u64, end: u64) -> ByteRange {
        ByteRange::new(start, end).unwrap()
    }

    fn answered(status: u16, content_range: &str) -> Result<(Option<ByteRange>, u64), Fault> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_RANGE, content_range.parse().unwrap());
        part(
            StatusCode::from_u16(status).unwrap(),
            &headers,
            range(100, 200),
        )
    }

    #[test]
    fn exactly_the_asked_range_is_taken() {
        assert_eq!(
            answered(206, "bytes 100-199/1000").unwrap(),
            (Some(range(100, 200)), 1000)
        );
    }

    #[test]
    fn at_the_end_of_the_object_less_is_right() {
        assert_eq!(
            answered(206, "bytes 100-149/150").unwrap(),
            (Some(range(100, 150)), 150)
        );
    }

    #[test]
    fn any_other_range_is_refused() {
        for bad in [
            "bytes 100-198/1000",
            "bytes 101-199/1000",
            "bytes 0-99/1000",
            "bytes 100-199/150",
            "bytes 100-199/*",
            "bytes */1000",
            "100-199/1000",
            "",
        ] {
            assert!(answered(206, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_whole_object_is_no_answer_to_a_range() {
        assert!(answered(200, "bytes 100-199/1000").is_err());
    }
}
