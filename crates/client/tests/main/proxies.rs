//! What a proxy on the way sees, and what becomes of its refusals.

use std::sync::Arc;
use std::time::Duration;

use ossum_client::transport::Proxies;
use ossum_client::{ClearText, Client, Error, ErrorKind, Payload, Settings};

use crate::arrange::{head, put, settings, transport};
use crate::server::{Server, Step, object};

/// `user:hunter2`
const BASIC: &str = "Basic dXNlcjpodW50ZXIy";

fn through(proxy: &str, endpoint: &str) -> Client {
    let settings = Settings {
        clear_text: ClearText::Allow,
        ..settings(endpoint)
    };
    let proxies = Proxies::all(proxy).unwrap();
    let transport = transport(proxies, Duration::from_secs(10));
    Client::new(settings, Arc::new(transport)).unwrap()
}

async fn upload(client: &Client) -> Result<(), Error> {
    client.put_object(&put(Payload::Empty)).await.map(drop)
}

#[tokio::test]
async fn a_forwarding_proxy_is_given_the_whole_address_and_its_password() {
    let proxy = Server::start(vec![vec![Step::Read, object(b""), Step::Read, object(b"")]]);
    let url = format!("http://user:hunter2@{}", proxy.address());
    let client = through(&url, "http://oss-cn-hangzhou.aliyuncs.com");
    upload(&client).await.unwrap();
    upload(&client).await.unwrap();
    assert_eq!(proxy.connections(), 1);
    for request in proxy.requests() {
        let expected = "PUT http://bucket.oss-cn-hangzhou.aliyuncs.com/key HTTP/1.1\r\n";
        assert!(request.starts_with(expected), "{request}");
        assert!(
            request.contains(&format!("proxy-authorization: {BASIC}\r\n")),
            "{request}"
        );
        assert!(
            request.contains("host: bucket.oss-cn-hangzhou.aliyuncs.com\r\n"),
            "{request}"
        );
    }
}

#[tokio::test]
async fn a_tunnelling_proxy_learns_only_the_host() {
    let proxy = Server::start(vec![vec![
        Step::ReadHead,
        Step::Send(
            b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n".to_vec(),
        ),
    ]]);
    let url = format!("http://user:hunter2@{}", proxy.address());
    let client = through(&url, "https://oss-cn-hangzhou.aliyuncs.com");
    let error = client.head_object(&head()).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Network, 1));
    assert!(
        error.hint().unwrap().contains("the proxy refused"),
        "{error:?}"
    );
    let request = &proxy.requests()[0];
    assert!(
        request.starts_with("CONNECT bucket.oss-cn-hangzhou.aliyuncs.com:443 HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request
            .to_lowercase()
            .contains(&format!("proxy-authorization: {BASIC}").to_lowercase()),
        "{request}"
    );
    assert!(
        !request.to_lowercase().contains("\r\nauthorization:"),
        "{request}"
    );
}

#[tokio::test]
async fn a_proxy_that_fails_to_connect_is_no_oss() {
    for answer in ["502 Bad Gateway", "403 Forbidden"] {
        let refusal = format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n");
        let proxy = Server::start(vec![vec![Step::ReadHead, Step::Send(refusal.into_bytes())]]);
        let client = through(&proxy.endpoint(), "https://oss-cn-hangzhou.aliyuncs.com");
        let error = client.head_object(&head()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Network, "{error:?}");
        assert!(!error.may_have_been_done());
    }
}

#[tokio::test]
async fn a_socks_proxy_carries_requests_and_resolves_names_if_asked() {
    let name = b"bucket.oss-cn-hangzhou.aliyuncs.com";
    let proxy = Server::start(vec![vec![
        Step::ReadBytes(3),
        Step::Send(vec![5, 0]),
        Step::ReadBytes(4 + 1 + name.len() + 2),
        Step::Send(vec![5, 0, 0, 1, 127, 0, 0, 1, 0, 80]),
        Step::Read,
        object(b""),
    ]]);
    let url = format!("socks5h://{}", proxy.address());
    upload(&through(&url, "http://oss-cn-hangzhou.aliyuncs.com"))
        .await
        .unwrap();
    let requests = proxy.requests();
    assert!(
        requests[1].contains("bucket.oss-cn-hangzhou.aliyuncs.com"),
        "{:?}",
        requests[1]
    );
    assert!(
        requests[2].starts_with("PUT /key HTTP/1.1\r\n"),
        "{}",
        requests[2]
    );
}

#[tokio::test]
async fn a_socks_proxy_that_refuses_is_told_apart() {
    let proxy = Server::start(vec![vec![
        Step::ReadBytes(3),
        Step::Send(vec![5, 0]),
        Step::ReadBytes(10),
        Step::Send(vec![5, 2, 0, 1, 0, 0, 0, 0, 0, 0]),
    ]]);
    let url = format!("socks5h://{}", proxy.address());
    let error = upload(&through(&url, "http://oss-cn-hangzhou.aliyuncs.com"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Network);
    assert!(
        error.hint().unwrap().contains("the proxy refused"),
        "{error:?}"
    );
}
