//! How long it takes to plan 10,000 parts: anew, and with a listing of what is there.
#![allow(missing_docs)] // criterion's macros make undocumented functions

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use ossum_plan::{
    ListedPart, PartLayout, PartSizeWish, Recorded, RecordedPart, Reread, how_to_upload, reconcile,
};
use ossum_types::{Crc64, ETag, PartSize};

const PART_BYTES: u64 = 1 << 20;
const OBJECT_BYTES: u64 = 10_000 * PART_BYTES;

fn layout() -> PartLayout {
    let part_size = PartSize::new(PART_BYTES).expect("a size of a part");
    PartLayout::new(OBJECT_BYTES, part_size).expect("10,000 parts")
}

fn planning(c: &mut Criterion) {
    c.bench_function("plan 10,000 parts", |b| {
        b.iter(|| how_to_upload(black_box(OBJECT_BYTES), PartSizeWish::Auto));
    });
    c.bench_function("walk 10,000 parts", |b| {
        let layout = layout();
        b.iter(|| {
            black_box(&layout)
                .parts()
                .map(|part| part.range.len())
                .sum::<u64>()
        });
    });
}

fn reconciling(c: &mut Criterion) {
    let layout = layout();
    let etag: ETag = "5D41402ABC4B2A76B9719D911017C592".parse().expect("an ETag");
    let crc64 = Some(Crc64::new(7));
    let recorded: Recorded = layout
        .parts()
        .map(|part| {
            let etag = Some(etag.clone());
            (part.number, RecordedPart { crc64, etag })
        })
        .collect();
    let listed: Vec<_> = layout
        .parts()
        .map(|part| ListedPart {
            number: part.number,
            size: part.range.len(),
            etag: etag.clone(),
            crc64,
        })
        .collect();
    c.bench_function("reconcile 10,000 parts", |b| {
        b.iter_batched(
            || listed.clone(),
            |listed| reconcile(&layout, &recorded, listed, Reread::Always),
            BatchSize::LargeInput,
        );
    });
}

criterion_group!(benches, planning, reconciling);
criterion_main!(benches);
