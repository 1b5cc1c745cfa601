use std::io::Read;
use std::str::FromStr;

use csv::{ReaderBuilder, StringRecord};
use ossum_types::ByteRange;

use super::{COLUMNS, Listed, MAX_BYTES, Piece, Row};
use crate::error::Error;
use crate::names;
use crate::place::Place;
use crate::table::Table;
use crate::time;

/// The rows of a shard, one after the other. After the first error there is nothing more.
#[derive(Debug)]
pub struct Rows<R: Read> {
    table: Table<R>,
    record: StringRecord,
    next: u64,
    is_over: bool,
}

/// Why a manifest cannot be read on.
#[derive(Debug, thiserror::Error)]
#[error("row {row}: {why}")]
pub struct BadRow {
    row: u64,
    why: String,
}

impl Rows<std::io::Cursor<bytes::Bytes>> {
    /// Those of a shard of `place`, all of them: a shard is small.
    ///
    /// # Errors
    /// [`Error::Damaged`] if it is not there, or not what it should be.
    pub fn of_shard(place: &Place, number: u32) -> Result<Vec<Row>, Error> {
        let name = names::shard(number);
        let Some(bytes) = place.get(&name)? else {
            return Err(place.damaged(&name, "it is not there"));
        };
        let rows: Result<Vec<Row>, BadRow> = Rows::read(std::io::Cursor::new(bytes)).collect();
        rows.map_err(|bad| place.damaged(&name, &bad.to_string()))
    }
}

impl<R: Read> Rows<R> {
    /// Reads what a shard has, a row at a time, and 256 MiB of text at most.
    pub fn read(shard: R) -> Self {
        Self {
            table: Table::new(shard, &ReaderBuilder::new(), MAX_BYTES),
            record: StringRecord::new(),
            next: 0,
            is_over: false,
        }
    }

    fn read_next(&mut self) -> Result<Option<Row>, String> {
        if self.next == 0 {
            let header = self.table.headers().map_err(|error| error.to_string())?;
            if header != COLUMNS.as_slice() {
                return Err("its columns are not those of a manifest".to_owned());
            }
        }
        let is_there = self.table.next(&mut self.record);
        if !is_there.map_err(|error| error.to_string())? {
            return Ok(None);
        }
        let row = row(&self.record)?;
        if row.row != self.next {
            return Err(format!("it has the number {}", row.row));
        }
        Ok(Some(row))
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let row = self.next;
        let read = self.read_next();
        self.next += 1;
        self.is_over = !matches!(read, Ok(Some(_)));
        read.map_err(|why| BadRow { row, why }).transpose()
    }
}

fn row(record: &StringRecord) -> Result<Row, String> {
    let field = |column: &'static str| Field {
        column,
        text: COLUMNS
            .iter()
            .position(|its| *its == column)
            .and_then(|at| record.get(at))
            .unwrap_or_default(),
    };
    let modified = match field("modified").text {
        "" => None,
        text => Some(time::parse(text).ok_or("modified is no moment")?),
    };
    let address = field("source").text;
    Ok(Row {
        row: field("row").required()?,
        listed: Listed {
            key: field("key").text.to_owned(),
            size: field("size").optional()?,
            etag: field("etag").optional()?,
            modified,
            crc64: field("crc64").optional()?,
            version: field("version").optional()?,
            address: (!address.is_empty()).then(|| address.to_owned()),
        },
        piece: piece(field)?,
    })
}

fn piece<'r>(field: impl Fn(&'static str) -> Field<'r>) -> Result<Piece, String> {
    match field("kind").text {
        "object" => Ok(Piece::Object),
        "range" => {
            let start: u64 = field("offset").required()?;
            let len: u64 = field("length").required()?;
            let end = start.checked_add(len).ok_or("it ends nowhere")?;
            Ok(Piece::Range {
                range: ByteRange::new(start, end).ok_or("it has no bytes")?,
                part_size: field("part_size").required()?,
                upload: field("upload").required()?,
            })
        }
        kind => Err(format!("there is no kind {}", kind.escape_debug())),
    }
}

struct Field<'r> {
    column: &'static str,
    text: &'r str,
}

impl Field<'_> {
    fn required<T: FromStr>(&self) -> Result<T, String> {
        let Self { column, text } = self;
        let parsed = text.parse();
        parsed.map_err(|_| format!("{column} cannot be {}", text.escape_debug()))
    }

    fn optional<T: FromStr>(&self) -> Result<Option<T>, String> {
        if self.text.is_empty() {
            return Ok(None);
        }
        self.required().map(Some)
    }
}

#[cfg(test)]
mod tests;
