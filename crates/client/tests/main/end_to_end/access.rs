//! Who may come in: tokens, wrong secrets, wrong clocks, presigned addresses.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Method;
use ossum_client::auth::StaticCredentials;
use ossum_client::op::{GetObject, ListBuckets, PutObject};
use ossum_client::{Clock, ErrorKind, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{VERSIONS, client, client_with, server, store};
use crate::arrange::{ACCESS_KEY_ID, SECRET, TOKEN, bucket, key, settings};

#[tokio::test]
async fn temporary_credentials_are_accepted_with_their_token() {
    let server = server();
    for version in VERSIONS {
        let temporary = ossum_client::auth::Credentials::new("STS.temporary", SECRET).unwrap();
        let with = |credentials| {
            client_with(Settings {
                signature_version: version,
                credentials: Some(Arc::new(StaticCredentials::new(credentials))),
                ..settings(server.endpoint())
            })
        };
        let client = with(temporary.clone().with_security_token(TOKEN).unwrap());
        store(&client, key("sts"), b"x").await;
        let url = client
            .presign(
                &GetObject::new(bucket(), key("sts")),
                Duration::from_mins(1),
            )
            .await
            .unwrap()
            .url;
        assert_eq!(
            fetch(&Method::GET, &url, b"").await,
            ("200".to_owned(), "x".to_owned())
        );
        let error = with(temporary)
            .list_buckets_page(&ListBuckets::default())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied);
    }
}

#[tokio::test]
async fn a_wrong_secret_is_denied_and_the_hint_says_which_variable_to_look_at() {
    let server = server();
    for version in VERSIONS {
        let wrong = ossum_client::auth::Credentials::new(ACCESS_KEY_ID, "wrong").unwrap();
        let client = client_with(Settings {
            signature_version: version,
            credentials: Some(Arc::new(StaticCredentials::new(wrong))),
            ..settings(server.endpoint())
        });
        let error = client
            .list_buckets_page(&ListBuckets::default())
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Denied, 1));
        assert!(error.hint().unwrap().contains("OSS_ACCESS_KEY_SECRET"));
    }
}

#[tokio::test]
async fn a_clock_that_is_an_hour_off_is_corrected() {
    let server = server();
    for version in VERSIONS {
        for ahead in [true, false] {
            let wrong = move || {
                let hour = Duration::from_hours(1);
                if ahead {
                    SystemTime::now() + hour
                } else {
                    SystemTime::now() - hour
                }
            };
            let client = client_with(Settings {
                signature_version: version,
                clock: Clock::over(wrong),
                ..settings(server.endpoint())
            });
            store(&client, key("clock"), b"x").await;
            store(&client, key("clock"), b"x").await;
            assert_eq!(
                (client.meter().requests(), client.meter().retries()),
                (3, 1)
            );
        }
    }
}

/// Speaks just enough HTTP to use an address as a stranger would.
async fn fetch(method: &Method, url: &str, body: &[u8]) -> (String, String) {
    let (host, target) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = tokio::net::TcpStream::connect(host).await.unwrap();
    let length = body.len();
    let head = format!(
        "{method} /{target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap();
    (status.to_owned(), body.to_owned())
}

#[tokio::test]
async fn a_presigned_address_works_without_credentials_and_for_nothing_else() {
    let server = server();
    let minute = Duration::from_mins(1);
    for version in VERSIONS {
        let client = client(&server, version);
        let put = PutObject::new(bucket(), key("a+b 中"), ossum_client::Payload::Empty);
        let presigned = client.presign(&put, minute).await.unwrap();
        let (status, _) = fetch(&presigned.method, &presigned.url, b"hello").await;
        assert_eq!(status, "200");
        let get = GetObject::new(bucket(), key("a+b 中"));
        let presigned = client.presign(&get, minute).await.unwrap();
        let (status, body) = fetch(&presigned.method, &presigned.url, b"").await;
        assert_eq!((status.as_str(), body.as_str()), ("200", "hello"));

        let other = presigned.url.replace("/a%2Bb", "/a%2Bc");
        assert_eq!(fetch(&Method::GET, &other, b"").await.0, "403");
        assert_eq!(fetch(&Method::PUT, &presigned.url, b"x").await.0, "403");
    }
}
