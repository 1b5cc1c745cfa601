//! Whatever comes back, there is a result or an error of a kind, never a panic.

use futures_util::TryStreamExt;
use ossum_client::op::{
    CompleteMultipartUpload, GetBucketInfo, InitiateMultipartUpload, ListBuckets,
    ListMultipartUploads, ListObjectsV2, ListParts,
};
use ossum_client::{Error, ErrorKind, RetryPolicy, Settings};
use ossum_types::ByteRange;
use proptest::prelude::*;

use crate::arrange::{bucket, get, head, key, settings, told};
use crate::script::{Reply, Script};

/// Has every operation that reads a document or headers meet the same reply.
async fn meet(reply: Reply) -> Vec<Result<(), Error>> {
    let once = RetryPolicy {
        retries: 0,
        ..RetryPolicy::default()
    };
    let settings = Settings {
        retry: once,
        ..settings("https://oss-cn-hangzhou.aliyuncs.com")
    };
    let script = Script::new([reply]);
    let client = script.client_with(settings);
    let id = || "id".parse().unwrap();
    let mut ranged = get();
    ranged.range = ByteRange::new(1, 3);
    vec![
        client
            .initiate_multipart_upload(&InitiateMultipartUpload::new(bucket(), key("k")))
            .await
            .map(drop),
        client
            .complete_multipart_upload(&CompleteMultipartUpload::new(
                bucket(),
                key("k"),
                id(),
                vec![],
            ))
            .await
            .map(drop),
        client
            .list_parts(ListParts::new(bucket(), key("k"), id()))
            .try_collect::<Vec<_>>()
            .await
            .map(drop),
        client
            .list_multipart_uploads(ListMultipartUploads::new(bucket()))
            .try_collect::<Vec<_>>()
            .await
            .map(drop),
        client
            .list_objects_v2(ListObjectsV2::new(bucket()))
            .try_collect::<Vec<_>>()
            .await
            .map(drop),
        client
            .list_buckets(ListBuckets::default())
            .try_collect::<Vec<_>>()
            .await
            .map(drop),
        client
            .get_bucket_info(&GetBucketInfo { bucket: bucket() })
            .await
            .map(drop),
        client.head_object(&head()).await.map(drop),
        client.get_object(&get()).await.map(drop),
        client.get_object(&ranged).await.map(drop),
    ]
}

/// The operations among them that read a document.
const READERS: usize = 7;

fn meet_blocking(reply: Reply) -> Vec<Result<(), Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(meet(reply))
}

#[tokio::test]
async fn a_document_that_is_not_the_promised_one_is_malformed() {
    let deep = "<a>".repeat(100_000);
    let bomb = "<!DOCTYPE e [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\
                <ListBucketResult><IsTruncated>&b;</IsTruncated></ListBucketResult>";
    let documents = [
        "",
        "garbage",
        "{\"Status\":\"OK\"}",
        "<",
        "<ListBucketResult>",
        "<ListBucketResult/>",
        "<ListBucketResult></ListPartsResult>",
        "<ListBucketResult><IsTruncated>maybe</IsTruncated></ListBucketResult>",
        "<ListPartsResult><IsTruncated>false</IsTruncated><Part/></ListPartsResult>",
        "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>",
        "<ListPartsResult><IsTruncated>false</IsTruncated><IsTruncated>true</IsTruncated></ListPartsResult>",
        "<InitiateMultipartUploadResult><UploadId></UploadId></InitiateMultipartUploadResult>",
        "<InitiateMultipartUploadResult><UploadId>a b</UploadId></InitiateMultipartUploadResult>",
        "<CompleteMultipartUploadResult><ETag>\"\"</ETag></CompleteMultipartUploadResult>",
        "<BucketInfo><Bucket><Location>x</Location><CreationDate>then</CreationDate></Bucket></BucketInfo>",
        "<ListAllMyBucketsResult/>",
        "<html/>",
        bomb,
        &deep,
    ];
    for document in documents {
        for result in meet(Reply::of_oss(200, document.to_owned()))
            .await
            .into_iter()
            .take(READERS)
        {
            let error = result.unwrap_err();
            let shown = &document[..document.len().min(80)];
            assert_eq!(error.kind(), ErrorKind::Malformed, "{shown}: {error:?}");
            assert!(format!("{error:?}").len() < 600, "{shown}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_document_nested_too_deep_to_recurse_is_read_or_refused() {
    let nested = format!(
        "<ListBucketResult><IsTruncated>false</IsTruncated>{}{}</ListBucketResult>",
        "<x>".repeat(100_000),
        "</x>".repeat(100_000)
    );
    meet(Reply::of_oss(200, nested)).await;
}

#[tokio::test]
async fn a_document_larger_than_any_page_is_refused() {
    let endless = vec![b' '; 33 * 1024 * 1024];
    let results = meet(Reply::of_oss(200, endless)).await;
    assert_eq!(
        results[4].as_ref().unwrap_err().kind(),
        ErrorKind::Malformed
    );
}

#[tokio::test]
async fn headers_that_lie_about_an_object_are_malformed() {
    for (name, value) in [
        ("etag", ""),
        ("etag", "\"a b\""),
        ("content-length", "-1"),
        ("content-length", "18446744073709551616"),
        ("x-oss-hash-crc64ecma", "18446744073709551616"),
        ("x-oss-hash-crc64ecma", "0x1F"),
        ("x-oss-version-id", "a b"),
    ] {
        let reply = Reply::object("hello").with(name, value);
        for result in meet(reply).await.into_iter().skip(READERS) {
            assert_eq!(
                result.unwrap_err().kind(),
                ErrorKind::Malformed,
                "{name}: {value}"
            );
        }
    }
}

#[tokio::test]
async fn an_object_that_is_not_the_asked_one_is_noticed_without_the_services_help() {
    let mut request = get();
    request.conditions.if_match = Some("AA".parse().unwrap());
    let script = Script::new([Reply::object("hello")]);
    let error = script.client().get_object(&request).await.unwrap_err();
    assert_eq!(
        (error.kind(), script.seen().len()),
        (ErrorKind::PreconditionFailed, 1)
    );
}

/// XML that is nearly right: names that mean something, in any order and nesting.
fn nearly_xml() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "ListBucketResult",
        "ListPartsResult",
        "ListMultipartUploadsResult",
        "ListAllMyBucketsResult",
        "BucketInfo",
        "Bucket",
        "Buckets",
        "Contents",
        "Part",
        "Upload",
        "Key",
        "ETag",
        "Size",
        "IsTruncated",
        "LastModified",
        "PartNumber",
        "UploadId",
        "NextContinuationToken",
        "NextPartNumberMarker",
        "EncodingType",
        "CommonPrefixes",
        "Prefix",
        "Error",
        "Code",
        "Message",
    ]);
    let text = prop::sample::select(vec![
        "",
        "true",
        "false",
        "1",
        "-1",
        "99999999999999999999",
        "url",
        "a%2Fb",
        "%FF",
        "&lt;",
        "&bomb;",
        "<![CDATA[x]]>",
        "2012-02-24T08:42:32.000Z",
        "\"AA\"",
        "\u{1b}[2J",
        "<!--",
        "]]>",
    ]);
    let leaf = (name.clone(), text).prop_map(|(name, text)| format!("<{name}>{text}</{name}>"));
    leaf.prop_recursive(4, 32, 8, move |inner| {
        (name.clone(), prop::collection::vec(inner, 0..8))
            .prop_map(|(name, children)| format!("<{name}>{}</{name}>", children.concat()))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), status in 200_u16..600) {
        meet_blocking(Reply::of_oss(status, bytes));
    }

    #[test]
    fn nothing_nearly_right_makes_a_reader_panic(document in nearly_xml(), cut in any::<prop::sample::Index>()) {
        meet_blocking(Reply::of_oss(200, document.clone()));
        meet_blocking(Reply::error(400, &document));
        let mut cut = cut.index(document.len() + 1);
        while !document.is_char_boundary(cut) {
            cut -= 1;
        }
        meet_blocking(Reply::of_oss(200, document[..cut].to_owned()));
    }

    #[test]
    fn no_header_makes_a_reader_panic(
        name in prop::sample::select(vec![
            "etag", "content-range", "x-oss-hash-crc64ecma", "x-oss-version-id", "last-modified",
            "content-length", "date", "retry-after", "x-oss-qos-delay-time", "x-oss-err",
        ]),
        value in "[ -~]{0,40}",
        status in prop::sample::select(vec![200_u16, 206, 403, 503]),
    ) {
        let Reply::Answer(status, mut headers, body) = Reply::object("hello") .at(status) else { unreachable!() };
        headers.insert(name, value.parse().unwrap());
        meet_blocking(Reply::Answer(status, headers, body));
    }

    #[test]
    fn an_error_shows_no_control_characters(chars in prop::collection::vec(any::<char>(), 0..60)) {
        let text: String = chars.into_iter().filter(|char| !"<&".contains(*char)).collect();
        let document = format!("<Error><Code>{text}</Code><Message>{text}</Message></Error>");
        for result in meet_blocking(Reply::of_oss(403, document)) {
            let error = result.unwrap_err();
            let shown = told(&error).replace("\n  caused by: ", "");
            prop_assert!(!shown.chars().any(char::is_control), "{shown:?}");
        }
    }
}
