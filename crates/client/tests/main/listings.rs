//! Listings: every page once, and an end whatever the service says.

mod pages;

use futures_util::{StreamExt, TryStreamExt};
use ossum_client::op::{ListBuckets, ListMultipartUploads, ListObjectsV2, ListParts, ObjectsEntry};
use ossum_client::{Error, ErrorKind};
use ossum_types::PartNumber;

use self::pages::{buckets, objects, parts, uploads};
use crate::arrange::{bucket, key};
use crate::script::{Reply, Script};

fn name(entry: ObjectsEntry) -> String {
    match entry {
        ObjectsEntry::Object(object) => object.key.unwrap().to_string(),
        ObjectsEntry::CommonPrefix(prefix) => prefix,
        other => panic!("{other:?}"),
    }
}

async fn list_objects(script: &Script) -> Result<Vec<String>, Error> {
    let listing = script
        .client()
        .list_objects_v2(ListObjectsV2::new(bucket()));
    listing.map_ok(name).try_collect().await
}

async fn list_parts(script: &Script) -> Result<Vec<u32>, Error> {
    let request = ListParts::new(bucket(), key("key"), "id".parse().unwrap());
    let listing = script.client().list_parts(request);
    listing.map_ok(|part| part.number.get()).try_collect().await
}

async fn list_uploads(script: &Script) -> Result<Vec<String>, Error> {
    let listing = script
        .client()
        .list_multipart_uploads(ListMultipartUploads::new(bucket()));
    listing
        .map_ok(|upload| upload.upload_id.to_string())
        .try_collect()
        .await
}

async fn list_buckets(script: &Script) -> Result<Vec<String>, Error> {
    let listing = script.client().list_buckets(ListBuckets::default());
    listing
        .map_ok(|bucket| bucket.name.unwrap().to_string())
        .try_collect()
        .await
}

#[tokio::test(start_paused = true)]
async fn objects_come_in_order_from_page_after_page() {
    let script = Script::new([
        objects(&["a", "b%2Fc+d"], &["b%2Fa%2F"], Some("t%2B1")),
        objects(&["c"], &[], None),
    ]);
    assert_eq!(
        list_objects(&script).await.unwrap(),
        ["a", "b/a/", "b/c d", "c"]
    );
    let queries: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| seen.uri.query().unwrap().to_owned())
        .collect();
    assert_eq!(
        queries,
        [
            "encoding-type=url&list-type=2&max-keys=1000",
            "continuation-token=t%2B1&encoding-type=url&list-type=2&max-keys=1000",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn an_object_in_a_listing_has_what_ls_shows() {
    let script = Script::new([objects(&["a"], &[], None)]);
    let page = script
        .client()
        .list_objects_v2_page(&ListObjectsV2::new(bucket()))
        .await
        .unwrap();
    let [ObjectsEntry::Object(object)] = &page.entries[..] else {
        panic!("{page:?}")
    };
    assert_eq!(object.size, 344_606);
    assert_eq!(object.etag.as_str(), "5B3C1A2E053D763E1B002CC607C5A0FE");
    assert_eq!(object.storage_class.as_deref(), Some("Standard"));
    let modified = object
        .last_modified
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    assert_eq!(modified.as_secs(), 1_330_072_952);
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_is_sent_encoded_and_page_sizes_are_those_that_oss_allows() {
    let script = Script::new([objects(&[], &[], None)]);
    let request = ListObjectsV2 {
        prefix: "a b/".to_owned(),
        delimiter: Some("/".to_owned()),
        start_after: Some("a b/中".to_owned()),
        page_size: 5000,
        ..ListObjectsV2::new(bucket())
    };
    script
        .client()
        .list_objects_v2_page(&request)
        .await
        .unwrap();
    assert_eq!(
        script.seen()[0].uri.query(),
        Some(
            "delimiter=%2F&encoding-type=url&list-type=2&max-keys=1000&prefix=a%20b%2F&start-after=a%20b%2F%E4%B8%AD"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_that_no_request_could_carry_spoils_only_its_own_entry() {
    let script = Script::new([objects(&["%2Fabs", "%FF%FE", "ok"], &[], None)]);
    let page = script
        .client()
        .list_objects_v2_page(&ListObjectsV2::new(bucket()))
        .await
        .unwrap();
    let valid: Vec<bool> = page
        .entries
        .iter()
        .map(|entry| matches!(entry, ObjectsEntry::Object(object) if object.key.is_ok()))
        .collect();
    assert_eq!(
        valid,
        [false, true, false],
        "by their bytes /abs, ok, FF FE"
    );

    let script = Script::new([buckets(&["Old_Bucket", "new-bucket"], None)]);
    let page = script
        .client()
        .list_buckets_page(&ListBuckets::default())
        .await
        .unwrap();
    assert_eq!(
        page.buckets
            .iter()
            .filter(|bucket| bucket.name.is_ok())
            .count(),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn a_server_that_does_not_encode_is_read_as_it_writes() {
    let page = "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a+b%20c</Key>\
                <LastModified>2012-02-24T08:42:32.000Z</LastModified><ETag>\"AA\"</ETag><Size>1</Size>\
                </Contents></ListBucketResult>";
    let script = Script::new([Reply::of_oss(200, page)]);
    assert_eq!(list_objects(&script).await.unwrap(), ["a+b%20c"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_is_fetched_when_the_one_before_has_been_taken() {
    let script = Script::new([
        objects(&["a", "b"], &[], Some("t")),
        objects(&["c"], &[], None),
    ]);
    let listing = script
        .client()
        .list_objects_v2(ListObjectsV2::new(bucket()));
    let mut listing = std::pin::pin!(listing);
    assert_eq!(script.seen().len(), 0);
    for (expected, requests) in [("a", 1), ("b", 1), ("c", 2)] {
        let entry = listing.next().await.unwrap().unwrap();
        assert_eq!(
            (name(entry).as_str(), script.seen().len()),
            (expected, requests)
        );
    }
    assert!(listing.next().await.is_none());
}

/// Cases: 106.
#[tokio::test(start_paused = true)]
async fn a_listing_of_objects_that_does_not_go_on_ends_with_an_error() {
    let repeats = vec![
        objects(&["a"], &[], Some("t")),
        objects(&["b"], &[], Some("t")),
    ];
    let circle = [
        objects(&["a"], &[], Some("t1")),
        objects(&["b"], &[], Some("t2")),
    ];
    let in_a_circle = circle.iter().cycle().take(200).cloned().collect();
    let no_token = vec![objects(&["a"], &[], Some(""))];
    let empty_for_ever = (0..200)
        .map(|n| objects(&[], &[], Some(&format!("t{n}"))))
        .collect();
    for replies in [repeats, in_a_circle, no_token, empty_for_ever] {
        let script = Script::new(replies);
        let error = list_objects(&script).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed);
        assert!(script.seen().len() <= 110);
    }
}

#[tokio::test(start_paused = true)]
async fn empty_pages_in_between_are_allowed() {
    let script = Script::new([
        objects(&["a"], &[], Some("t1")),
        objects(&[], &[], Some("t2")),
        objects(&["b"], &[], None),
    ]);
    assert_eq!(list_objects(&script).await.unwrap(), ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn an_error_ends_the_stream() {
    let script = Script::new([
        objects(&["a"], &[], Some("t")),
        Reply::error(403, "AccessDenied"),
    ]);
    let listing = script
        .client()
        .list_objects_v2(ListObjectsV2::new(bucket()));
    let mut listing = std::pin::pin!(listing);
    assert!(listing.next().await.unwrap().is_ok());
    assert_eq!(
        listing.next().await.unwrap().unwrap_err().kind(),
        ErrorKind::Denied
    );
    assert!(listing.next().await.is_none());
    assert_eq!(script.seen().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn parts_come_in_order_with_their_crc64() {
    let script = Script::new([parts(&[1, 2], Some("2")), parts(&[5], None)]);
    assert_eq!(list_parts(&script).await.unwrap(), [1, 2, 5]);
    assert!(
        script.seen()[1]
            .uri
            .query()
            .unwrap()
            .contains("part-number-marker=2")
    );

    let script = Script::new([parts(&[3], None)]);
    let request = ListParts::new(bucket(), key("key"), "id".parse().unwrap());
    let page = script.client().list_parts_page(&request).await.unwrap();
    assert_eq!(page.parts[0].crc64, Some("37".parse().unwrap()));
    assert_eq!(
        (page.parts[0].number, page.next),
        (PartNumber::new(3).unwrap(), None)
    );
}

/// Cases: 106.
#[tokio::test(start_paused = true)]
async fn a_listing_of_parts_that_does_not_go_on_ends_with_an_error() {
    for replies in [
        vec![parts(&[1], Some("1"))],
        vec![parts(&[1, 2], Some("2")), parts(&[2, 3], Some("3"))],
        vec![parts(&[1, 2], Some("2")), parts(&[], Some("1"))],
        vec![parts(&[2, 1], None)],
        vec![parts(&[1], Some(""))],
        vec![parts(&[0], None)],
        vec![parts(&[10_001], None)],
    ] {
        let script = Script::new(replies);
        let error = list_parts(&script).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{:?}", script.seen());
    }
}

#[tokio::test(start_paused = true)]
async fn uploads_of_one_key_can_fill_several_pages() {
    let script = Script::new([
        uploads(&[("a%20b", "id1")], Some(("a%20b", "id1"))),
        uploads(&[("a%20b", "id2")], Some(("a%20b", "id2"))),
        uploads(&[("c", "id0")], None),
    ]);
    assert_eq!(list_uploads(&script).await.unwrap(), ["id1", "id2", "id0"]);
    let query = script.seen()[1].uri.query().unwrap().to_owned();
    assert!(
        query.contains("key-marker=a%20b&") && query.contains("upload-id-marker=id1"),
        "{query}"
    );
}

/// Cases: 106.
#[tokio::test(start_paused = true)]
async fn a_listing_of_uploads_that_does_not_go_on_ends_with_an_error() {
    for replies in [
        vec![uploads(&[("a", "id1")], Some(("a", "id1")))],
        vec![
            uploads(&[("b", "1")], Some(("b", "1"))),
            uploads(&[("a", "2")], Some(("a", "2"))),
        ],
        vec![uploads(&[("b", "")], None)],
    ] {
        let script = Script::new(replies);
        assert_eq!(
            list_uploads(&script).await.unwrap_err().kind(),
            ErrorKind::Malformed
        );
    }
}

/// Cases: 106.
#[tokio::test(start_paused = true)]
async fn buckets_come_from_page_after_page_until_one_does_not_go_on() {
    let script = Script::new([
        buckets(&["aaa", "bbb"], Some("bbb")),
        buckets(&["ccc"], None),
    ]);
    assert_eq!(list_buckets(&script).await.unwrap(), ["aaa", "bbb", "ccc"]);
    assert_eq!(
        script.seen()[1].uri.query(),
        Some("marker=bbb&max-keys=1000")
    );

    let script = Script::new([buckets(&["aaa"], Some("aaa"))]);
    assert_eq!(
        list_buckets(&script).await.unwrap_err().kind(),
        ErrorKind::Malformed
    );
}
