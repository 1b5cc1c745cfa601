use std::io::Write;
use std::time::{Duration, UNIX_EPOCH};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::*;
use crate::manifest::ShardWriter;

fn read(shard: &[u8]) -> Result<Vec<Row>, BadRow> {
    Rows::read(shard).collect()
}

fn written(rows: &[(Listed, Piece)]) -> Vec<u8> {
    let mut writer = ShardWriter::new();
    for (listed, piece) in rows {
        writer.add(listed, piece);
    }
    writer.finish()
}

fn gz(text: &str) -> Vec<u8> {
    let mut gz = GzEncoder::new(Vec::new(), Compression::fast());
    gz.write_all(text.as_bytes()).unwrap();
    gz.finish().unwrap()
}

fn listed() -> impl Strategy<Value = Listed> {
    let key = prop_oneof![".*", "[a-c/\"\r\n,;'\\\\]{1,8}", Just("#x".to_owned())];
    let etag = proptest::option::of("[A-F0-9]{32}(-[0-9]{1,2})?");
    let moment = proptest::option::of((0..4_000_000_000_u64, 0..1_000_000_000_u32));
    let address = proptest::option::of("https?://[a-z,\"]{1,9}");
    let size = proptest::option::of(any::<u64>());
    (key, size, etag, moment, any::<Option<u64>>(), address).prop_map(
        |(key, size, etag, moment, crc64, address)| Listed {
            key,
            size,
            etag: etag.map(|etag| etag.parse().unwrap()),
            modified: moment.map(|(seconds, nanos)| UNIX_EPOCH + Duration::new(seconds, nanos)),
            crc64: crc64.map(|crc64| crc64.to_string().parse().unwrap()),
            version: None,
            address,
        },
    )
}

fn piece() -> impl Strategy<Value = Piece> {
    let range =
        (0..u64::MAX / 2, 1..u64::MAX / 2, 1..u64::MAX).prop_map(|(start, len, part_size)| {
            Piece::Range {
                range: ByteRange::new(start, start + len).unwrap(),
                part_size,
                upload: "0004B9".parse().unwrap(),
            }
        });
    prop_oneof![Just(Piece::Object), range]
}

proptest! {
    #[test]
    fn what_is_written_is_read_whatever_the_keys_are(
        rows in proptest::collection::vec((listed(), piece()), 0..20)
    ) {
        let read = read(&written(&rows)).unwrap();
        for (at, row) in read.iter().enumerate() {
            prop_assert_eq!(row.row, at as u64);
        }
        let read: Vec<_> = read.into_iter().map(|row| (row.listed, row.piece)).collect();
        prop_assert_eq!(read, rows);
    }
}

#[test]
fn a_manifest_that_is_cut_off_is_not_a_shorter_one() {
    let mut rows = Vec::new();
    for number in 0..100 {
        let key = format!("k{number}");
        rows.push((
            Listed {
                key,
                ..Listed::default()
            },
            Piece::Object,
        ));
    }
    let whole = written(&rows);
    for len in [0, 5, whole.len() / 2, whole.len() - 1] {
        assert!(read(&whole[..len]).is_err(), "{len} of {}", whole.len());
    }
}

#[test]
fn what_is_no_manifest_is_refused_with_the_row() {
    let header = COLUMNS.join(",");
    for (row, why) in [
        ("0,object,k,x,,,,,,,,,", "row 0: size cannot be x"),
        ("1,object,k,1,,,,,,,,,", "row 0: it has the number 1"),
        ("0,part,k,1,,,,,,,,,", "row 0: there is no kind part"),
        ("0,range,k,1,,,,,5,0,9,u,", "row 0: it has no bytes"),
        (
            "0,range,k,1,,,,,5,18446744073709551615,9,u,",
            "row 0: it ends nowhere",
        ),
        (
            "0,object,k,1,,yesterday,,,,,,,",
            "row 0: modified is no moment",
        ),
    ] {
        let error = read(&gz(&format!("{header}\n{row}\n"))).unwrap_err();
        assert_eq!(error.to_string(), why);
    }
    assert!(read(&gz("key\nk\n")).is_err());
    assert!(read(&gz(&format!("{header}\n0,object,k\n"))).is_err());
    assert!(read(b"no gzip").is_err());
}
