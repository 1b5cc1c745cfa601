//! Archived objects, links and delete markers: what their special answers mean.

use ossum_client::ErrorKind;
use ossum_client::op::{GetSymlink, PutSymlink, RestoreObject, RestoreTier, Restoring};
use ossum_client::transport::TransportErrorKind;

use crate::arrange::{bucket, get, head, key};
use crate::script::{Reply, Script};

fn restore() -> RestoreObject {
    RestoreObject::new(bucket(), key("key"), 3)
}

#[tokio::test(start_paused = true)]
async fn restoring_begins_is_under_way_or_is_extended() {
    for (reply, restoring) in [
        (Reply::of_oss(202, ""), Restoring::Begun),
        (Reply::of_oss(200, ""), Restoring::Extended),
        (
            Reply::error(409, "RestoreAlreadyInProgress"),
            Restoring::UnderWay,
        ),
    ] {
        let script = Script::new([reply]);
        let result = script.client().restore_object(&restore()).await;
        assert_eq!(result.unwrap(), restoring);
    }
}

#[tokio::test(start_paused = true)]
async fn a_restore_whose_answer_was_lost_is_under_way() {
    let script = Script::new([
        Reply::Failure(TransportErrorKind::Closed),
        Reply::error(409, "RestoreAlreadyInProgress"),
    ]);
    let result = script.client().restore_object(&restore()).await;
    assert_eq!(result.unwrap(), Restoring::UnderWay);
}

#[tokio::test(start_paused = true)]
async fn an_object_that_needs_no_restoring_is_an_error() {
    let script = Script::new([Reply::error(400, "OperationNotSupported")]);
    let error = script.client().restore_object(&restore()).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Refused);
}

#[tokio::test(start_paused = true)]
async fn days_and_tier_are_told_and_the_tier_only_if_there_is_one() {
    let script = Script::new([Reply::of_oss(202, "")]);
    let client = script.client();
    client.restore_object(&restore()).await.unwrap();
    let with_tier = RestoreObject {
        version_id: Some("v1".parse().unwrap()),
        tier: Some(RestoreTier::Bulk),
        ..restore()
    };
    client.restore_object(&with_tier).await.unwrap();
    let seen = script.seen();
    assert_eq!(
        &seen[0].body[..],
        b"<RestoreRequest><Days>3</Days></RestoreRequest>"
    );
    assert_eq!(
        &seen[1].body[..],
        b"<RestoreRequest><Days>3</Days>\
          <JobParameters><Tier>Bulk</Tier></JobParameters></RestoreRequest>"
    );
    assert_eq!(seen[1].uri.query(), Some("restore&versionId=v1"));
}

#[tokio::test(start_paused = true)]
async fn the_target_of_a_link_is_encoded_on_its_way_out_and_back() {
    let link = PutSymlink::new(bucket(), key("link"), key("dir/a b+中"));
    let script = Script::new([Reply::of_oss(200, "").with("x-oss-version-id", "v1")]);
    let version = script.client().put_symlink(&link).await.unwrap();
    assert_eq!(version.unwrap().as_str(), "v1");
    let encoded = "dir/a%20b%2B%E4%B8%AD";
    assert_eq!(
        script.seen()[0].header("x-oss-symlink-target"),
        Some(encoded)
    );

    for written in [encoded, "dir%2Fa+b%2B%E4%B8%AD"] {
        let script = Script::new([Reply::object("").with("x-oss-symlink-target", written)]);
        let request = GetSymlink::new(bucket(), key("link"));
        let found = script.client().get_symlink(&request).await.unwrap();
        assert_eq!(found.target, link.target);
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_marker_is_told_apart_from_nothing_at_all() {
    let marked = Reply::error(404, "NoSuchKey").with("x-oss-delete-marker", "true");
    let script = Script::new([marked, Reply::error(404, "NoSuchKey")]);
    let client = script.client();
    for expected in [true, false] {
        let error = client.get_object(&get()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchKey);
        assert_eq!(error.service().unwrap().delete_marker, expected);
    }
    // The version that is a marker has no bytes (official documentation of GetObject: 405).
    let marker = Reply::of_oss(405, "").with("x-oss-delete-marker", "true");
    let script = Script::new([marker]);
    let error = script.client().head_object(&head()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoSuchKey);
}
