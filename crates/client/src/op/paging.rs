//! Listings come in pages: how many entries one holds, how its names are written, and how pages
//! become a stream.

use std::time::SystemTime;

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt};
use ossum_types::limits::MAX_PAGE;
use ossum_types::{Invalid, ObjectKey};

use crate::date::parse_iso_date;
use crate::encode;
use crate::error::{Error, Fault};

/// One page: its entries, and from where the next one is asked for.
pub(super) type Page<E, C> = (Vec<E>, Option<C>);

/// The entries of all pages. The next page is fetched when the entries before have been taken.
///
/// `fetch` must fail rather than give a cursor that does not lead further.
pub(super) fn entries<E, C, F>(
    first: Option<C>,
    mut fetch: impl FnMut(Option<C>) -> F + Send,
) -> impl Stream<Item = Result<E, Error>> + Send
where
    E: Send,
    C: Send,
    F: Future<Output = Result<Page<E, C>, Error>> + Send,
{
    let pages = stream::try_unfold(Pages::From(first), move |pages| {
        let page = match pages {
            Pages::From(cursor) => Some(fetch(cursor)),
            Pages::Done => None,
        };
        async move {
            let Some(page) = page else { return Ok(None) };
            let (entries, next) = page.await?;
            let rest = next.map_or(Pages::Done, |cursor| Pages::From(Some(cursor)));
            Ok(Some((entries, rest)))
        }
    });
    pages
        .map_ok(|entries| stream::iter(entries.into_iter().map(Ok)))
        .try_flatten()
}

enum Pages<C> {
    From(Option<C>),
    Done,
}

/// How many entries a page is asked for: what a caller wishes, as far as OSS allows.
pub(super) fn page_size(wish: u32) -> String {
    wish.clamp(1, MAX_PAGE).to_string()
}

/// A listing that would never end, or is none.
pub(super) fn astray(what: &str) -> Fault {
    Fault::Malformed(format!("the listing {what}"))
}

/// How the names in a listing are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// As they are.
    Plain,
    /// Percent-encoded, a space perhaps as `+`.
    Url,
}

impl Spelling {
    /// By the element `EncodingType`: a server may not know the wish for `url`.
    pub fn of(encoding_type: Option<&str>) -> Self {
        match encoding_type {
            Some(kind) if kind.eq_ignore_ascii_case("url") => Self::Url,
            _ => Self::Plain,
        }
    }

    /// The bytes that are written as `raw`.
    pub fn bytes(self, raw: &str) -> Vec<u8> {
        match self {
            Self::Plain => raw.as_bytes().to_vec(),
            Self::Url => encode::decode(raw),
        }
    }

    /// A key; one that no request could carry is told in place of it, and spoils nothing else.
    pub(super) fn key(self, raw: &str) -> Result<ObjectKey, Invalid> {
        let text = String::from_utf8(self.bytes(raw));
        text.map_err(|_| Invalid::new("object key", raw, "it is not UTF-8"))?
            .parse()
    }

    /// A text that the next request repeats, so that it has to be exact.
    pub(super) fn exact(self, raw: &str) -> Result<String, Fault> {
        String::from_utf8(self.bytes(raw)).map_err(|_| astray("has a name that is not UTF-8"))
    }
}

/// A date in a listing.
pub(super) fn date(text: &str) -> Result<SystemTime, Fault> {
    parse_iso_date(text).ok_or_else(|| astray("has a date that is none"))
}
