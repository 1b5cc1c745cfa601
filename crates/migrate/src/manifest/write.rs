use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use ossum_types::ByteRange;

use super::{COLUMNS, Listed, MAX_BYTES, Piece};
use crate::error::Error;
use crate::names;
use crate::place::Place;
use crate::time::rfc3339;

/// A shard that is being made, in memory: some hundred bytes for each row before they are compressed.
#[derive(Debug)]
pub struct ShardWriter {
    csv: csv::Writer<GzEncoder<Vec<u8>>>,
    rows: u64,
    bytes: u64,
    /// As many bytes as its text has, or more.
    text_bytes: u64,
}

impl Default for ShardWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl ShardWriter {
    /// One without rows.
    pub fn new() -> Self {
        // The names in a shard are much alike: what a better compression would save takes three times as
        // long to find.
        let gz = GzEncoder::new(Vec::new(), Compression::fast());
        let mut csv = csv::Writer::from_writer(gz);
        write(&mut csv, COLUMNS);
        Self {
            csv,
            rows: 0,
            bytes: 0,
            text_bytes: 0,
        }
    }

    /// How many rows it has.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many bytes its rows move, where that is known.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether another row may make it larger than can be read.
    pub(crate) fn is_large(&self) -> bool {
        self.text_bytes > MAX_BYTES / 2
    }

    /// Adds a row, which has the next number.
    pub fn add(&mut self, listed: &Listed, piece: &Piece) {
        let text = |number: Option<u64>| number.map(|number| number.to_string());
        let (kind, range, part_size, upload) = match piece {
            Piece::Object => ("object", None, None, None),
            Piece::Range {
                range,
                part_size,
                upload,
            } => ("range", Some(*range), Some(*part_size), Some(upload)),
        };
        let fields: [&str; COLUMNS.len()] = [
            &self.rows.to_string(),
            kind,
            &listed.key,
            &text(listed.size).unwrap_or_default(),
            listed.etag.as_ref().map_or("", |etag| etag.as_str()),
            &listed.modified.map(rfc3339).unwrap_or_default(),
            &listed
                .crc64
                .map(|crc64| crc64.to_string())
                .unwrap_or_default(),
            listed
                .version
                .as_ref()
                .map_or("", |version| version.as_str()),
            &text(range.map(ByteRange::start)).unwrap_or_default(),
            &text(range.map(ByteRange::len)).unwrap_or_default(),
            &text(part_size).unwrap_or_default(),
            upload.map_or("", |upload| upload.as_str()),
            listed.address.as_deref().unwrap_or_default(),
        ];
        write(&mut self.csv, fields);
        // Quoted, with every character a quote.
        let longest = fields.iter().map(|field| 2 * field.len() as u64 + 3);
        self.text_bytes += longest.sum::<u64>();
        self.rows += 1;
        let moved = range.map(ByteRange::len).or(listed.size);
        self.bytes = self.bytes.saturating_add(moved.unwrap_or(0));
    }

    /// Puts it under its number.
    ///
    /// # Errors
    /// As [`Place::put`].
    pub fn put(self, place: &Place, number: u32) -> Result<(), Error> {
        place.put(&names::shard(number), self.finish())
    }

    /// What the file of it has.
    pub fn finish(self) -> Vec<u8> {
        let gz = self
            .csv
            .into_inner()
            .map_err(|error| error.error().to_string());
        gz.expect(TO_MEMORY).finish().expect(TO_MEMORY)
    }
}

const TO_MEMORY: &str = "writing to memory does not fail";

fn write<W: Write, T: AsRef<[u8]>>(csv: &mut csv::Writer<W>, record: impl IntoIterator<Item = T>) {
    csv.write_record(record)
        .expect("every record has the same fields, and writing to memory does not fail");
}
