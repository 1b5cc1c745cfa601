//! Secrets stay where they are: in no `Debug`, no error, no message.

use std::sync::Arc;
use std::time::Duration;

use ossum_client::Settings;
use ossum_client::auth::{SignatureVersion, StaticCredentials};
use ossum_client::transport::{HttpTransport, Proxies};

use crate::arrange::{SECRET, TOKEN, credentials, get, head, settings, told, transport};
use crate::script::{Reply, Script};

const PASSWORD: &str = "hunter2";

fn with_everything(version: SignatureVersion) -> Settings {
    let temporary = credentials().with_security_token(TOKEN).unwrap();
    Settings {
        credentials: Some(Arc::new(StaticCredentials::new(temporary))),
        signature_version: version,
        ..settings("https://oss-cn-hangzhou.aliyuncs.com")
    }
}

fn proxied() -> HttpTransport {
    let proxies = Proxies::all(&format!("http://user:{PASSWORD}@127.0.0.1:1")).unwrap();
    transport(proxies, Duration::from_secs(1))
}

fn assert_clean(shown: &str) {
    for secret in [SECRET, TOKEN, PASSWORD, "Signature="] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Cases: 97.
#[test]
fn debug_of_clients_and_settings_has_no_secret() {
    for version in [SignatureVersion::V4, SignatureVersion::V1] {
        let settings = with_everything(version);
        assert_clean(&format!("{settings:#?}"));
        let client = ossum_client::Client::new(settings, Arc::new(proxied())).unwrap();
        assert_clean(&format!("{client:#?}"));
    }
}

/// Cases: 97.
#[tokio::test(start_paused = true)]
async fn errors_have_no_secret() {
    for version in [SignatureVersion::V4, SignatureVersion::V1] {
        for reply in [
            Reply::error(403, "SignatureDoesNotMatch"),
            Reply::error(403, "InvalidSecurityToken"),
            Reply::foreign(200, "text/html", "<html>"),
        ] {
            let script = Script::new([reply]);
            let client = script.client_with(with_everything(version));
            let error = client.get_object(&get()).await.unwrap_err();
            assert_clean(&format!("{error:#?} {}", told(&error)));
        }
    }
}

/// Cases: 97.
#[tokio::test]
async fn a_proxy_that_cannot_be_reached_is_named_without_its_password() {
    let client =
        ossum_client::Client::new(with_everything(SignatureVersion::V4), Arc::new(proxied()))
            .unwrap();
    let error = client.head_object(&head()).await.unwrap_err();
    let shown = told(&error);
    assert!(shown.contains("127.0.0.1:1"), "{shown}");
    assert_clean(&format!("{shown} {error:#?}"));
}
