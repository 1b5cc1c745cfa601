use std::ops::Bound;

use ossum_types::limits::MAX_PAGE;
use ossum_types::{PartNumber, UploadId};

use super::listing::{Encoding, number, page_size};
use super::{Answer, Context};
use crate::answer;
use crate::clock::xml_date;
use crate::store::{Part, Upload};
use crate::xml::Document;

/// What one call found.
struct Found {
    id: UploadId,
    storage_class: String,
    parts: Vec<(PartNumber, Part)>,
    truncated: bool,
}

/// `ListParts`: the parts an upload has, by number.
pub(super) fn run(context: &Context<'_>) -> Answer {
    let (bucket, key) = context.object()?;
    let query = &context.request.query;
    let encoding = Encoding::of(query)?;
    let limit = page_size(query, "max-parts", MAX_PAGE)?;
    let marker: u32 = number(query, "part-number-marker", 0)?;
    let found = context
        .store
        .with_upload(bucket, key, context.upload_id(), |id, upload| {
            find(id, upload, marker, limit)
        })?;
    let document = Document::write("ListPartsResult", |result| {
        encoding.declare(result);
        result.text("Bucket", bucket.as_str());
        encoding.write(result, "Key", key.as_str());
        result.text("UploadId", found.id.as_str());
        result.text("StorageClass", &found.storage_class);
        result.value("PartNumberMarker", &marker);
        // Official clients insist on this element, also where nothing follows.
        let next = found.parts.last().map_or(marker, |(last, _)| last.get());
        result.value("NextPartNumberMarker", &next);
        result.value("MaxParts", &limit);
        result.value("IsTruncated", &found.truncated);
        for (number, part) in &found.parts {
            write_part(result, *number, part);
        }
    });
    Ok(answer::document(document))
}

fn find(id: &UploadId, upload: &Upload, marker: u32, limit: usize) -> Found {
    let from = match PartNumber::new(marker) {
        Ok(marker) => Bound::Excluded(marker),
        Err(_) => Bound::Unbounded,
    };
    let mut rest = upload
        .parts
        .range((from, Bound::Unbounded))
        .filter(|(number, _)| number.get() > marker)
        .map(|(number, part)| (*number, part.clone()));
    Found {
        id: id.clone(),
        storage_class: upload.metadata.storage_class.clone(),
        parts: rest.by_ref().take(limit).collect(),
        truncated: rest.next().is_some(),
    }
}

fn write_part(document: &mut Document, number: PartNumber, part: &Part) {
    document.nest("Part", |element| {
        element.value("PartNumber", &number);
        element.text("LastModified", &xml_date(part.modified));
        element.text("ETag", &part.etag.quoted());
        element.value("HashCrc64ecma", &part.crc64);
        element.value("Size", &part.size);
    });
}
