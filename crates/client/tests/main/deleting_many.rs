//! Many deletions in one request: what is sent, and what is known afterwards.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use md5::{Digest, Md5};
use ossum_client::ErrorKind;
use ossum_client::op::{DeleteMultipleObjects, DeleteReport, ObjectToDelete};
use ossum_types::ObjectKey;

use crate::arrange::{bucket, key};
use crate::script::{Reply, Script};

fn request(keys: &[&str]) -> DeleteMultipleObjects {
    DeleteMultipleObjects::new(bucket(), keys.iter().map(|text| key(text)))
}

fn deleted(elements: &str) -> Reply {
    Reply::of_oss(
        200,
        format!("<DeleteResult><EncodingType>url</EncodingType>{elements}</DeleteResult>"),
    )
}

#[tokio::test(start_paused = true)]
async fn every_key_is_written_so_that_xml_can_carry_it() {
    let script = Script::new([deleted("")]);
    let mut request = request(&["a\u{1}\r\n<&>\"", " 中 "]);
    request.objects.push(ObjectToDelete {
        key: key("v"),
        version_id: Some("null".parse().unwrap()),
    });
    script
        .client()
        .delete_multiple_objects(&request)
        .await
        .unwrap();
    let seen = &script.seen()[0];
    let body = str::from_utf8(&seen.body).unwrap();
    assert_eq!(
        body.replace("&quot;", "\""),
        "<Delete><Quiet>false</Quiet>\
         <Object><Key>a&#x1;&#13;&#xA;&lt;&amp;&gt;\"</Key></Object>\
         <Object><Key> 中 </Key></Object>\
         <Object><Key>v</Key><VersionId>null</VersionId></Object></Delete>"
    );
    let md5 = BASE64_STANDARD.encode(Md5::digest(body));
    assert_eq!(seen.header("content-md5"), Some(md5.as_str()));
    assert_eq!(seen.uri.query(), Some("delete&encoding-type=url"));
}

#[tokio::test(start_paused = true)]
async fn what_oss_does_not_name_is_not_taken_for_deleted() {
    let script = Script::new([deleted(
        "<Deleted><Key>a%2Fb%20c</Key></Deleted>\
         <Deleted><Key>marked</Key><DeleteMarker>true</DeleteMarker>\
         <DeleteMarkerVersionId>m1</DeleteMarkerVersionId></Deleted>\
         <Deleted><Key>versioned</Key><VersionId>other</VersionId></Deleted>",
    )]);
    let mut request = request(&["a/b c", "marked", "left"]);
    let versioned = ObjectToDelete {
        key: key("versioned"),
        version_id: Some("v1".parse().unwrap()),
    };
    request.objects.push(versioned.clone());
    let output = script
        .client()
        .delete_multiple_objects(&request)
        .await
        .unwrap();
    let names: Vec<&ObjectKey> = output
        .deleted
        .iter()
        .map(|deleted| deleted.key.as_ref().unwrap())
        .collect();
    assert_eq!(names, [&key("a/b c"), &key("marked"), &key("versioned")]);
    let marker = output.deleted[1].delete_marker.as_ref().unwrap();
    assert_eq!(marker.as_str(), "m1");
    assert_eq!(output.unconfirmed, [key("left").into(), versioned]);
}

#[tokio::test(start_paused = true)]
async fn a_quiet_success_confirms_nothing() {
    let script = Script::new([Reply::of_oss(200, "")]);
    let request = DeleteMultipleObjects {
        report: DeleteReport::Quiet,
        ..request(&["a", "b"])
    };
    let output = script
        .client()
        .delete_multiple_objects(&request)
        .await
        .unwrap();
    assert!(output.deleted.is_empty());
    assert_eq!(output.unconfirmed, request.objects);
    let body = script.seen()[0].body.clone();
    assert!(body.starts_with(b"<Delete><Quiet>true</Quiet>"));
}

#[tokio::test(start_paused = true)]
async fn none_and_more_than_a_thousand_are_refused_before_they_are_sent() {
    let script = Script::new([deleted("")]);
    let client = script.client();
    for count in [0, 1001] {
        let request = request(&vec!["k"; count]);
        let error = client.delete_multiple_objects(&request).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Settings, 0));
    }
    let most = request(&["k"; 1000]);
    client.delete_multiple_objects(&most).await.unwrap();
}
