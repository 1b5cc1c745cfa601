//! What fuzzers feed the readers of this crate with, and what holds whatever they read.
//!
//! The first byte tells which reader it is. What is compressed is so once by the fuzzer, as whoever made it would, and
//! once it is what the fuzzer made up.

use std::io::{Cursor, Read};

use csv::StringRecord;
use flate2::Crc;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::ledger::{Line, read};
use crate::manifest::{Listed, Row, Rows, ShardWriter};
use crate::source::inventory::{self, Columns, Manifest};
use crate::source::listing::Found;
use crate::source::lists;
use crate::source::s3::list::Page;
use crate::{Done, HugeUpload, Job, Source, spool};

/// Reads what lies in a work place: shards, ledgers, and what says what was planned and done.
///
/// # Panics
/// If something does not say the same when it is written again.
pub fn shards(bytes: &[u8]) {
    let (kind, rest) = bytes.split_first().unwrap_or((&0, bytes));
    match kind % 6 {
        0 => shard(&stored(rest)),
        1 => shard(rest),
        2 => read::lines("chunk", rest)
            .filter_map(Result::ok)
            .for_each(|line| is_the_same::<Line>(&line)),
        3 => json::<Done>(rest),
        4 => json::<HugeUpload>(rest),
        _ => json::<Job>(rest),
    }
}

/// Reads what tells which objects there are: inventories, lists of names and addresses, pages of a listing of S3.
///
/// # Panics
/// If what was found is not the same after it was sorted, or a listing could go on for ever.
pub fn lists(bytes: &[u8]) {
    let (kind, rest) = bytes.split_first().unwrap_or((&0, bytes));
    match kind % 5 {
        0 => drop(Manifest::read(rest)),
        1 => {
            let end = rest.iter().position(|&byte| byte == b'\n');
            let (schema, table) = rest.split_at(end.unwrap_or(0));
            inventory_file(&String::from_utf8_lossy(schema), Cursor::new(stored(table)));
        }
        2 => inventory_file("Bucket, Key, Size, ETag", rest),
        3 => lines(rest),
        _ => page(rest),
    }
}

fn shard(file: &[u8]) {
    let rows: Result<Vec<Row>, _> = Rows::read(file).collect();
    let Ok(rows) = rows else { return };
    let mut writer = ShardWriter::new();
    for row in &rows {
        writer.add(&row.listed, &row.piece);
    }
    let written = writer.finish();
    let again: Result<Vec<Row>, _> = Rows::read(&written[..]).collect();
    assert_eq!(again.expect("what was written is read"), rows);
}

fn json<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    if let Ok(read) = serde_json::from_slice::<T>(bytes) {
        is_the_same(&read);
    }
}

fn is_the_same<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(read: &T) {
    let text = serde_json::to_string(read).expect("what was read is written");
    assert!(!text.contains('\n'));
    let again = serde_json::from_str(&text);
    assert_eq!(read, &again.expect("what was written is read"));
}

fn inventory_file(schema: &str, file: impl Read) {
    let columns = Columns::of(schema);
    let source = Source::parse("oss://bkt/data/").expect("a source");
    let mut table = inventory::table(file);
    let mut record = StringRecord::new();
    while let Ok(true) = table.next(&mut record) {
        if let Ok(Some(listed)) = columns.listed(&record, &source) {
            sorts(&listed);
        }
    }
}

fn lines(mut file: &[u8]) {
    let mut line = Vec::new();
    while let Ok(Some(text)) = lists::next_line(&mut file, &mut line) {
        if let Ok(listed) = lists::of_url(text) {
            assert!(!listed.key.is_empty());
            sorts(&listed);
        }
        sorts(&Listed {
            key: text.to_owned(),
            ..Listed::default()
        });
    }
}

fn page(document: &[u8]) {
    let Ok(page) = Page::read(document) else {
        return;
    };
    if let Ok(Some(next)) = page.next(None, "bkt") {
        assert!(
            page.next(Some(&next), "bkt").is_err(),
            "it goes in a circle"
        );
    }
    for found in page.found("data/") {
        match found {
            Found::Object(listed) => sorts(&listed),
            Found::LeftOut(_, cause) => assert_eq!(cause.to_string().parse(), Ok(cause)),
        }
    }
}

/// It comes out of the sorting as it went in.
fn sorts(listed: &Listed) {
    let sorted = spool::decoded(&spool::encoded(listed));
    assert_eq!(sorted.as_ref(), Some(listed));
}

/// A file of gzip that has `text` as it is: to compress it would take most of the time.
fn stored(text: &[u8]) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut blocks = text.chunks(usize::from(u16::MAX)).peekable();
    if text.is_empty() {
        file.extend([1, 0, 0, 0xff, 0xff]);
    }
    while let Some(block) = blocks.next() {
        let len = u16::try_from(block.len()).expect("a block is that short");
        file.push(u8::from(blocks.peek().is_none()));
        file.extend(len.to_le_bytes());
        file.extend((!len).to_le_bytes());
        file.extend(block);
    }
    let mut crc = Crc::new();
    crc.update(text);
    file.extend(crc.sum().to_le_bytes());
    file.extend(crc.amount().to_le_bytes());
    file
}

#[cfg(test)]
mod tests {
    use ossum_testkit::corpus;

    use super::*;

    #[test]
    fn what_is_stored_is_unfolded_again() {
        for len in [0, 1, 65_535, 65_536, 200_000] {
            let text = vec![b'a'; len];
            let mut read = Vec::new();
            let mut gz = flate2::read::MultiGzDecoder::new(Cursor::new(stored(&text)));
            gz.read_to_end(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }

    /// Cases: 89.
    #[test]
    fn what_fuzzing_kept_of_work_places_is_read_or_refused() {
        for (_, bytes) in corpus("shards") {
            shards(&bytes);
        }
    }

    /// Cases: 109.
    #[test]
    fn what_fuzzing_kept_of_lists_is_read_or_refused() {
        for (_, bytes) in corpus("lists") {
            lists(&bytes);
        }
    }
}
