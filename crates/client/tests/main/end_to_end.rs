//! Every operation against a server that checks signatures with code of its own.

mod access;
mod appends_and_copies;
mod beside_the_bytes;
mod buckets_and_listings;
mod objects;
mod uploads;
mod versions;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ossum_client::auth::SignatureVersion;
use ossum_client::op::PutObject;
use ossum_client::transport::Proxies;
use ossum_client::{Client, ResponseBody, Settings};
use ossum_devserver as devserver;
use ossum_types::{Crc64, ObjectKey};

use crate::arrange::{ACCESS_KEY_ID, SECRET, TOKEN, bucket, settings, transport};

pub(super) const VERSIONS: [SignatureVersion; 2] = [SignatureVersion::V4, SignatureVersion::V1];

pub(super) fn server() -> devserver::RunningServer {
    server_with(devserver::Settings::default())
}

pub(super) fn server_with(settings: devserver::Settings) -> devserver::RunningServer {
    let access_key = |token: Option<&str>| devserver::AccessKey {
        id: token.map_or(ACCESS_KEY_ID.to_owned(), |_| "STS.temporary".to_owned()),
        secret: SECRET.to_owned(),
        token: token.map(|text| devserver::SecurityToken {
            text: text.to_owned(),
            expires: None,
        }),
    };
    let settings = devserver::Settings {
        access: devserver::Access::Keys(vec![access_key(None), access_key(Some(TOKEN))]),
        buckets: vec![bucket()],
        ..settings
    };
    let service = devserver::Service::new(settings).unwrap();
    let listening = devserver::Listening::default();
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    devserver::Server::bind(any_port, service, &listening)
        .unwrap()
        .start()
        .unwrap()
}

pub(super) fn client_with(settings: Settings) -> Client {
    let transport = transport(Proxies::none(), Duration::from_secs(10));
    Client::new(settings, Arc::new(transport)).unwrap()
}

pub(super) fn client(server: &devserver::RunningServer, version: SignatureVersion) -> Client {
    client_with(Settings {
        signature_version: version,
        additional_headers: vec![http::header::HOST, http::header::RANGE],
        ..settings(server.endpoint())
    })
}

pub(super) async fn read(mut body: ResponseBody) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(chunk) = body.chunk().await.unwrap() {
        all.extend(chunk);
    }
    all
}

pub(super) async fn store(client: &Client, key: ObjectKey, bytes: &'static [u8]) {
    let request = PutObject::new(bucket(), key, Bytes::from_static(bytes));
    let output = client.put_object(&request).await.unwrap();
    assert_eq!(output.crc64, Some(Crc64::of(bytes)));
}
