//! How long it takes to sign the request of a part, in both versions.
#![allow(missing_docs)] // criterion's macros make undocumented functions

use std::hint::black_box;
use std::time::SystemTime;

use criterion::{Criterion, criterion_group, criterion_main};
use http::header::HOST;
use http::{HeaderMap, HeaderValue, Method};
use ossum_client::auth::{Credentials, Product, Signer, SigningScope, ToSign};

fn signing(c: &mut Criterion) {
    let v4 = Signer::V4(SigningScope {
        region: "cn-hangzhou".parse().expect("a region"),
        product: Product::Oss,
    });
    let credentials = Credentials::new("LTAIbench", "nobody's").expect("keys");
    let host = HeaderValue::from_static("bucket.oss-cn-hangzhou.aliyuncs.com");
    let headers = HeaderMap::from_iter([(HOST, host)]);
    let query = [
        ("partNumber".to_owned(), "7".to_owned()),
        (
            "uploadId".to_owned(),
            "0004B9895DBBB6EC98E3B8A5C5B1D2F0".to_owned(),
        ),
    ];
    let request = ToSign {
        method: &Method::PUT,
        bucket: Some("bucket"),
        key: Some("backup/2026/a.tar"),
        query: &query,
        headers: &headers,
        additional_headers: &[],
        sub_resources: &[],
    };
    for (name, signer) in [("sign V4", v4), ("sign V1", Signer::V1)] {
        c.bench_function(name, |b| {
            b.iter(|| {
                signer.sign_headers(black_box(&request), &credentials, SystemTime::UNIX_EPOCH)
            });
        });
    }
}

criterion_group!(benches, signing);
criterion_main!(benches);
