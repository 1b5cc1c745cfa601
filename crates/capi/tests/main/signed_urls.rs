//! Requests by URLs that somebody else has signed.

use std::sync::Arc;
use std::time::Duration;

use ossum_client::auth::{Credentials, SignatureVersion, StaticCredentials};
use ossum_client::op::{GetObject, HeadObject, PutObject};
use ossum_client::transport::{HttpTransport, Proxies, TlsSettings};
use ossum_client::{Client, Payload, Presignable, Settings};
use ossum_testkit::{LocalOss, Server, Workspace, seeded};

use crate::compiler::{Compiler, STRICT, STRICT_CPP};

/// Somebody who has keys.
fn signer(oss: &LocalOss, version: SignatureVersion) -> Client {
    let keys =
        Credentials::new(LocalOss::ACCESS_KEY_ID, LocalOss::ACCESS_KEY_SECRET).expect("keys");
    let settings = Settings {
        credentials: Some(Arc::new(StaticCredentials::new(keys))),
        region: Some(LocalOss::REGION.parse().expect("a region")),
        signature_version: version,
        ..Settings::new(oss.endpoint().parse().expect("an endpoint"))
    };
    let timeout = Duration::from_secs(30);
    let transport = HttpTransport::new(Proxies::none(), TlsSettings::default(), timeout);
    Client::new(settings, Arc::new(transport)).expect("a client")
}

/// URLs to put, to get and to look up one object.
fn urls(client: &Client) -> [String; 3] {
    let (bucket, key) = (
        || LocalOss::BUCKET.parse().expect("a bucket"),
        || "a b+c".parse().expect("a key"),
    );
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime");
    let requests: [Presignable; 3] = [
        (&PutObject::new(bucket(), key(), Payload::Empty)).into(),
        (&GetObject::new(bucket(), key())).into(),
        (&HeadObject::new(bucket(), key())).into(),
    ];
    requests.map(|request| {
        let presigned = client.presign(request, Duration::from_hours(1));
        runtime.block_on(presigned).expect("a signature").url
    })
}

fn works(compiler: Compiler, version: SignatureVersion) {
    let (oss, place) = (Server::new().on_loopback(), Workspace::new());
    let bytes = seeded(1, 700_000);
    place.write("big.json", &bytes);
    let text = include_str!("../programs/by_url.c");
    let program = compiler.compile(&place, "by_url", text);
    program.run(urls(&signer(&oss, version))).exit(0);
    assert!(place.read("back.bin") == bytes);
}

#[test]
fn who_has_a_signed_url_needs_no_keys() {
    works(STRICT, SignatureVersion::V4);
}

#[test]
fn who_has_a_url_signed_with_v1_needs_no_keys_either() {
    works(STRICT_CPP, SignatureVersion::V1);
}
