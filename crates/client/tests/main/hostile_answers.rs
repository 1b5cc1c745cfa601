//! Whatever comes back, there is a result or an error of a kind, never a panic.

use bytes::Bytes;
use futures_util::{Stream, TryStreamExt};
use ossum_client::op::{
    AppendObject, CompleteMultipartUpload, CopyObject, CopySource, DeleteMultipleObjects,
    GetBucketInfo, GetBucketLocation, GetBucketVersioning, GetObjectAcl, GetObjectMeta,
    GetObjectTagging, GetSymlink, InitiateMultipartUpload, ListBuckets, ListMultipartUploads,
    ListObjectVersions, ListObjectsV2, ListParts, UploadPartCopy,
};
use ossum_client::{Client, Error, ErrorKind, RetryPolicy, Settings};
use ossum_types::{ByteRange, PartNumber, UploadId};
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
    let client = Script::new([reply]).client_with(settings);
    let mut results = read_listings(&client).await;
    results.extend(read_documents(&client).await);
    assert_eq!(results.len(), READERS);
    results.extend(read_headers(&client).await);
    results
}

async fn read_listings(client: &Client) -> Vec<Result<(), Error>> {
    let delete = DeleteMultipleObjects::new(bucket(), [key("k")]);
    vec![
        drain(client.list_parts(ListParts::new(bucket(), key("k"), upload()))).await,
        drain(client.list_multipart_uploads(ListMultipartUploads::new(bucket()))).await,
        drain(client.list_objects_v2(ListObjectsV2::new(bucket()))).await,
        drain(client.list_object_versions(ListObjectVersions::new(bucket()))).await,
        drain(client.list_buckets(ListBuckets::default())).await,
        client.delete_multiple_objects(&delete).await.map(drop),
    ]
}

async fn drain<T>(listing: impl Stream<Item = Result<T, Error>>) -> Result<(), Error> {
    listing.try_for_each(async |_| Ok(())).await
}

async fn read_documents(client: &Client) -> Vec<Result<(), Error>> {
    let initiate = InitiateMultipartUpload::new(bucket(), key("k"));
    let complete = CompleteMultipartUpload::new(bucket(), key("k"), upload(), vec![]);
    let source = CopySource::new(bucket(), key("s"));
    let copy = CopyObject::new(source.clone(), bucket(), key("k"));
    let copy_part = UploadPartCopy {
        source,
        range: None,
        bucket: bucket(),
        key: key("k"),
        upload_id: upload(),
        part_number: PartNumber::FIRST,
    };
    let info = GetBucketInfo { bucket: bucket() };
    let location = GetBucketLocation { bucket: bucket() };
    let versioning = GetBucketVersioning { bucket: bucket() };
    let tagging = GetObjectTagging::new(bucket(), key("k"));
    let acl = GetObjectAcl::new(bucket(), key("k"));
    let link = GetSymlink::new(bucket(), key("k"));
    vec![
        client.initiate_multipart_upload(&initiate).await.map(drop),
        client.complete_multipart_upload(&complete).await.map(drop),
        client.copy_object(&copy).await.map(drop),
        client.upload_part_copy(&copy_part).await.map(drop),
        client.get_bucket_info(&info).await.map(drop),
        client.get_bucket_location(&location).await.map(drop),
        client.get_bucket_versioning(&versioning).await.map(drop),
        client.get_object_tagging(&tagging).await.map(drop),
        client.get_object_acl(&acl).await.map(drop),
        client.get_symlink(&link).await.map(drop),
    ]
}

async fn read_headers(client: &Client) -> Vec<Result<(), Error>> {
    let mut ranged = get();
    ranged.range = ByteRange::new(1, 3);
    let meta = GetObjectMeta::new(bucket(), key("k"));
    let append = AppendObject::new(bucket(), key("k"), 0, Bytes::from("hello"));
    vec![
        client.head_object(&head()).await.map(drop),
        client.get_object(&get()).await.map(drop),
        client.get_object(&ranged).await.map(drop),
        client.get_object_meta(&meta).await.map(drop),
        client.append_object(&append).await.map(drop),
    ]
}

fn upload() -> UploadId {
    "id".parse().unwrap()
}

/// The operations among them that read a document.
const READERS: usize = 16;

fn meet_blocking(reply: Reply) -> Vec<Result<(), Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    runtime.block_on(meet(reply))
}

/// Cases: 105.
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
        "<ListVersionsResult/>",
        "<ListVersionsResult><IsTruncated>true</IsTruncated></ListVersionsResult>",
        "<ListVersionsResult><IsTruncated>false</IsTruncated><Version><Key>a</Key></Version></ListVersionsResult>",
        "<VersioningConfiguration><Status>Perhaps</Status></VersioningConfiguration>",
        "<DeleteResult><Deleted/></DeleteResult>",
        "<DeleteResult><Deleted><Key>a</Key><VersionId>a b</VersionId></Deleted></DeleteResult>",
        "<Tagging/>",
        "<AccessControlPolicy><AccessControlList/></AccessControlPolicy>",
        "<CopyObjectResult><ETag>a b</ETag></CopyObjectResult>",
        "<CopyPartResult/>",
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

/// Cases: 105.
#[tokio::test]
async fn a_document_nested_too_deep_to_recurse_is_read_or_refused() {
    let nested = format!(
        "<ListBucketResult><IsTruncated>false</IsTruncated>{}{}</ListBucketResult>",
        "<x>".repeat(100_000),
        "</x>".repeat(100_000)
    );
    meet(Reply::of_oss(200, nested)).await;
}

/// Cases: 105.
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

/// Cases: 61.
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
        "ListVersionsResult",
        "Version",
        "DeleteMarker",
        "VersionId",
        "IsLatest",
        "NextKeyMarker",
        "NextVersionIdMarker",
        "VersioningConfiguration",
        "Status",
        "LocationConstraint",
        "DeleteResult",
        "Deleted",
        "Tagging",
        "TagSet",
        "Tag",
        "AccessControlPolicy",
        "AccessControlList",
        "CopyObjectResult",
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

    /// Cases: 105.
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

    /// Cases: 111.
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
