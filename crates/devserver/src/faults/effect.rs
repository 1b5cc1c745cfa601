mod answer;

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use ossum_types::PartNumber;
use serde::Deserialize;

pub use answer::{Answer, Redirect, Stall};

use super::parse;

/// What goes wrong.
///
/// In TOML each has its name in snake case: `then = "gzip"`, `then = { delay = "2s" }`.
/// Whatever cuts a connection or writes past an answer's end does so on sockets; without, as
/// [`Service::try_handle`](crate::Service::try_handle) says it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Effect {
    /// Nothing; the rule only counts.
    Nothing,
    /// The request waits before it is looked at.
    #[serde(deserialize_with = "parse::duration")]
    Delay(Duration),
    /// The request is carried out, and the answer stops on the way.
    Stall(Stall),
    /// The answer's body comes at so many bytes a second.
    Trickle(u64),
    /// The connection is reset: the client sees TCP RST.
    Reset(Moment),
    /// The connection is closed: the client sees the end of the stream.
    Close(Moment),
    /// Another answer than the operation's.
    Answer(Answer),
    /// A page that wants people to log in, with status 200, as of a captive portal.
    HtmlPage,
    /// A redirect.
    Redirect(Redirect),
    /// The security token is said to have expired.
    ExpireToken,
    /// The answer has this header, in place of its own.
    SetHeader {
        /// Which header. With `Content-Length` the body stays as long as it is.
        #[serde(deserialize_with = "parse::header_name")]
        name: HeaderName,
        /// Its value.
        #[serde(deserialize_with = "parse::header_value")]
        value: HeaderValue,
    },
    /// The answer lacks this header. Without `Content-Length` it comes in chunks.
    #[serde(deserialize_with = "parse::header_name")]
    RemoveHeader(HeaderName),
    /// The answer's `ETag` is written differently, and means the same or nearly so.
    Etag(ETagChange),
    /// One byte of the request's body arrives as another.
    CorruptRequest(Spot),
    /// One byte of the answer's body arrives as another.
    CorruptResponse(Spot),
    /// So many bytes follow the answer's body. Without a `Content-Length` they are part of it.
    Extend(u64),
    /// Another answer follows, a 200 that nobody asked for. Needs sockets.
    StrayAnswer,
    /// A proxy compresses the body and says so.
    Gzip,
    /// Another range than was asked for.
    Range(RangeLie),
    /// A listing does not tell what is there.
    Listing(ListingLie),
    /// Somebody replaces the object by one of the same size with other bytes.
    ReplaceObject(Turn),
    /// Somebody writes the same bytes again: same `ETag`, new `Last-Modified`.
    TouchObject(Turn),
    /// Somebody deletes the object.
    DeleteObject(Turn),
    /// Somebody aborts the upload that the request names.
    DropUpload(Turn),
    /// Something happens to a part of the upload that the request names, before the request.
    Part(PartChange),
    /// The server's clock is wrong, for this request.
    SkewClock(Skew),
    /// No `100 Continue` is sent. Needs sockets.
    NeverContinue,
    /// The connection is closed when nothing came for so long after the answer, which does not
    /// announce it; at zero, right after it. Needs sockets.
    #[serde(deserialize_with = "parse::duration")]
    CloseIdle(Duration),
    /// The connection is reset before a byte is read, TLS included. Needs sockets.
    RefuseConnection,
    /// The connection moves so many bytes a second in each direction, however many `--bandwidth`
    /// allows. Needs sockets.
    SlowConnection(u64),
}

/// When a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Moment {
    /// Nothing was carried out: on a reset nothing was read, on a close the whole request was.
    BeforeAnswer,
    /// So many bytes of the request's body were read, and nothing was carried out.
    AfterRequestBytes(u64),
    /// So many bytes of the answer's body were sent, with the length announced for all of it.
    AfterResponseBytes(u64),
    /// The request was carried out, and its answer is lost.
    AfterCommit,
}

/// Whether something happens before a request is carried out or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The request finds it done.
    Before,
    /// The request has been carried out when it is done, and its answer knows nothing of it.
    After,
}

/// Which byte of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Spot {
    /// The one at this offset; none if the body is shorter.
    At(u64),
    /// One that the seed picks, another each time.
    Seeded(u64),
}

/// How an `ETag` is written differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ETagChange {
    /// Without its quotes.
    Unquoted,
    /// In lower case.
    LowerCase,
    /// With `W/` before it.
    Weak,
}

/// How a range is answered wrongly, but consistently: every header fits the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum RangeLie {
    /// The whole object, with status 200.
    Ignored,
    /// A range that ends so many bytes sooner.
    Shortened(u64),
    /// A range that begins and ends so many bytes later.
    Shifted(u64),
}

/// How a listing lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ListingLie {
    /// This part is not listed.
    #[serde(deserialize_with = "parse::number_of_part")]
    PartMissing(PartNumber),
    /// This part is listed with another size.
    PartSize {
        /// Which part.
        #[serde(deserialize_with = "parse::number_of_part")]
        part: PartNumber,
        /// The size, in bytes.
        size: u64,
    },
    /// This part is listed with the CRC-64 of other bytes.
    #[serde(deserialize_with = "parse::number_of_part")]
    PartCrc64(PartNumber),
    /// This part is listed without a CRC-64.
    #[serde(deserialize_with = "parse::number_of_part")]
    PartNoCrc64(PartNumber),
    /// This part is listed with another `ETag`.
    #[serde(deserialize_with = "parse::number_of_part")]
    PartEtag(PartNumber),
    /// The page's entries are missing.
    EmptyPage,
    /// The page is empty, and more is announced: where the last page ended.
    Endless,
    /// The page is right, and more is announced for ever: where the last page ended.
    Repeating,
}

/// What happens to a part that was uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum PartChange {
    /// It is gone.
    #[serde(deserialize_with = "parse::number_of_part")]
    Lost(PartNumber),
    /// Somebody uploaded other bytes of the same size in its place.
    #[serde(deserialize_with = "parse::number_of_part")]
    Replaced(PartNumber),
    /// Somebody uploaded it without its last byte.
    #[serde(deserialize_with = "parse::number_of_part")]
    Shortened(PartNumber),
}

/// By how much a clock is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Skew {
    /// It is fast.
    #[serde(deserialize_with = "parse::duration")]
    Ahead(Duration),
    /// It is slow.
    #[serde(deserialize_with = "parse::duration")]
    Behind(Duration),
}

impl Effect {
    /// Its name in TOML.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Delay(_) => "delay",
            Self::Stall(_) => "stall",
            Self::Trickle(_) => "trickle",
            Self::Reset(_) => "reset",
            Self::Close(_) => "close",
            Self::Answer(_) => "answer",
            Self::HtmlPage => "html_page",
            Self::Redirect(_) => "redirect",
            Self::ExpireToken => "expire_token",
            Self::SetHeader { .. } => "set_header",
            Self::RemoveHeader(_) => "remove_header",
            Self::Etag(_) => "etag",
            Self::CorruptRequest(_) => "corrupt_request",
            Self::CorruptResponse(_) => "corrupt_response",
            Self::Extend(_) => "extend",
            Self::StrayAnswer => "stray_answer",
            Self::Gzip => "gzip",
            Self::Range(_) => "range",
            Self::Listing(_) => "listing",
            Self::ReplaceObject(_) => "replace_object",
            Self::TouchObject(_) => "touch_object",
            Self::DeleteObject(_) => "delete_object",
            Self::DropUpload(_) => "drop_upload",
            Self::Part(_) => "part",
            Self::SkewClock(_) => "skew_clock",
            Self::NeverContinue => "never_continue",
            Self::CloseIdle(_) => "close_idle",
            Self::RefuseConnection => "refuse_connection",
            Self::SlowConnection(_) => "slow_connection",
        }
    }
}
