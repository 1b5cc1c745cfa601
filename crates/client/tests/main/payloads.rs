//! What is sent is what was meant, at every attempt.

use std::collections::BTreeMap;

use bytes::Bytes;
use ossum_client::op::{PutObject, UploadPart};
use ossum_client::{ErrorKind, Payload, Settings, TrafficLimit};
use ossum_types::{Crc64, PartNumber};

use crate::arrange::{Source, bucket, get, head, key, put, settings};
use crate::script::{Reply, Script};

fn part(payload: Payload) -> UploadPart {
    UploadPart {
        bucket: bucket(),
        key: key("key"),
        upload_id: "id".parse().unwrap(),
        part_number: PartNumber::FIRST,
        payload,
    }
}

fn received(bytes: &[u8]) -> Reply {
    Reply::object("").with("x-oss-hash-crc64ecma", &Crc64::of(bytes).to_string())
}

#[tokio::test(start_paused = true)]
async fn a_retry_sends_the_payload_again_from_its_start() {
    for payload in Source::new(&[b"hello", b"", b" world"]).payloads() {
        let script = Script::new([
            Reply::foreign(502, "text/html", ""),
            received(b"hello world"),
        ]);
        let client = script.client();
        let output = client.upload_part(&part(payload)).await.unwrap();
        assert_eq!(output.sent_crc64, Crc64::of(b"hello world"));
        assert_eq!(output.received_crc64, Some(output.sent_crc64));
        for seen in script.seen() {
            assert_eq!(seen.body, "hello world");
            assert_eq!(seen.header("content-length"), Some("11"));
        }
        assert_eq!(client.meter().sent_bytes(), 22);
    }
}

/// Cases: 48.
#[tokio::test(start_paused = true)]
async fn bytes_that_were_damaged_on_their_way_are_sent_again() {
    let script = Script::new([received(b"hellO"), received(b"hello")]);
    script
        .client()
        .put_object(&put(Bytes::from("hello")))
        .await
        .unwrap();
    assert_eq!(script.seen().len(), 2);

    let script = Script::new([received(b"hellO")]);
    let error = script
        .client()
        .put_object(&put(Bytes::from("hello")))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), script.seen().len()),
        (ErrorKind::Integrity, 3)
    );
}

/// Cases: 83.
#[tokio::test(start_paused = true)]
async fn a_source_that_has_another_length_than_it_announced_is_a_local_failure() {
    for (announced, chunks) in [
        (4, vec![&b"hello"[..]]),
        (5, vec![&b"hello"[..], b"", b"!"]),
        (6, vec![&b"hello"[..]]),
        (1, vec![]),
    ] {
        let source = Source {
            announced,
            ..Source::new(&chunks)
        };
        for payload in source.payloads() {
            let script = Script::new([received(b"hello")]);
            let uploaded = script.client().upload_part(&part(payload)).await;
            let error = uploaded.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Source, "{announced}");
            assert_eq!((error.attempts(), script.seen().len()), (1, 0));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_that_cannot_be_read_is_a_local_failure_with_its_cause() {
    let source = Source {
        announced: 10,
        fails: true,
        ..Source::new(&[b"hello"])
    };
    for payload in source.payloads() {
        let script = Script::new([received(b"")]);
        let uploaded = script.client().upload_part(&part(payload)).await;
        let error = uploaded.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Source);
        assert_eq!(error.into_source().unwrap().to_string(), "the disk is gone");
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_in_memory_go_with_their_md5() {
    let script = Script::new([received(b"hello")]);
    script
        .client()
        .put_object(&put(Bytes::from("hello")))
        .await
        .unwrap();
    assert_eq!(
        script.seen()[0].header("content-md5"),
        Some("XUFAKrxLKna5cZ2REBfFkg==")
    );
}

#[tokio::test(start_paused = true)]
async fn an_empty_object_is_announced_as_empty() {
    for payload in [
        Payload::Empty,
        Bytes::new().into(),
        Source::new(&[]).payload(),
    ] {
        let script = Script::new([received(b"")]);
        script.client().put_object(&put(payload)).await.unwrap();
        assert_eq!(script.seen()[0].header("content-length"), Some("0"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_beside_the_bytes_is_sent_as_headers() {
    let script = Script::new([received(b"")]);
    let mut request = put(Payload::Empty);
    request.headers.content_type = Some("text/plain".to_owned());
    request.headers.storage_class = Some("IA".to_owned());
    request.headers.metadata = vec![("Owner".to_owned(), "中文 née".to_owned())];
    request.headers.tags = vec![("a b".to_owned(), "c&d".to_owned())];
    request.overwrite = ossum_client::op::Overwrite::Forbid;
    script.client().put_object(&request).await.unwrap();
    let headers = script.seen()[0].headers.clone();
    let expected = BTreeMap::from([
        ("content-type", "text/plain"),
        ("x-oss-storage-class", "IA"),
        ("x-oss-meta-owner", "中文 née"),
        ("x-oss-tagging", "a%20b=c%26d"),
        ("x-oss-forbid-overwrite", "true"),
    ]);
    for (name, value) in expected {
        assert_eq!(headers[name].as_bytes(), value.as_bytes(), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn payer_and_traffic_limit_go_where_they_have_a_meaning() {
    let script = Script::new([received(b"")]);
    let client = script.client_with(Settings {
        request_payer: true,
        traffic_limit: Some(TrafficLimit::new(819_200).unwrap()),
        ..settings("https://oss-cn-hangzhou.aliyuncs.com")
    });
    client.head_object(&head()).await.unwrap();
    client
        .put_object(&PutObject::new(bucket(), key("key"), Payload::Empty))
        .await
        .unwrap();
    client.get_object(&get()).await.unwrap();
    let sent = |name| {
        script
            .seen()
            .iter()
            .map(|seen| seen.header(name).map(str::to_owned))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        sent("x-oss-request-payer"),
        vec![Some("requester".to_owned()); 3]
    );
    let limit = Some("819200".to_owned());
    assert_eq!(sent("x-oss-traffic-limit"), [None, limit.clone(), limit]);
}
