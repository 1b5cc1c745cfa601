use std::time::SystemTime;

use http::{HeaderMap, Method};
use ossum_types::ETag;
use percent_encoding::{percent_decode_str, utf8_percent_encode};
use serde::Deserialize;

use super::{PLAIN, S3, S3Error, S3ErrorKind, failure, read_all};
use crate::error::Error;
use crate::ledger::Cause;
use crate::manifest::Listed;
use crate::source::listing::{Found, Listing, Taker};
use crate::time;

/// A page of a thousand long keys has two megabytes.
const MOST_OF_A_PAGE: usize = 16 << 20;

/// Lists to the end; holds a page.
///
/// # Errors
/// [`NothingThere`](ossum_many::Error::NothingThere) if no key begins so; a bucket may be empty.
pub(in crate::source) fn list(
    listing: &Listing<'_>,
    s3: &S3,
    prefix: &str,
    taker: &mut Taker<'_>,
) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(Error::local("set up the network for", "a listing".as_ref()))?;
    let token = listing.monitor.token();
    let mut after = None;
    let mut is_anything_there = false;
    loop {
        let ask = async {
            tokio::select! {
                biased;
                () = token.cancelled() => Err(Error::from(ossum_many::Error::Cancelled)),
                page = s3.page(prefix, after.as_deref()) => Ok(page?),
            }
        };
        let page = runtime.block_on(ask)?;
        let next = page.next(after.as_deref(), &s3.bucket)?;
        for found in page.found(prefix) {
            is_anything_there = true;
            let put = match found {
                Found::Object(listed) => taker.object(listed),
                Found::LeftOut(key, cause) => taker.left_out(key, cause),
            };
            if put.is_err() {
                return Ok(());
            }
        }
        match next {
            Some(next) => after = Some(next),
            None if is_anything_there || prefix.is_empty() => return Ok(()),
            None => {
                let what = format!("s3://{}/{prefix}", s3.bucket);
                return Err(ossum_many::Error::NothingThere(what).into());
            }
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Page {
    #[serde(default)]
    is_truncated: bool,
    encoding_type: Option<String>,
    next_continuation_token: Option<String>,
    #[serde(default)]
    contents: Vec<Object>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Object {
    key: String,
    size: u64,
    last_modified: Option<String>,
    #[serde(rename = "ETag")]
    etag: Option<String>,
}

impl S3 {
    async fn page(&self, prefix: &str, after: Option<&str>) -> Result<Page, S3Error> {
        let subject = format!("s3://{}/{prefix}", self.bucket);
        let encoded = |text: &str| utf8_percent_encode(text, PLAIN).to_string();
        let token = after.map(|token| format!("continuation-token={}&", encoded(token)));
        // In the order of names, as they are signed.
        let url = format!(
            "{}?{}encoding-type=url&list-type=2&max-keys=1000&prefix={}",
            self.base,
            token.unwrap_or_default(),
            encoded(prefix)
        );
        let headers = HeaderMap::new();
        let answer = self.ask("list", &subject, Method::GET, &url, &headers);
        let body = answer.await?.into_body();
        let failed = |kind, why: String| failure("list", &subject, kind, why);
        let bytes = read_all(body, MOST_OF_A_PAGE).await;
        let bytes = bytes.map_err(|error| failed(S3ErrorKind::Network, error.to_string()))?;
        Page::read(&bytes).map_err(|(kind, why)| failed(kind, why))
    }
}

impl Page {
    /// What it lists, below `prefix`.
    pub(crate) fn found(self, prefix: &str) -> impl Iterator<Item = Found> {
        let objects = self.contents.into_iter();
        objects.map(move |object| found(prefix, object))
    }

    /// Reads an answer; an error is what kind of failure it is, and why.
    pub(crate) fn read(document: &[u8]) -> Result<Self, (S3ErrorKind, String)> {
        let mut page: Self = ossum_client::read_document("ListBucketResult", document)
            .map_err(|error| (S3ErrorKind::Malformed, error.to_string()))?;
        // A service may not know the wish for it.
        if page.encoding_type.as_deref() == Some("url") {
            for object in &mut page.contents {
                let key = decoded(&object.key);
                object.key = key.ok_or_else(|| (S3ErrorKind::Name, object.key.clone()))?;
            }
        }
        Ok(page)
    }

    /// Where the next page begins, if that leads further.
    pub(crate) fn next(
        &self,
        after: Option<&str>,
        bucket: &str,
    ) -> Result<Option<String>, S3Error> {
        let astray = || {
            let why = "the listing does not go on".to_owned();
            let subject = format!("s3://{bucket}");
            failure("list", &subject, S3ErrorKind::Malformed, why)
        };
        match &self.next_continuation_token {
            _ if !self.is_truncated => Ok(None),
            Some(token) if Some(token.as_str()) != after => Ok(Some(token.clone())),
            _ => Err(astray()),
        }
    }
}

/// In S3's own encoding a blank is `+`.
fn decoded(key: &str) -> Option<String> {
    let key = key.replace('+', "%20");
    let text = percent_decode_str(&key).decode_utf8().ok()?;
    Some(text.into_owned())
}

fn found(prefix: &str, object: Object) -> Found {
    let key = object.key.strip_prefix(prefix).unwrap_or(&object.key);
    if !super::can_be_signed(&object.key) {
        let cause = Cause {
            kind: S3ErrorKind::Name.word().to_owned(),
            message: "its name has . or .. between slashes, and cannot be asked for".to_owned(),
        };
        return Found::LeftOut(key.to_owned(), cause);
    }
    let etag: Option<ETag> = object.etag.and_then(|etag| etag.parse().ok());
    let modified: Option<SystemTime> = object.last_modified.and_then(|text| time::parse(&text));
    Found::Object(Listed {
        key: key.to_owned(),
        size: Some(object.size),
        etag,
        modified,
        ..Listed::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(token: Option<&str>, is_truncated: bool) -> Page {
        Page {
            is_truncated,
            encoding_type: None,
            next_continuation_token: token.map(str::to_owned),
            contents: Vec::new(),
        }
    }

    #[test]
    fn a_listing_that_does_not_go_on_is_an_error_and_not_its_end() {
        assert_eq!(page(None, false).next(None, "b").unwrap(), None);
        let next = page(Some("t"), true).next(None, "b").unwrap();
        assert_eq!(next.as_deref(), Some("t"));
        page(Some("t"), true).next(Some("t"), "b").unwrap_err();
        page(None, true).next(None, "b").unwrap_err();
    }

    #[test]
    fn a_key_is_read_as_s3_writes_it() {
        assert_eq!(decoded("a+b%2Bc%0A%C3%A4").as_deref(), Some("a b+c\nä"));
        assert_eq!(decoded("%FF"), None);
    }
}
