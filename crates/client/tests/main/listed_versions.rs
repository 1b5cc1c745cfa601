//! Listings of versions: in order, to their end, and an end whatever the service says.

use std::fmt::Write as _;

use futures_util::{StreamExt, TryStreamExt};
use ossum_client::op::{ListObjectVersions, VersionsCursor, VersionsEntry};
use ossum_client::{Error, ErrorKind, RetryPolicy, Settings};

use crate::arrange::{bucket, settings};
use crate::script::{Reply, Script};

/// A page of versions `(key, version ID)`; an ID that begins with `m` is that of a delete marker.
fn page(entries: &[(&str, &str)], next: Option<(&str, &str)>) -> Reply {
    let mut page = String::from("<ListVersionsResult><Name>bucket</Name>");
    for (key, id) in entries {
        let (head, tail) = if id.starts_with('m') {
            ("<DeleteMarker>", "</DeleteMarker>")
        } else {
            (
                "<Version>",
                "<ETag>\"AA\"</ETag><Type>Normal</Type><Size>5</Size>\
                 <StorageClass>Standard</StorageClass></Version>",
            )
        };
        write!(
            page,
            "{head}<Key>{key}</Key><VersionId>{id}</VersionId><IsLatest>true</IsLatest>\
             <LastModified>2019-04-09T07:27:28.000Z</LastModified>\
             <Owner><ID>1</ID><DisplayName>1</DisplayName></Owner>{tail}"
        )
        .unwrap();
    }
    if let Some((key, id)) = next {
        write!(
            page,
            "<NextKeyMarker>{key}</NextKeyMarker><NextVersionIdMarker>{id}</NextVersionIdMarker>"
        )
        .unwrap();
    }
    write!(
        page,
        "<EncodingType>url</EncodingType><IsTruncated>{}</IsTruncated></ListVersionsResult>",
        next.is_some()
    )
    .unwrap();
    Reply::of_oss(200, page)
}

fn name(entry: VersionsEntry) -> String {
    match entry {
        VersionsEntry::Version(version) => {
            format!("{} {}", version.key.unwrap(), version.version_id)
        }
        VersionsEntry::DeleteMarker(marker) => {
            format!("{} {}", marker.key.unwrap(), marker.version_id)
        }
        VersionsEntry::CommonPrefix(prefix) => prefix,
        other => panic!("{other:?}"),
    }
}

/// Lists everything; a page that is refused is not asked for again, and so not skipped.
async fn list(script: &Script) -> Result<Vec<String>, Error> {
    let client = script.client_with(Settings {
        retry: RetryPolicy {
            retries: 0,
            ..RetryPolicy::default()
        },
        ..settings("https://oss-cn-hangzhou.aliyuncs.com")
    });
    let listing = client.list_object_versions(ListObjectVersions::new(bucket()));
    listing.map_ok(name).try_collect().await
}

#[tokio::test(start_paused = true)]
async fn versions_and_delete_markers_take_turns_and_keep_their_order() {
    let script = Script::new([
        page(
            &[("a%2Fb", "m9"), ("a%2Fb", "v8"), ("a%2Fb", "m7")],
            Some(("a%2Fb", "m7")),
        ),
        page(&[("a%2Fb", "v6"), ("c+d", "null")], None),
    ]);
    assert_eq!(
        list(&script).await.unwrap(),
        ["a/b m9", "a/b v8", "a/b m7", "a/b v6", "c d null"]
    );
    let queries: Vec<_> = script
        .seen()
        .iter()
        .map(|seen| seen.uri.query().unwrap().to_owned())
        .collect();
    assert_eq!(
        queries,
        [
            "encoding-type=url&max-keys=1000&versions",
            "encoding-type=url&key-marker=a%2Fb&max-keys=1000&version-id-marker=m7&versions",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn markers_that_come_before_the_versions_of_their_key_keep_their_kind() {
    let document = "<ListVersionsResult><IsTruncated>false</IsTruncated>\
        <DeleteMarker><Key>b</Key><VersionId>m</VersionId><IsLatest>false</IsLatest>\
        <LastModified>2019-04-09T07:27:28.000Z</LastModified></DeleteMarker>\
        <Version><Key>a</Key><VersionId>v</VersionId><IsLatest>true</IsLatest>\
        <LastModified>2019-04-09T07:27:28.000Z</LastModified><ETag>\"AA\"</ETag><Size>5</Size>\
        </Version><CommonPrefixes><Prefix>a/</Prefix></CommonPrefixes></ListVersionsResult>";
    let script = Script::new([Reply::of_oss(200, document)]);
    let request = ListObjectVersions::new(bucket());
    let page = script.client().list_object_versions_page(&request).await;
    let entries = page.unwrap().entries;
    let [
        VersionsEntry::Version(version),
        VersionsEntry::CommonPrefix(prefix),
        VersionsEntry::DeleteMarker(marker),
    ] = &entries[..]
    else {
        panic!("{entries:?}");
    };
    assert_eq!((version.size, version.is_latest), (5, true));
    assert_eq!((prefix.as_str(), marker.is_latest), ("a/", false));
}

#[tokio::test(start_paused = true)]
async fn a_listing_begins_behind_any_version() {
    let script = Script::new([page(&[], None)]);
    let request = ListObjectVersions {
        after: Some(VersionsCursor::new("k", Some("v1".parse().unwrap()))),
        prefix: "p".to_owned(),
        delimiter: Some("/".to_owned()),
        ..ListObjectVersions::new(bucket())
    };
    let client = script.client();
    client.list_object_versions_page(&request).await.unwrap();
    assert_eq!(
        script.seen()[0].uri.query(),
        Some(
            "delimiter=%2F&encoding-type=url&key-marker=k&max-keys=1000&prefix=p&\
             version-id-marker=v1&versions"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_goes_in_circles_ends_in_an_error() {
    let steps = [("k", "v1"), ("k", "v2"), ("k", "v3"), ("k", "v4")];
    for circle in 1..=steps.len() {
        let pages = steps[..circle].iter().map(|at| page(&[*at], Some(*at)));
        let pages: Vec<Reply> = pages.cycle().take(100).collect();
        let script = Script::new(pages);
        let error = list(&script).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Malformed, "{circle}");
        assert!(script.seen().len() < 50, "{circle}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_goes_back_ends_in_an_error() {
    let script = Script::new([
        page(&[("b", "v1")], Some(("b", "v1"))),
        page(&[("a", "v2")], Some(("a", "v2"))),
    ]);
    let listing = script
        .client()
        .list_object_versions(ListObjectVersions::new(bucket()));
    let results: Vec<_> = listing.collect().await;
    let (last, entries) = results.split_last().unwrap();
    assert!(entries.iter().all(Result::is_ok));
    assert_eq!(last.as_ref().unwrap_err().kind(), ErrorKind::Malformed);
}
