use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use ossum_client::Client;
use ossum_client::auth::{Credentials, SignatureVersion, StaticCredentials};
use ossum_client::op::HeadObject;
use ossum_devserver::fakes::Fakes;
use ossum_testkit::{InProcessOss, Server};

const URI: &str = "/-/ossum/credentials";

fn oss() -> InProcessOss {
    let fakes = Fakes {
        credentials_path: Some(URI.to_owned()),
        ..Fakes::default()
    };
    Server::new()
        .with(|settings| settings.fakes = Some(fakes))
        .in_process()
}

/// Credentials that the server has just handed out.
fn fetch(oss: &InProcessOss) -> Credentials {
    let request = http::Request::get(format!("http://localhost{URI}"));
    let request = request.body(Empty::<bytes::Bytes>::new()).unwrap();
    let body = oss.run(async {
        let answer = oss.service().handle(request).await;
        answer.into_body().collect().await.unwrap().to_bytes()
    });
    let document: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let text = |name: &str| document[name].as_str().unwrap().to_owned();
    Credentials::new(text("AccessKeyId"), text("AccessKeySecret"))
        .and_then(|key| key.with_security_token(text("SecurityToken")))
        .unwrap()
}

fn client(oss: &InProcessOss, credentials: Credentials, version: SignatureVersion) -> Client {
    oss.client_with(|settings| {
        settings.credentials = Some(Arc::new(StaticCredentials::new(credentials)));
        settings.signature_version = version;
    })
}

/// The code of the refusal, if it is one.
fn refusal(oss: &InProcessOss, client: &Client) -> Option<String> {
    let head = HeadObject::new("bkt".parse().unwrap(), "k".parse().unwrap());
    let refused = oss.run(client.head_object(&head)).err()?;
    refused.service()?.code.clone()
}

#[test]
fn what_was_handed_out_is_let_in_until_it_expires() {
    for version in [SignatureVersion::V1, SignatureVersion::V4] {
        let oss = oss();
        oss.put("k", "bytes");
        let client = client(&oss, fetch(&oss), version);
        assert_eq!(refusal(&oss, &client), None);
        oss.clock().advance(Duration::from_secs(3599));
        assert_eq!(refusal(&oss, &client), None);
        oss.clock().advance(Duration::from_secs(1));
        let expired = Some("SecurityTokenExpired".to_owned());
        assert_eq!(refusal(&oss, &client), expired);
    }
}

#[test]
fn what_was_handed_out_is_not_let_in_without_its_token_or_secret() {
    let oss = oss();
    let good = fetch(&oss);
    let (id, secret) = (good.access_key_id(), good.access_key_secret());
    let token = good.security_token().unwrap();
    let with = |secret, token: Option<&str>| {
        let key = Credentials::new(id, secret).unwrap();
        let key = match token {
            Some(token) => key.with_security_token(token).unwrap(),
            None => key,
        };
        refusal(&oss, &client(&oss, key, SignatureVersion::V4)).unwrap()
    };
    assert_eq!(with(secret, None), "InvalidAccessKeyId");
    assert_eq!(with(secret, Some("another")), "InvalidSecurityToken");
    assert_eq!(with("another", Some(token)), "SignatureDoesNotMatch");
}
