//! Objects that are made of parts, and uploads that are not completed.

use bytes::Bytes;
use futures_util::TryStreamExt;
use ossum_client::op::{
    AbortMultipartUpload, CompleteMultipartUpload, CompletedPart, GetObject,
    InitiateMultipartUpload, ListMultipartUploads, ListParts, PartsToJoin, UploadPart,
};
use ossum_client::{Client, ErrorKind};
use ossum_types::{Crc64, PartNumber, UploadId};

use super::{VERSIONS, client, read, server};
use crate::arrange::{bucket, key};

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
async fn an_object_is_made_of_whatever_parts_there_are() {
    let server = server();
    for version in VERSIONS {
        let client = client(&server, version);
        let initiate = InitiateMultipartUpload::new(bucket(), key("big"));
        let upload_id = client.initiate_multipart_upload(&initiate).await.unwrap();
        send_part(&client, &upload_id, 9, Bytes::from_static(b"the end")).await;
        send_part(&client, &upload_id, 3, Bytes::from(vec![1; 102_400])).await;
        let complete = CompleteMultipartUpload {
            parts: PartsToJoin::All,
            ..CompleteMultipartUpload::new(bucket(), key("big"), upload_id, Vec::new())
        };
        let output = client.complete_multipart_upload(&complete).await.unwrap();
        let whole = [&vec![1; 102_400][..], b"the end"].concat();
        assert_eq!(output.crc64, Some(Crc64::of(&whole)));
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
