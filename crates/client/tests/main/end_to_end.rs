//! Every operation against a server that checks signatures with code of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures_util::TryStreamExt;
use http::Method;
use ossum_client::auth::{SignatureVersion, StaticCredentials};
use ossum_client::op::{
    AbortMultipartUpload, CompleteMultipartUpload, CompletedPart, DeleteBucket, DeleteObject,
    GetBucketInfo, GetObject, HeadObject, InitiateMultipartUpload, ListBuckets,
    ListMultipartUploads, ListObjectsV2, ListParts, ObjectsEntry, Overwrite, PutBucket, PutObject,
    UploadPart,
};
use ossum_client::transport::Proxies;
use ossum_client::{Client, Clock, ErrorKind, ResponseBody, Settings};
use ossum_devserver as devserver;
use ossum_types::{BucketName, ByteRange, Crc64, ObjectKey, PartNumber, UploadId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::arrange::{ACCESS_KEY_ID, SECRET, TOKEN, bucket, key, settings, transport};

const VERSIONS: [SignatureVersion; 2] = [SignatureVersion::V4, SignatureVersion::V1];

fn server() -> devserver::RunningServer {
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
        ..devserver::Settings::default()
    };
    let service = devserver::Service::new(settings).unwrap();
    let listening = devserver::Listening::default();
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    devserver::Server::bind(any_port, service, &listening)
        .unwrap()
        .start()
        .unwrap()
}

fn client_with(settings: Settings) -> Client {
    let transport = transport(Proxies::none(), Duration::from_secs(10));
    Client::new(settings, Arc::new(transport)).unwrap()
}

fn client(server: &devserver::RunningServer, version: SignatureVersion) -> Client {
    client_with(Settings {
        signature_version: version,
        additional_headers: vec![http::header::HOST, http::header::RANGE],
        ..settings(server.endpoint())
    })
}

async fn read(mut body: ResponseBody) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(chunk) = body.chunk().await.unwrap() {
        all.extend(chunk);
    }
    all
}

async fn store(client: &Client, key: ObjectKey, bytes: &'static [u8]) {
    let request = PutObject::new(bucket(), key, Bytes::from_static(bytes));
    let output = client.put_object(&request).await.unwrap();
    assert_eq!(output.crc64, Some(Crc64::of(bytes)));
}

#[tokio::test]
async fn an_object_comes_and_goes() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let mut put = PutObject::new(bucket(), key("dir/a+b 中.txt"), Bytes::from("hello, world"));
        put.headers.content_type = Some("text/plain".to_owned());
        put.headers.metadata = vec![("Owner".to_owned(), "me".to_owned())];
        put.overwrite = Overwrite::Forbid;
        client.put_object(&put).await.unwrap();
        let error = client.put_object(&put).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);

        let head = HeadObject::new(bucket(), put.key.clone());
        let info = client.head_object(&head).await.unwrap();
        assert_eq!(
            (info.size, info.crc64),
            (12, Some(Crc64::of(b"hello, world")))
        );
        assert_eq!(info.content_type.as_deref(), Some("text/plain"));
        assert_eq!(info.metadata, [("owner".to_owned(), "me".to_owned())]);

        let mut get = GetObject::new(bucket(), put.key.clone());
        let whole = client.get_object(&get).await.unwrap();
        assert_eq!(
            (read(whole.body).await, whole.info.etag),
            (b"hello, world".to_vec(), info.etag)
        );
        get.range = ByteRange::new(7, 99);
        let part = client.get_object(&get).await.unwrap();
        assert_eq!((part.range, part.info.size), (ByteRange::new(7, 12), 12));
        assert_eq!(read(part.body).await, b"world");
        get.range = ByteRange::new(12, 13);
        let error = client.get_object(&get).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRange);

        let delete = DeleteObject::new(bucket(), put.key.clone());
        client.delete_object(&delete).await.unwrap();
        client.delete_object(&delete).await.unwrap();
        let error = client.head_object(&head).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchKey);
        assert_eq!(client.meter().retries(), 0);
    }
}

async fn send_part(
    client: &Client,
    upload_id: &UploadId,
    number: u32,
    bytes: Bytes,
) -> CompletedPart {
    let request = UploadPart {
        bucket: bucket(),
        key: key("big"),
        upload_id: upload_id.clone(),
        part_number: PartNumber::new(number).unwrap(),
        payload: bytes.into(),
    };
    let output = client.upload_part(&request).await.unwrap();
    assert_eq!(output.received_crc64, Some(output.sent_crc64));
    CompletedPart {
        number: request.part_number,
        etag: output.etag,
    }
}

#[tokio::test]
async fn an_object_is_made_of_parts() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let initiate = InitiateMultipartUpload::new(bucket(), key("big"));
        let upload_id = client.initiate_multipart_upload(&initiate).await.unwrap();
        let (first, second) = (
            Bytes::from(vec![1; 102_400]),
            Bytes::from_static(b"the end"),
        );
        let parts = vec![
            send_part(&client, &upload_id, 2, second.clone()).await,
            send_part(&client, &upload_id, 1, first.clone()).await,
        ];

        let mut listing = ListParts::new(bucket(), key("big"), upload_id.clone());
        listing.page_size = 1;
        let listed: Vec<_> = client.list_parts(listing).try_collect().await.unwrap();
        let told: Vec<_> = listed
            .iter()
            .map(|part| (part.number.get(), part.size, part.crc64))
            .collect();
        assert_eq!(
            told,
            [
                (1, 102_400, Some(Crc64::of(&first))),
                (2, 7, Some(Crc64::of(&second)))
            ]
        );
        assert_eq!(listed[0].etag, parts[1].etag);

        let complete = CompleteMultipartUpload::new(bucket(), key("big"), upload_id, parts);
        let output = client.complete_multipart_upload(&complete).await.unwrap();
        let whole = [&first[..], &second].concat();
        assert_eq!(output.crc64, Some(Crc64::of(&whole)));
        let got = client
            .get_object(&GetObject::new(bucket(), key("big")))
            .await
            .unwrap();
        assert_eq!(got.info.etag, output.etag);
        assert_eq!(read(got.body).await, whole);
        let error = client
            .complete_multipart_upload(&complete)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchUpload);
    }
}

#[tokio::test]
async fn uploads_are_found_and_aborted() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let mut begun = Vec::new();
        for name in ["up/a b", "up/a b", "up/c+d", "other"] {
            let initiate = InitiateMultipartUpload::new(bucket(), key(name));
            begun.push((
                name,
                client.initiate_multipart_upload(&initiate).await.unwrap(),
            ));
        }
        let request = ListMultipartUploads {
            prefix: "up/".to_owned(),
            page_size: 1,
            ..ListMultipartUploads::new(bucket())
        };
        let listed: Vec<_> = client
            .list_multipart_uploads(request)
            .try_collect()
            .await
            .unwrap();
        let mut found: Vec<_> = listed.iter().map(|upload| &upload.upload_id).collect();
        let mut expected: Vec<_> = begun[..3].iter().map(|(_, id)| id).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
        assert_eq!(listed[2].key, Ok(key("up/c+d")));

        for (name, upload_id) in begun {
            let abort = AbortMultipartUpload {
                bucket: bucket(),
                key: key(name),
                upload_id,
            };
            client.abort_multipart_upload(&abort).await.unwrap();
            let error = client.abort_multipart_upload(&abort).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NoSuchUpload);
            let listing = ListParts::new(bucket(), key(name), abort.upload_id);
            let error = client.list_parts_page(&listing).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NoSuchUpload);
        }
    }
}

#[tokio::test]
async fn objects_are_listed_by_page_prefix_and_directory() {
    let server = server();
    let names = ["a", "a b+c", "a/1", "a/2", "a/b/3", "e\u{1}", "é", "中"];
    for version in VERSIONS {
        let client = client(&server, version);
        for name in names {
            store(&client, key(name), b"x").await;
        }
        let list = async |request: ListObjectsV2| -> Vec<String> {
            let name = |entry| match entry {
                ObjectsEntry::Object(object) => object.key.unwrap().to_string(),
                ObjectsEntry::CommonPrefix(prefix) => prefix,
                other => panic!("{other:?}"),
            };
            client
                .list_objects_v2(request)
                .map_ok(name)
                .try_collect()
                .await
                .unwrap()
        };
        for page_size in [1, 3, 1000] {
            let all = ListObjectsV2 {
                page_size,
                ..ListObjectsV2::new(bucket())
            };
            assert_eq!(list(all.clone()).await, names);
            let directory = ListObjectsV2 {
                prefix: "a".to_owned(),
                delimiter: Some("/".to_owned()),
                ..all.clone()
            };
            assert_eq!(list(directory).await, ["a", "a b+c", "a/"]);
            let later = ListObjectsV2 {
                start_after: Some("a/b/3".to_owned()),
                ..all
            };
            assert_eq!(list(later).await, names[5..]);
        }
    }
}

#[tokio::test]
async fn a_bucket_comes_and_goes() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let another: BucketName = "another-bucket".parse().unwrap();
        let mut put = PutBucket::new(another.clone());
        put.storage_class = Some("IA".to_owned());
        client.put_bucket(&put).await.unwrap();
        let get = GetBucketInfo {
            bucket: another.clone(),
        };
        let info = client.get_bucket_info(&get).await.unwrap();
        assert_eq!(info.region, Some("cn-hangzhou".parse().unwrap()));

        let listing = ListBuckets {
            page_size: 1,
            ..ListBuckets::default()
        };
        let listed: Vec<_> = client.list_buckets(listing).try_collect().await.unwrap();
        let names: Vec<_> = listed
            .into_iter()
            .map(|bucket| bucket.name.unwrap())
            .collect();
        assert_eq!(names, [another.clone(), bucket()]);

        let object = PutObject::new(another.clone(), key("k"), Bytes::from("x"));
        client.put_object(&object).await.unwrap();
        let delete = DeleteBucket {
            bucket: another.clone(),
        };
        assert_eq!(
            client.delete_bucket(&delete).await.unwrap_err().kind(),
            ErrorKind::Conflict
        );
        client
            .delete_object(&DeleteObject::new(another, key("k")))
            .await
            .unwrap();
        client.delete_bucket(&delete).await.unwrap();
        assert_eq!(
            client.get_bucket_info(&get).await.unwrap_err().kind(),
            ErrorKind::NoSuchBucket
        );
    }
}

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
