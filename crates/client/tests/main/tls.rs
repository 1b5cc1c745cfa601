//! Whom the client trusts.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ossum_client::op::{GetBucketInfo, PutObject};
use ossum_client::transport::{ExtraRoots, HttpTransport, Proxies, TlsSettings};
use ossum_client::{Client, Error, ErrorKind};
use ossum_devserver as devserver;

use crate::arrange::{bucket, key, large, settings};

fn server(tls: bool) -> devserver::RunningServer {
    let settings = devserver::Settings {
        buckets: vec![bucket()],
        ..devserver::Settings::default()
    };
    let service = devserver::Service::new(settings).unwrap();
    let listening = devserver::Listening {
        tls,
        ..devserver::Listening::default()
    };
    let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
    devserver::Server::bind(any_port, service, &listening)
        .unwrap()
        .start()
        .unwrap()
}

async fn reach(endpoint: &str, tls: &TlsSettings) -> Result<(), Error> {
    let transport = HttpTransport::new(Proxies::none(), tls.clone(), Duration::from_secs(10));
    let client = Client::new(settings(endpoint), Arc::new(transport)).unwrap();
    client
        .get_bucket_info(&GetBucketInfo { bucket: bucket() })
        .await
        .map(drop)
}

fn trusting(pem: &str) -> TlsSettings {
    TlsSettings::Verify(ExtraRoots::from_pem(pem.as_bytes()).unwrap())
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_when_it_is_given() {
    let server = server(true);
    let tls = trusting(server.ca_pem().unwrap());
    reach(server.endpoint(), &tls).await.unwrap();
    reach(server.endpoint(), &TlsSettings::Insecure)
        .await
        .unwrap();
}

/// Cases: 56.
#[tokio::test]
async fn a_stranger_is_not_trusted_and_the_hint_says_how_to() {
    let server = server(true);
    let another = self::server(true);
    for tls in [TlsSettings::default(), trusting(another.ca_pem().unwrap())] {
        let error = reach(server.endpoint(), &tls).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.attempts()),
            (ErrorKind::Network, 1),
            "{error:?}"
        );
        assert!(error.hint().unwrap().contains("--ca"), "{error:?}");
        assert!(!error.may_have_been_done());
    }
}

/// Cases: 57.
#[tokio::test]
async fn a_refusal_while_the_body_is_still_being_sent_is_heard_through_tls_too() {
    let server = server(true);
    let tls = trusting(server.ca_pem().unwrap());
    let transport = HttpTransport::new(Proxies::none(), tls, Duration::from_secs(10));
    let client = Client::new(settings(server.endpoint()), Arc::new(transport)).unwrap();
    let missing = PutObject::new("missing".parse().unwrap(), key("key"), large());
    let error = client.put_object(&missing).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::NoSuchBucket, 1),
        "{error:?}"
    );
}

/// Cases: 56.
#[tokio::test]
async fn https_to_a_server_without_tls_is_told_apart() {
    let server = server(false);
    let endpoint = server.endpoint().replace("http://", "https://");
    let error = reach(&endpoint, &TlsSettings::default()).await.unwrap_err();
    assert!(error.hint().unwrap().contains("http://"), "{error:?}");
}

#[test]
fn a_file_without_a_certificate_is_no_ca_file() {
    for bad in [
        "",
        "hello",
        "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n",
    ] {
        assert!(ExtraRoots::from_pem(bad.as_bytes()).is_err(), "{bad}");
    }
}
