use jiff::Timestamp;
use ossum_types::limits::MAX_PAGE;

use super::listing::{Encoding, Filter, next_marker, page_size, write_common_prefixes};
use super::{Answer, Context};
use crate::answer;
use crate::clock::xml_date;
use crate::store::Bucket;
use crate::xml::Document;

/// Where a page begins: after every upload of this key, or after this upload of it.
#[derive(Debug, Clone, Copy)]
struct Marker<'q> {
    key: &'q str,
    /// Empty for none; without a key it means nothing.
    upload_id: &'q str,
}

struct Listed {
    key: String,
    upload_id: String,
    storage_class: String,
    initiated: Timestamp,
}

struct Found {
    uploads: Vec<Listed>,
    common_prefixes: Vec<String>,
    /// Key and upload ID that the next page begins after.
    next: Option<(String, String)>,
}

/// `ListMultipartUploads`: the uploads that are neither completed nor aborted.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let query = &context.request.query;
    let encoding = Encoding::of(query)?;
    let filter = Filter::of(query, page_size(query, "max-uploads", MAX_PAGE)?);
    let marker = Marker {
        key: query.get("key-marker").unwrap_or(""),
        upload_id: query.get("upload-id-marker").unwrap_or(""),
    };
    let name = context.bucket()?;
    let found = context
        .store
        .with_bucket(name, |bucket| find(bucket, &filter, marker))?;
    let document = Document::write("ListMultipartUploadsResult", |result| {
        encoding.declare(result);
        result.text("Bucket", name.as_str());
        encoding.write(result, "KeyMarker", marker.key);
        result.text("UploadIdMarker", marker.upload_id);
        // Official clients insist on these elements, also where nothing follows.
        let (key, upload_id) = found.next.clone().unwrap_or_default();
        encoding.write(result, "NextKeyMarker", &key);
        result.text("NextUploadIdMarker", &upload_id);
        encoding.write(result, "Prefix", filter.prefix);
        encoding.write(result, "Delimiter", filter.delimiter);
        result.value("MaxUploads", &filter.limit);
        result.value("IsTruncated", &found.next.is_some());
        write_found(result, encoding, &found);
    });
    Ok(answer::document(document))
}

fn find(bucket: &Bucket, filter: &Filter<'_>, marker: Marker<'_>) -> Found {
    let entries = bucket
        .uploads
        .iter()
        .map(|((key, id), upload)| (key.as_str(), id.as_str(), upload))
        .filter(|(key, id, _)| *key >= filter.prefix && marker.precedes(key, id))
        .map(|(key, id, upload)| (key, (key, id, upload)));
    let page = filter.page(entries, marker.key);
    let last = page.entries.last().map(|(key, id, _)| (*key, *id));
    let next = page.truncated.then(|| {
        let key = next_marker(last.map(|(key, _)| key), &page.common_prefixes);
        let id = last.filter(|(last_key, _)| *last_key == key);
        (key.to_owned(), id.map_or("", |(_, id)| id).to_owned())
    });
    let listed = page.entries.iter().map(|(key, id, upload)| Listed {
        key: (*key).to_owned(),
        upload_id: (*id).to_owned(),
        storage_class: upload.metadata.storage_class.clone(),
        initiated: upload.initiated,
    });
    Found {
        uploads: listed.collect(),
        common_prefixes: page
            .common_prefixes
            .iter()
            .map(ToString::to_string)
            .collect(),
        next,
    }
}

impl Marker<'_> {
    fn precedes(self, key: &str, upload_id: &str) -> bool {
        key > self.key
            || (key == self.key && !self.upload_id.is_empty() && upload_id > self.upload_id)
    }
}

fn write_found(document: &mut Document, encoding: Encoding, found: &Found) {
    for upload in &found.uploads {
        document.nest("Upload", |element| {
            encoding.write(element, "Key", &upload.key);
            element.text("UploadId", &upload.upload_id);
            element.text("StorageClass", &upload.storage_class);
            element.text("Initiated", &xml_date(upload.initiated));
        });
    }
    let prefixes: Vec<&str> = found.common_prefixes.iter().map(String::as_str).collect();
    write_common_prefixes(document, encoding, &prefixes);
}
