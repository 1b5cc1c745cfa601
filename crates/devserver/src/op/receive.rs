use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::StatusCode;
use http::header::TRANSFER_ENCODING;
use md5::{Digest, Md5};
use ossum_types::{Crc64, Crc64Hasher};

use super::Context;
use super::incoming::{Incoming, broken_off};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::settings::ETagForm;
use crate::store::Blob;

/// A body that was taken in whole and found to be what it said.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) blob: Arc<Blob>,
    pub(super) len: u64,
    pub(super) crc64: Crc64,
    /// Computed only where somebody wants it: it costs more than all the rest.
    pub(super) md5: Option<[u8; 16]>,
}

/// Takes in a body of at most `limit` bytes.
pub(super) async fn receive(
    context: &Context<'_>,
    body: &mut Incoming,
    limit: u64,
) -> Result<Received, Refusal> {
    let announced = announced_len(context.request)?;
    check_limit(announced.unwrap_or(0), limit)?;
    let expected_md5 = content_md5(context.request)?;
    let wants_md5 = expected_md5.is_some() || context.settings.etags == ETagForm::Md5;
    let failed = |cause| Refusal::storage("taking in a body", &cause);
    let mut writer = context
        .store
        .writer(announced, context.now)
        .map_err(failed)?;
    let mut crc64 = Crc64Hasher::new();
    let mut md5 = wants_md5.then(Md5::new);
    let mut len = 0;
    while let Some(chunk) = body.next().await {
        let chunk = chunk?;
        len += chunk.len() as u64;
        check_limit(len, limit)?;
        crc64.update(&chunk);
        if let Some(md5) = &mut md5 {
            md5.update(&chunk);
        }
        writer.write(&chunk).map_err(failed)?;
    }
    if announced.is_some_and(|announced| announced != len) {
        return Err(broken_off("it is not as long as Content-Length says"));
    }
    let md5 = md5.map(|md5| md5.finalize().into());
    check_md5(expected_md5, md5)?;
    Ok(Received {
        blob: context.store.finish(writer).map_err(failed)?,
        len,
        crc64: crc64.finish(),
        md5,
    })
}

/// How many bytes the request announces; `None` if it is chunked, whatever else it says.
///
/// The C SDK sends both headers; HTTP lets the chunks decide.
fn announced_len(request: &Request) -> Result<Option<u64>, Refusal> {
    if let Some(coding) = request.header(TRANSFER_ENCODING.as_str()) {
        let chunked = coding.eq_ignore_ascii_case("chunked");
        let unknown = || Refusal::not_implemented("this transfer coding");
        return chunked.then_some(None).ok_or_else(unknown);
    }
    let text = request.header("content-length").ok_or_else(|| {
        let message = "You must provide the Content-Length HTTP header.";
        Refusal::new(StatusCode::LENGTH_REQUIRED, "MissingContentLength", message)
    })?;
    let len = text.parse();
    len.map(Some)
        .map_err(|_| Refusal::argument("Content-Length", text, "Content-Length is no number."))
}

fn check_limit(len: u64, limit: u64) -> Result<(), Refusal> {
    if len > limit {
        return Err(Refusal::too_large(len, limit));
    }
    Ok(())
}

/// The MD5 that the request announces.
pub(super) fn content_md5(request: &Request) -> Result<Option<[u8; 16]>, Refusal> {
    let Some(text) = request.header("content-md5") else {
        return Ok(None);
    };
    let digest = BASE64.decode(text).ok();
    let digest = digest.and_then(|digest| digest.try_into().ok());
    digest
        .map(Some)
        .ok_or_else(|| invalid_digest("The Content-MD5 you specified is invalid."))
}

/// Refuses a body whose MD5 is not the announced one.
pub(super) fn check_md5(
    expected: Option<[u8; 16]>,
    actual: Option<[u8; 16]>,
) -> Result<(), Refusal> {
    if expected.is_none() || expected == actual {
        return Ok(());
    }
    let message = "The Content-MD5 you specified did not match what we received.";
    Err(invalid_digest(message))
}

fn invalid_digest(message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, "InvalidDigest", message)
}
