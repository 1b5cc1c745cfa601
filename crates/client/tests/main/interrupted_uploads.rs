//! A body that is still being sent when the answer comes, or the end.

use bytes::Bytes;
use ossum_client::ErrorKind;
use ossum_client::op::UploadPart;
use ossum_types::{Crc64, PartNumber};

use crate::arrange::{Source, bucket, key, large, networked, put};
use crate::server::{Server, Step, answer, object};

/// Cases: 57.
#[tokio::test]
async fn a_refusal_that_comes_while_the_body_is_still_being_sent_is_heard() {
    let document = "<Error><Code>AccessDenied</Code><RequestId>5C3D</RequestId></Error>";
    let refusal = || {
        answer(
            "403 Forbidden",
            &[("Connection", "close")],
            document.as_bytes(),
        )
    };
    // The server hangs up with unread bytes, politely or not, at once or later.
    for end in [
        vec![],
        vec![Step::Reset],
        vec![Step::ReadBytes(100_000)],
        vec![Step::Stall],
    ] {
        for _ in 0..10 {
            let mut script = vec![Step::ReadHead, refusal()];
            script.extend(end.clone());
            let server = Server::start(vec![script]);
            let client = networked(&server.endpoint());
            let payload = large();
            let len = payload.len();
            let error = client.put_object(&put(payload)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Denied, "{end:?} {error:?}");
            assert_eq!(server.connections(), 1);
            assert!(client.meter().sent_bytes() < len);
        }
    }
}

#[tokio::test]
async fn a_connection_on_which_a_body_was_cut_off_is_not_used_again() {
    let refusal = answer(
        "403 Forbidden",
        &[],
        b"<Error><Code>AccessDenied</Code></Error>",
    );
    let server = Server::start(vec![
        vec![Step::ReadHead, refusal, Step::Stall],
        vec![Step::Read, object(b"")],
    ]);
    let client = networked(&server.endpoint());
    client.put_object(&put(large())).await.unwrap_err();
    client.put_object(&put(Bytes::from("x"))).await.unwrap();
    assert_eq!((server.connections(), client.meter().retries()), (2, 0));
}

/// Cases: 57.
#[tokio::test]
async fn a_success_before_the_whole_body_was_sent_is_none() {
    let server = Server::start(vec![vec![Step::ReadHead, object(b""), Step::Stall]]);
    let client = networked(&server.endpoint());
    let error = client.put_object(&put(large())).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Malformed);
}

/// Cases: 39.
#[tokio::test]
async fn a_connection_that_breaks_while_a_body_is_sent_is_tried_again_with_the_whole_of_it() {
    static CHUNK: [u8; 100_000] = [7; 100_000];
    let crc64 = Crc64::of(&CHUNK.repeat(3)).to_string();
    let stored = answer(
        "200 OK",
        &[("ETag", "\"AA\""), ("x-oss-hash-crc64ecma", &crc64)],
        b"",
    );
    let server = Server::start(vec![
        vec![Step::ReadHead, Step::ReadBytes(1000), Step::Reset],
        vec![Step::Read, stored],
    ]);
    let client = networked(&server.endpoint());
    let part = UploadPart {
        bucket: bucket(),
        key: key("key"),
        upload_id: "id".parse().unwrap(),
        part_number: PartNumber::FIRST,
        payload: Source::new(&[&CHUNK[..]; 3]).payload(),
    };
    let output = client.upload_part(&part).await.unwrap();
    assert_eq!(output.sent_crc64.to_string(), crc64);
    assert_eq!(client.meter().retries(), 1);
}
