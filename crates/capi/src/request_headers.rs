//! The headers and parameters that a caller gives with a transfer: each goes to every request that it
//! concerns.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::{HeaderMap, HeaderName, HeaderValue};
use ossum_client::op::{Callback, ObjectHeaders, Overwrite};
use ossum_types::{ByteRange, ObjectKey, VersionId};

use crate::content_type::guess;
use crate::memory::Table;
use crate::status::Failed;

/// What a caller's headers say of an upload.
#[derive(Debug, Default)]
pub(crate) struct UploadHeaders {
    /// What is kept with the object.
    pub(crate) kept: ObjectHeaders,
    pub(crate) overwrite: Overwrite,
    pub(crate) callback: Option<Callback>,
    /// Everything else: it goes with every request.
    pub(crate) rest: HeaderMap,
}

/// What a caller's headers and parameters say of a download.
#[derive(Debug, Default)]
pub(crate) struct DownloadHeaders {
    pub(crate) range: Option<ByteRange>,
    pub(crate) version_id: Option<VersionId>,
    /// Everything else: it goes with every request.
    pub(crate) rest: HeaderMap,
}

const META_PREFIX: &str = "x-oss-meta-";

impl UploadHeaders {
    pub(crate) fn read(
        headers: Option<&Table>,
        params: Option<&Table>,
        key: &ObjectKey,
    ) -> Result<Self, Failed> {
        refuse_params(params, &[])?;
        let mut read = Self::default();
        let mut variables = None;
        for (name, value) in pairs(headers)? {
            let kept = &mut read.kept;
            match name.as_str() {
                "content-type" => kept.content_type = Some(text(&name, &value)?),
                "cache-control" => kept.cache_control = Some(text(&name, &value)?),
                "content-disposition" => kept.content_disposition = Some(text(&name, &value)?),
                "content-encoding" => kept.content_encoding = Some(text(&name, &value)?),
                "expires" => kept.expires = Some(text(&name, &value)?),
                "x-oss-object-acl" => kept.acl = Some(text(&name, &value)?),
                "x-oss-storage-class" => kept.storage_class = Some(text(&name, &value)?),
                "x-oss-server-side-encryption" => kept.encryption = Some(text(&name, &value)?),
                "x-oss-server-side-data-encryption" => {
                    kept.data_encryption = Some(text(&name, &value)?);
                }
                "x-oss-server-side-encryption-key-id" => {
                    kept.encryption_key_id = Some(text(&name, &value)?);
                }
                "x-oss-tagging" => kept.tags = tags(&text(&name, &value)?),
                "x-oss-forbid-overwrite" => {
                    if value.as_bytes().eq_ignore_ascii_case(b"true") {
                        read.overwrite = Overwrite::Forbid;
                    }
                }
                "x-oss-callback" => {
                    read.callback = Some(Callback {
                        json: decoded(&name, &value)?,
                        variables_json: None,
                    });
                }
                "x-oss-callback-var" => variables = Some(decoded(&name, &value)?),
                // That of the whole file is that of no request. The CRC-64 is checked anyway.
                "content-md5" | "content-length" => {}
                other => match other.strip_prefix(META_PREFIX) {
                    Some(bare) => kept.metadata.push((bare.to_owned(), text(&name, &value)?)),
                    None => drop(read.rest.insert(name, value)),
                },
            }
        }
        if let Some(callback) = &mut read.callback {
            callback.variables_json = variables;
        }
        let of_name = || guess(Path::new(key.as_str())).to_owned();
        read.kept.content_type.get_or_insert_with(of_name);
        Ok(read)
    }
}

impl DownloadHeaders {
    pub(crate) fn read(headers: Option<&Table>, params: Option<&Table>) -> Result<Self, Failed> {
        refuse_params(params, &["versionId"])?;
        let mut read = Self::default();
        for (name, value) in pairs(headers)? {
            match name.as_str() {
                "range" => read.range = Some(range(&text(&name, &value)?)?),
                // Said with every range anyway.
                "x-oss-range-behavior" => {}
                _ => drop(read.rest.insert(name, value)),
            }
        }
        for (_, value) in params.into_iter().flat_map(Table::pairs) {
            let value = String::from_utf8_lossy(value);
            let version: Result<VersionId, ossum_types::Invalid> = value.parse();
            read.version_id = Some(version.map_err(|reason| Failed::invalid(reason.to_string()))?);
        }
        Ok(read)
    }
}

/// What a table says, as headers.
pub(crate) fn pairs(headers: Option<&Table>) -> Result<Vec<(HeaderName, HeaderValue)>, Failed> {
    let pairs = headers.into_iter().flat_map(Table::pairs);
    pairs
        .map(|(name, value)| {
            let shown = String::from_utf8_lossy(name).into_owned();
            let name = HeaderName::from_bytes(name);
            match (name, HeaderValue::from_bytes(value)) {
                (Ok(name), Ok(value)) => Ok((name, value)),
                _ => Err(Failed::invalid(format!(
                    "the header {shown:?} cannot be sent"
                ))),
            }
        })
        .collect()
}

/// Those that the official SDK drops without a word are refused instead.
fn refuse_params(params: Option<&Table>, known: &[&str]) -> Result<(), Failed> {
    for (name, _) in params.into_iter().flat_map(Table::pairs) {
        let name = String::from_utf8_lossy(name);
        if !known.contains(&&*name) {
            return Err(Failed::invalid(format!(
                "the parameter {name:?} has no meaning for a resumable transfer"
            )));
        }
    }
    Ok(())
}

fn text(name: &HeaderName, value: &HeaderValue) -> Result<String, Failed> {
    let text = std::str::from_utf8(value.as_bytes());
    text.map(str::to_owned)
        .map_err(|_| Failed::invalid(format!("the header {name} is not valid UTF-8")))
}

fn decoded(name: &HeaderName, value: &HeaderValue) -> Result<String, Failed> {
    let bytes = BASE64.decode(value.as_bytes()).ok();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Failed::invalid(format!("the header {name} is not base64 of JSON")))
}

/// `a=b&c=d`, percent-encoded.
fn tags(text: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(text)
            .decode_utf8_lossy()
            .into_owned()
    };
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// `bytes=A-B`
fn range(text: &str) -> Result<ByteRange, Failed> {
    let invalid = || Failed::invalid(format!("the range {text:?} is not bytes=A-B"));
    let range = text.strip_prefix("bytes=").ok_or_else(invalid)?;
    range.parse().map_err(|_| invalid())
}
