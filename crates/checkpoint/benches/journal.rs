//! How long it takes to write down 10,000 parts, in memory and in a file, and to read them again.
#![allow(missing_docs)] // criterion's macros make undocumented functions

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use ossum_checkpoint::{
    CheckpointPlace, CheckpointStore, FileIdentity, FileStore, Header, Journal, MemoryStore,
    Record, RecordedPart, SourceIdentity, Transfer, Way,
};
use ossum_durable::{Durability, FileId, RealFs};
use ossum_types::{Crc64, PartNumber, PartSize};

const PARTS: u32 = 10_000;

fn upload(file: &Path) -> Transfer {
    Transfer {
        endpoint: "localhost:9000".to_owned(),
        way: Way::Upload {
            file: file.to_owned(),
            object: "oss://bucket/a.tar".parse().expect("an object"),
        },
    }
}

fn begun(store: &dyn CheckpointStore, file: &Path) -> Journal {
    let transfer = upload(file);
    let (mut journal, _) = Journal::open(store, &transfer).expect("a free place");
    let size = u64::from(PARTS) << 20;
    let header = Header {
        source: SourceIdentity::File(FileIdentity {
            id: FileId {
                device: 0xfd01,
                inode: 4711,
            },
            size,
            modified_ns: 1_795_651_200_123_456_789,
            changed_ns: 1_795_651_201_000_000_001,
        }),
        size,
        part_size: PartSize::new(1 << 20).expect("a size of a part"),
        partial: None,
        headers: None,
        began: SystemTime::UNIX_EPOCH,
        transfer,
    };
    journal.begin(&header, None).expect("room for a journal");
    journal
}

fn records() -> Vec<Record> {
    let record = |number: u32| {
        Record::Part(RecordedPart {
            number: PartNumber::new(number).expect("a part's number"),
            crc64: Some(Crc64::of(&number.to_le_bytes())),
            etag: Some("5D41402ABC4B2A76B9719D911017C592".parse().expect("an ETag")),
        })
    };
    (1..=PARTS).map(record).collect()
}

fn append_all(mut journal: Journal, records: &[Record]) -> Journal {
    for record in records {
        journal.append(record).expect("room for a record");
    }
    journal
}

fn appending(c: &mut Criterion) {
    let records = records();
    let mut group = c.benchmark_group("append 10,000 parts");
    group.throughput(Throughput::Elements(PARTS.into()));
    group.bench_function("in memory", |b| {
        b.iter_batched(
            || begun(&MemoryStore::new(), Path::new("/data/a.tar")),
            |journal| append_all(journal, &records),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("in a file", |b| {
        let directory = tempfile::tempdir().expect("a directory");
        let store = FileStore::new(
            Arc::new(RealFs),
            CheckpointPlace::Beside,
            None,
            Durability::None,
        );
        b.iter_batched(
            || begun(&store, &directory.path().join("a.tar")),
            |journal| {
                let mut journal = append_all(journal, &records);
                journal.remove().expect("a journal of ours");
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

fn replaying(c: &mut Criterion) {
    let store = MemoryStore::new();
    let file = Path::new("/data/a.tar");
    drop(append_all(begun(&store, file), &records()));
    let transfer = upload(file);
    let mut group = c.benchmark_group("replay");
    group.throughput(Throughput::Elements(PARTS.into()));
    group.bench_function("10,000 parts", |b| {
        b.iter(|| Journal::open(&store, &transfer).expect("the journal"));
    });
    group.finish();
}

criterion_group!(benches, appending, replaying);
criterion_main!(benches);
