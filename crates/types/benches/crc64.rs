//! How long CRC-64 takes: over bytes, and combined by length alone.
#![allow(missing_docs)] // criterion's macros make undocumented functions

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use ossum_types::Crc64;

fn combining(c: &mut Criterion) {
    let mut group = c.benchmark_group("combine");
    // A usual part, the last part of a 50 TB object, and the length with the most digits.
    for len_bytes in [8 << 20, 53_687_091_200_001, u64::MAX] {
        group.bench_with_input(
            BenchmarkId::from_parameter(len_bytes),
            &len_bytes,
            |b, &len| {
                b.iter(|| {
                    black_box(Crc64::new(1)).combine(black_box(Crc64::new(2)), black_box(len))
                });
            },
        );
    }
    group.finish();
}

fn hashing(c: &mut Criterion) {
    let bytes = vec![7; 256 * 1024];
    let mut group = c.benchmark_group("hash");
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("256 KiB", |b| b.iter(|| Crc64::of(black_box(&bytes))));
    group.finish();
}

criterion_group!(benches, combining, hashing);
criterion_main!(benches);
