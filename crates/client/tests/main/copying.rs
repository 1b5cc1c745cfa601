//! Copies that OSS makes by itself: what is asked, and what failures mean.

use std::time::{Duration, UNIX_EPOCH};

use ossum_client::op::{CopyDirective, CopyObject, CopySource, Overwrite, UploadPartCopy};
use ossum_client::{ErrorKind, Settings, TrafficLimit};
use ossum_types::{ByteRange, PartNumber};

use crate::arrange::{bucket, key, settings, told};
use crate::script::{Reply, Script};

fn source() -> CopySource {
    CopySource::new("source".parse().unwrap(), key("dir/a b+中?"))
}

fn copy() -> CopyObject {
    CopyObject::new(source(), bucket(), key("copy"))
}

fn part_copy() -> UploadPartCopy {
    UploadPartCopy {
        source: source(),
        range: ByteRange::new(100, 300),
        bucket: bucket(),
        key: key("copy"),
        upload_id: "id".parse().unwrap(),
        part_number: PartNumber::new(7).unwrap(),
    }
}

fn copied(root: &str, date: &str) -> Reply {
    Reply::of_oss(
        200,
        format!("<{root}><LastModified>{date}</LastModified><ETag>\"AA\"</ETag></{root}>"),
    )
}

#[tokio::test(start_paused = true)]
async fn the_source_is_named_by_bucket_encoded_key_and_version() {
    let done = copied("CopyObjectResult", "2012-02-24T07:18:48.000Z")
        .with("x-oss-version-id", "new")
        .with("x-oss-copy-source-version-id", "v1")
        .with("x-oss-hash-crc64ecma", "5");
    let script = Script::new([done]);
    let mut request = copy();
    request.source.version_id = Some("v1".parse().unwrap());
    let output = script.client().copy_object(&request).await.unwrap();
    assert_eq!(output.etag, "AA".parse().unwrap());
    assert_eq!(output.crc64.unwrap().get(), 5);
    assert_eq!(output.version_id.unwrap().as_str(), "new");
    assert_eq!(output.source_version_id.unwrap().as_str(), "v1");
    let seen = &script.seen()[0];
    assert_eq!(
        seen.header("x-oss-copy-source"),
        Some("/source/dir/a%20b%2B%E4%B8%AD%3F?versionId=v1")
    );
    assert_eq!(seen.header("x-oss-metadata-directive"), Some("COPY"));
    assert_eq!(seen.header("x-oss-tagging-directive"), Some("COPY"));
    assert_eq!(seen.patience, Some(Duration::from_mins(5)));
}

#[tokio::test(start_paused = true)]
async fn conditions_are_those_of_the_source() {
    let script = Script::new([Reply::error(412, "PreconditionFailed")]);
    let mut request = copy();
    let conditions = &mut request.source.conditions;
    conditions.if_match = Some("AA".parse().unwrap());
    conditions.if_none_match = Some("BB".parse().unwrap());
    conditions.if_modified_since = Some(UNIX_EPOCH);
    conditions.if_unmodified_since = Some(UNIX_EPOCH);
    let error = script.client().copy_object(&request).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PreconditionFailed);
    let seen = &script.seen()[0];
    let epoch = Some("Thu, 01 Jan 1970 00:00:00 GMT");
    for (name, value) in [
        ("if-match", Some("\"AA\"")),
        ("if-none-match", Some("\"BB\"")),
        ("if-modified-since", epoch),
        ("if-unmodified-since", epoch),
    ] {
        assert_eq!(seen.header(&format!("x-oss-copy-source-{name}")), value);
        assert_eq!(seen.header(name), None);
    }
}

#[tokio::test(start_paused = true)]
async fn either_form_of_date_in_the_answer_is_understood() {
    for date in ["2012-02-24T07:18:48.000Z", "Fri, 24 Feb 2012 07:18:48 GMT"] {
        let script = Script::new([copied("CopyObjectResult", date)]);
        let output = script.client().copy_object(&copy()).await.unwrap();
        let since_1970 = output.last_modified.unwrap().duration_since(UNIX_EPOCH);
        assert_eq!(since_1970.unwrap().as_secs(), 1_330_067_928);
    }
}

/// Cases: 58.
#[tokio::test(start_paused = true)]
async fn a_copy_that_fails_after_its_status_was_sent_is_no_success() {
    let late = Reply::error(200, "InternalError");
    let done = copied("CopyObjectResult", "2012-02-24T07:18:48.000Z");
    let script = Script::new([late.clone(), done]);
    script.client().copy_object(&copy()).await.unwrap();
    assert_eq!(script.seen().len(), 2);

    let script = Script::new([late]);
    let error = script.client().copy_object(&copy()).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Unavailable, 3)
    );
    assert!(error.may_have_been_done());
}

#[tokio::test(start_paused = true)]
async fn what_a_copy_would_not_take_is_refused_before_it_is_sent() {
    let script = Script::new([copied("CopyObjectResult", "")]);
    let client = script.client();
    let mut metadata = copy();
    metadata.headers.content_type = Some("text/plain".to_owned());
    let mut tags = copy();
    tags.headers.tags = vec![("a".to_owned(), "b".to_owned())];
    for request in [&metadata, &tags] {
        let error = client.copy_object(request).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Settings, 0));
    }
    metadata.metadata_directive = CopyDirective::Replace;
    metadata.overwrite = Overwrite::Forbid;
    tags.tagging_directive = CopyDirective::Replace;
    client.copy_object(&metadata).await.unwrap();
    client.copy_object(&tags).await.unwrap();
    let seen = script.seen();
    assert_eq!(seen[0].header("x-oss-metadata-directive"), Some("REPLACE"));
    assert_eq!(seen[0].header("x-oss-forbid-overwrite"), Some("true"));
    assert_eq!(seen[1].header("x-oss-tagging-directive"), Some("REPLACE"));
}

#[tokio::test(start_paused = true)]
async fn a_part_is_copied_from_a_range_and_told_by_its_number() {
    let done = copied("CopyPartResult", "2012-02-24T07:18:48.000Z");
    let script = Script::new([done, Reply::error(404, "NoSuchUpload")]);
    let client = script.client();
    let output = client.upload_part_copy(&part_copy()).await.unwrap();
    assert_eq!(output.etag, "AA".parse().unwrap());
    let seen = &script.seen()[0];
    assert_eq!(seen.uri.query(), Some("partNumber=7&uploadId=id"));
    assert_eq!(
        seen.header("x-oss-copy-source-range"),
        Some("bytes=100-299")
    );
    let error = client.upload_part_copy(&part_copy()).await.unwrap_err();
    let told = told(&error);
    assert!(
        told.starts_with("copy to part 7 of oss://bucket/copy: no such upload"),
        "{told}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_traffic_limit_and_the_payer_are_told_for_copies_too() {
    let script = Script::new([copied("CopyObjectResult", ""), copied("CopyPartResult", "")]);
    let client = script.client_with(Settings {
        request_payer: true,
        traffic_limit: Some(TrafficLimit::new(819_200).unwrap()),
        ..settings("https://oss-cn-hangzhou.aliyuncs.com")
    });
    client.copy_object(&copy()).await.unwrap();
    client.upload_part_copy(&part_copy()).await.unwrap();
    for seen in script.seen() {
        assert_eq!(seen.header("x-oss-traffic-limit"), Some("819200"));
        assert_eq!(seen.header("x-oss-request-payer"), Some("requester"));
    }
}
