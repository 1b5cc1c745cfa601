use std::ops::Bound;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use jiff::Timestamp;
use ossum_types::ObjectKey;

use super::listing::{Encoding, Filter, next_marker, page_size, write_common_prefixes};
use super::{Answer, Context, restoration};
use crate::answer;
use crate::clock::xml_date;
use crate::refusal::Refusal;
use crate::request::Query;
use crate::store::{Bucket, Object, Versions};
use crate::xml::Document;

const DEFAULT_PAGE: u32 = 100;

/// What one call found.
struct Found {
    objects: Vec<(String, Arc<Object>)>,
    common_prefixes: Vec<String>,
    /// Where the next page begins; `None` after the last.
    next: Option<String>,
}

/// `ListObjects`: pages by marker.
pub(super) fn run_v1(context: &Context<'_>) -> Answer {
    let query = &context.request.query;
    let encoding = Encoding::of(query)?;
    let filter = Filter::of(query, page_size(query, "max-keys", DEFAULT_PAGE)?);
    let marker = query.get("marker").unwrap_or("");
    let name = context.bucket()?;
    let found = context
        .store
        .with_bucket(name, |bucket| find(bucket, &filter, marker))?;
    let document = Document::write("ListBucketResult", |result| {
        result.text("Name", name.as_str());
        write_filter(result, encoding, &filter);
        encoding.write(result, "Marker", marker);
        result.value("IsTruncated", &found.next.is_some());
        if let Some(next) = &found.next {
            encoding.write(result, "NextMarker", next);
        }
        write_found(result, encoding, &found, Owner::Shown, context.now);
    });
    Ok(answer::document(document))
}

/// `ListObjectsV2`: pages by an opaque token.
pub(super) fn run_v2(context: &Context<'_>) -> Answer {
    let query = &context.request.query;
    let encoding = Encoding::of(query)?;
    let filter = Filter::of(query, page_size(query, "max-keys", DEFAULT_PAGE)?);
    let start_after = query.get("start-after").unwrap_or("");
    let token = query.get("continuation-token");
    let marker = match token {
        Some(token) => parse_token(token)?,
        None => start_after.to_owned(),
    };
    let name = context.bucket()?;
    let found = context
        .store
        .with_bucket(name, |bucket| find(bucket, &filter, &marker))?;
    let document = Document::write("ListBucketResult", |result| {
        result.text("Name", name.as_str());
        write_filter(result, encoding, &filter);
        encoding.write(result, "StartAfter", start_after);
        result.value("IsTruncated", &found.next.is_some());
        let key_count = found.objects.len() + found.common_prefixes.len();
        result.value("KeyCount", &key_count);
        if let Some(token) = token {
            encoding.write(result, "ContinuationToken", token);
        }
        if let Some(next) = &found.next {
            encoding.write(result, "NextContinuationToken", &BASE64.encode(next));
        }
        write_found(result, encoding, &found, Owner::wanted(query), context.now);
    });
    Ok(answer::document(document))
}

fn parse_token(token: &str) -> Result<String, Refusal> {
    let decoded = BASE64.decode(token).ok();
    decoded
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| {
            let message = "The continuation token is not one of this server.";
            Refusal::argument("continuation-token", token, message)
        })
}

fn find(bucket: &Bucket, filter: &Filter<'_>, marker: &str) -> Found {
    let entries = after(bucket, marker.max(filter.prefix))
        .filter(|(key, _)| key.as_str() > marker)
        .map(|(key, object)| (key.as_str(), (key.as_str(), object)));
    let page = filter.page(entries, marker);
    let last = page.entries.last().map(|(key, _)| *key);
    let next = page
        .truncated
        .then(|| next_marker(last, &page.common_prefixes).to_owned());
    let own = |(key, object): &(&str, &Arc<Object>)| ((*key).to_owned(), Arc::clone(object));
    Found {
        objects: page.entries.iter().map(own).collect(),
        common_prefixes: page
            .common_prefixes
            .iter()
            .map(ToString::to_string)
            .collect(),
        next,
    }
}

/// The objects whose keys are not before `start`.
fn after<'b>(
    bucket: &'b Bucket,
    start: &str,
) -> impl Iterator<Item = (&'b ObjectKey, &'b Arc<Object>)> + use<'b> {
    let keys = keys_from(bucket, start);
    keys.filter_map(|(key, versions)| Some((key, versions.current()?.object()?)))
}

/// The keys that are not before `start`, and what is stored under them.
pub(super) fn keys_from<'b>(
    bucket: &'b Bucket,
    start: &str,
) -> impl Iterator<Item = (&'b ObjectKey, &'b Versions)> + use<'b> {
    // What is no key, such as the empty text or one with a leading slash, is skipped by hand.
    let start = start.to_owned();
    let from = start
        .parse::<ObjectKey>()
        .map_or(Bound::Unbounded, Bound::Included);
    bucket
        .keys
        .range((from, Bound::Unbounded))
        .skip_while(move |(key, _)| key.as_str() < start.as_str())
}

/// Whether each object's owner is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Shown,
    Hidden,
}

impl Owner {
    fn wanted(query: &Query) -> Self {
        match query.get("fetch-owner") {
            Some("true") => Self::Shown,
            _ => Self::Hidden,
        }
    }
}

fn write_filter(document: &mut Document, encoding: Encoding, filter: &Filter<'_>) {
    encoding.declare(document);
    encoding.write(document, "Prefix", filter.prefix);
    encoding.write(document, "Delimiter", filter.delimiter);
    document.value("MaxKeys", &filter.limit);
}

/// Writes what every listing tells of an object.
pub(super) fn write_object(element: &mut Document, object: &Object, now: Timestamp) {
    element.text("ETag", &object.etag.quoted());
    element.text("Type", object.kind.as_str());
    element.value("Size", &object.size);
    element.text("StorageClass", &object.metadata.storage_class);
    if let Some(state) = restoration::describe(object, now) {
        element.text("RestoreInfo", &state);
    }
}

fn write_found(
    document: &mut Document,
    encoding: Encoding,
    found: &Found,
    owner: Owner,
    now: Timestamp,
) {
    for (key, object) in &found.objects {
        document.nest("Contents", |contents| {
            encoding.write(contents, "Key", key);
            contents.text("LastModified", &xml_date(object.modified));
            write_object(contents, object, now);
            if owner == Owner::Shown {
                super::write_owner(contents);
            }
        });
    }
    let prefixes: Vec<&str> = found.common_prefixes.iter().map(String::as_str).collect();
    write_common_prefixes(document, encoding, &prefixes);
}
