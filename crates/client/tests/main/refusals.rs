//! What answers that are no success mean.

use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use ossum_client::op::{Callback, CompleteMultipartUpload, CompletedPart, ListBuckets};
use ossum_client::{ErrorKind, Settings, SettingsError};
use ossum_types::PartNumber;

use crate::arrange::{bucket, get, head, key, put, settings, told};
use crate::script::{Reply, Script};

fn complete() -> CompleteMultipartUpload {
    let part = CompletedPart {
        number: PartNumber::FIRST,
        etag: "AA".parse().unwrap(),
    };
    CompleteMultipartUpload::new(bucket(), key("key"), "id".parse().unwrap(), vec![part])
}

/// Cases: 52.
#[tokio::test(start_paused = true)]
async fn a_login_page_is_not_oss_whatever_its_status() {
    for status in [200, 302, 403, 404, 407] {
        let page = "<html><body>Welcome to the airport</body></html>";
        let script = Script::new([Reply::foreign(status, "text/html", page)]);
        let client = script.client();
        let errors = [
            client.get_object(&get()).await.unwrap_err(),
            client.put_object(&put(Bytes::from("x"))).await.unwrap_err(),
            client
                .complete_multipart_upload(&complete())
                .await
                .unwrap_err(),
        ];
        for error in errors {
            assert_eq!(error.kind(), ErrorKind::NotOss, "{status} {error:?}");
            let attempts = if status == 200 { 3 } else { 1 };
            assert_eq!(error.attempts(), attempts, "a refusal is a decision");
            assert!(error.hint().unwrap().contains("--proxy"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_and_tells_what_support_asks_for() {
    let script = Script::new([Reply::error(403, "AccessDenied")]);
    let error = script.client().get_object(&get()).await.unwrap_err();
    assert_eq!((error.kind(), script.seen().len()), (ErrorKind::Denied, 1));
    assert_eq!(
        told(&error),
        "download oss://bucket/key: OSS denies it\n  caused by: 403 AccessDenied: Some words \
         (request ID 5C3D9175B6FC201293AD4890, EC 0003-00000001)"
    );
    assert!(error.hint().is_some() && !error.may_have_been_done());
}

#[tokio::test(start_paused = true)]
async fn the_answer_to_a_head_tells_its_error_in_a_header() {
    let document = "<Error><Code>NoSuchKey</Code><RequestId>5C3D</RequestId></Error>";
    let reply = Reply::of_oss(404, "").with("x-oss-err", &BASE64_STANDARD.encode(document));
    let script = Script::new([reply]);
    let error = script.client().head_object(&head()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoSuchKey);
    assert_eq!(error.service().unwrap().code.as_deref(), Some("NoSuchKey"));
}

/// Cases: 79.
#[tokio::test(start_paused = true)]
async fn a_failed_callback_is_told_apart_and_not_repeated() {
    let script = Script::new([Reply::error(203, "CallbackFailed")]);
    let error = script
        .client()
        .complete_multipart_upload(&complete())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), script.seen().len()),
        (ErrorKind::CallbackFailed, 1)
    );
    assert!(error.may_have_been_done());
}

/// Cases: 58.
#[tokio::test(start_paused = true)]
async fn an_error_behind_status_200_is_an_error() {
    let script = Script::new([Reply::error(200, "InternalError")]);
    let error = script
        .client()
        .complete_multipart_upload(&complete())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), script.seen().len()),
        (ErrorKind::Unavailable, 3)
    );

    let refused = Script::new([Reply::error(200, "InvalidPart")]);
    let error = refused
        .client()
        .complete_multipart_upload(&complete())
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), refused.seen().len()),
        (ErrorKind::Refused, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn completing_may_take_longer_than_anything_else() {
    let document =
        "<CompleteMultipartUploadResult><ETag>\"AA-1\"</ETag></CompleteMultipartUploadResult>";
    let script = Script::new([Reply::of_oss(200, document)]);
    let client = script.client();
    client.complete_multipart_upload(&complete()).await.unwrap();
    client
        .list_buckets_page(&ListBuckets::default())
        .await
        .unwrap_err();
    let patience: Vec<_> = script.seen().iter().map(|seen| seen.patience).collect();
    assert_eq!(patience[..2], [Some(Duration::from_mins(5)), None]);
}

#[tokio::test(start_paused = true)]
async fn the_answer_of_a_callback_is_handed_on() {
    let script = Script::new([Reply::object("{\"Status\":\"OK\"}")]);
    let callback = Callback {
        json: "{\"callbackUrl\":\"http://x\"}".to_owned(),
        variables_json: None,
    };
    let request = CompleteMultipartUpload {
        callback: Some(callback.clone()),
        ..complete()
    };
    let output = script
        .client()
        .complete_multipart_upload(&request)
        .await
        .unwrap();
    assert_eq!(output.answered.body, "{\"Status\":\"OK\"}");
    let mut request = put(Bytes::from("x"));
    request.callback = Some(callback);
    let output = script.client().put_object(&request).await.unwrap();
    assert_eq!(output.answered.body, "{\"Status\":\"OK\"}");
    for seen in script.seen() {
        assert_eq!(
            seen.header("x-oss-callback"),
            Some("eyJjYWxsYmFja1VybCI6Imh0dHA6Ly94In0=")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_whose_answer_was_lost_can_be_guessed_from_the_refusal() {
    let script = Script::new([
        Reply::foreign(502, "text/html", ""),
        Reply::error(404, "NoSuchUpload"),
    ]);
    let error = script
        .client()
        .complete_multipart_upload(&complete())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoSuchUpload);
    assert!(error.may_have_been_done());

    let script = Script::new([Reply::error(404, "NoSuchUpload")]);
    let error = script
        .client()
        .complete_multipart_upload(&complete())
        .await
        .unwrap_err();
    assert!(!error.may_have_been_done());
}

/// Cases: 77.
#[tokio::test(start_paused = true)]
async fn the_wrong_endpoint_is_answered_with_the_right_one() {
    let document = "<Error><Code>AccessDenied</Code><RequestId>5C3D</RequestId>\
                    <Endpoint>oss-cn-beijing.aliyuncs.com</Endpoint></Error>";
    let script = Script::new([Reply::of_oss(403, document)]);
    let error = script.client().head_object(&head()).await.unwrap_err();
    let get_error = script.client().get_object(&get()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(
        get_error
            .hint()
            .unwrap()
            .contains("--endpoint oss-cn-beijing.aliyuncs.com")
    );
}

#[tokio::test(start_paused = true)]
async fn a_condition_that_does_not_hold_is_no_failure_of_the_service() {
    for status in [304, 412] {
        let script = Script::new([Reply::of_oss(status, "")]);
        let error = script.client().head_object(&head()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::PreconditionFailed);
        assert_eq!(script.seen().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_header_that_cannot_be_sent_is_refused_before_anything_is() {
    let script = Script::new([Reply::object("")]);
    for (name, value) in [("a", "line\nbreak"), ("a b", "x"), ("ü", "x")] {
        let mut request = put(Bytes::from("x"));
        request.headers.metadata = vec![(name.to_owned(), value.to_owned())];
        let error = script.client().put_object(&request).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Settings);
        assert!(!error.may_have_been_done());
    }
    assert_eq!(script.seen().len(), 0);
}

/// Cases: 102.
#[test]
fn signed_requests_do_not_travel_in_the_clear_unless_allowed() {
    let script = || std::sync::Arc::new(Script::new([Reply::object("")]));
    let client = |settings: Settings| ossum_client::Client::new(settings, script());
    let remote = "http://oss-cn-hangzhou.aliyuncs.com";
    assert!(matches!(
        client(settings(remote)),
        Err(SettingsError::ClearText(_))
    ));
    let allowed = Settings {
        clear_text: ossum_client::ClearText::Allow,
        ..settings(remote)
    };
    assert!(client(allowed).is_ok());
    assert!(client(settings("http://127.0.0.1:9000")).is_ok());
    assert!(client(Settings::new(remote.parse().unwrap())).is_ok());
}

#[test]
fn a_v4_client_without_a_region_is_refused() {
    let settings = Settings {
        region: None,
        ..settings("https://files.example.com")
    };
    let script = std::sync::Arc::new(Script::new([Reply::object("")]));
    let refused = ossum_client::Client::new(settings, script);
    assert!(matches!(refused, Err(SettingsError::NoRegion(_))));
}
