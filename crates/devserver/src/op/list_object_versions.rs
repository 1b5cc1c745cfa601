use jiff::Timestamp;
use ossum_types::ObjectKey;

use super::listing::{Encoding, Filter, next_marker, page_size, write_common_prefixes};
use super::{Answer, Context, list_objects};
use crate::answer;
use crate::clock::xml_date;
use crate::refusal::Refusal;
use crate::store::{Bucket, Version, Versions};
use crate::xml::Document;

const DEFAULT_PAGE: u32 = 100;

/// Where a page begins: after every version of this key, or after this version of it.
#[derive(Debug, Clone, Copy)]
struct Marker<'q> {
    key: &'q str,
    /// Empty for none; without a key it means nothing.
    version: &'q str,
}

struct Listed {
    key: String,
    version: Version,
    latest: bool,
}

struct Found {
    versions: Vec<Listed>,
    common_prefixes: Vec<String>,
    /// Key and version ID that the next page begins after.
    next: Option<(String, String)>,
}

/// `ListObjectVersions`: every version of every key, those of a key from new to old.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let query = &context.request.query;
    let encoding = Encoding::of(query)?;
    let filter = Filter::of(query, page_size(query, "max-keys", DEFAULT_PAGE)?);
    let marker = Marker {
        key: query.get("key-marker").unwrap_or(""),
        version: query.get("version-id-marker").unwrap_or(""),
    };
    if marker.key.is_empty() && !marker.version.is_empty() {
        let message = "A version-id marker cannot be specified without a key marker.";
        return Err(Refusal::argument(
            "version-id-marker",
            marker.version,
            message,
        ));
    }
    let name = context.bucket()?;
    let found = context
        .store
        .with_bucket(name, |bucket| find(bucket, &filter, marker))?;
    let document = Document::write("ListVersionsResult", |result| {
        encoding.declare(result);
        result.text("Name", name.as_str());
        encoding.write(result, "Prefix", filter.prefix);
        encoding.write(result, "KeyMarker", marker.key);
        result.text("VersionIdMarker", marker.version);
        result.value("MaxKeys", &filter.limit);
        encoding.write(result, "Delimiter", filter.delimiter);
        result.value("IsTruncated", &found.next.is_some());
        if let Some((key, version)) = &found.next {
            encoding.write(result, "NextKeyMarker", key);
            result.text("NextVersionIdMarker", version);
        }
        write_found(result, encoding, &found, context.now);
    });
    Ok(answer::document(document))
}

fn find(bucket: &Bucket, filter: &Filter<'_>, marker: Marker<'_>) -> Found {
    let keys = list_objects::keys_from(bucket, marker.key.max(filter.prefix));
    let entries = keys.flat_map(|(key, versions)| {
        let latest = versions.current().map(|version| version.order);
        let after = marker.after(key.as_str(), versions);
        after
            .into_iter()
            .map(move |version| (key.as_str(), (key, version, latest == Some(version.order))))
    });
    let page = filter.page(entries, marker.key);
    let last = page.entries.last();
    let next = page.truncated.then(|| {
        let key = next_marker(last.map(|(key, ..)| key.as_str()), &page.common_prefixes);
        let version = last.filter(|(last, ..)| last.as_str() == key);
        let version = version.map_or("", |(_, version, _)| version.id.as_str());
        (key.to_owned(), version.to_owned())
    });
    let own = |(key, version, latest): &(&ObjectKey, &Version, bool)| Listed {
        key: key.as_str().to_owned(),
        version: (*version).clone(),
        latest: *latest,
    };
    let own_prefix = ToString::to_string;
    Found {
        versions: page.entries.iter().map(own).collect(),
        common_prefixes: page.common_prefixes.iter().map(own_prefix).collect(),
        next,
    }
}

impl Marker<'_> {
    /// What of `versions`, those of `key`, comes after it.
    fn after<'b>(self, key: &str, versions: &'b Versions) -> Vec<&'b Version> {
        match key == self.key {
            false => versions.newest_first().collect(),
            true if self.version.is_empty() => Vec::new(),
            true => versions.older_than(self.version).collect(),
        }
    }
}

fn write_found(document: &mut Document, encoding: Encoding, found: &Found, now: Timestamp) {
    for listed in &found.versions {
        let version = &listed.version;
        let object = version.object();
        let element = if object.is_some() {
            "Version"
        } else {
            "DeleteMarker"
        };
        document.nest(element, |element| {
            encoding.write(element, "Key", &listed.key);
            element.text("VersionId", version.id.as_str());
            element.value("IsLatest", &listed.latest);
            element.text("LastModified", &xml_date(version.modified));
            if let Some(object) = object {
                list_objects::write_object(element, object, now);
            }
            super::write_owner(element);
        });
    }
    let prefixes: Vec<&str> = found.common_prefixes.iter().map(String::as_str).collect();
    write_common_prefixes(document, encoding, &prefixes);
}
