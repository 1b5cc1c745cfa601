//! Whom the client trusts.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use ossum_client::op::{GetBucketInfo, PutObject};
use ossum_client::transport::{ExtraRoots, HttpTransport, Proxies, TlsSettings};
use ossum_client::{Client, Error, ErrorKind};
use ossum_devserver as devserver;
use ossum_devserver::faults::{Effect, Rule, Rules};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;

use crate::arrange::{bucket, key, large, settings, told};

fn server(tls: bool) -> devserver::RunningServer {
    serve(service(), tls)
}

fn service() -> devserver::Service {
    let settings = devserver::Settings {
        buckets: vec![bucket()],
        ..devserver::Settings::default()
    };
    devserver::Service::new(settings).unwrap()
}

fn serve(service: devserver::Service, tls: bool) -> devserver::RunningServer {
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

/// An address of this machine that its certificate does not name, and that leads to the server.
fn unnamed(server: &devserver::RunningServer) -> String {
    let listener = TcpListener::bind("127.0.0.2:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    let address = server.endpoint().replace("https://", "");
    thread::spawn(move || {
        for near in listener.incoming() {
            let (near, far) = (near.unwrap(), TcpStream::connect(&address).unwrap());
            let back = (far.try_clone().unwrap(), near.try_clone().unwrap());
            thread::spawn(move || pass_on(near, far));
            thread::spawn(move || pass_on(back.0, back.1));
        }
    });
    endpoint
}

fn pass_on(mut from: TcpStream, mut to: TcpStream) {
    // Whoever hangs up ends it.
    let _ = std::io::copy(&mut from, &mut to);
    let _ = to.shutdown(Shutdown::Write);
}

/// A server whose certificate has expired, and the authority that made it.
fn expired() -> (String, String) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    params.not_before = date_time_ymd(2001, 1, 1);
    params.not_after = date_time_ymd(2002, 1, 1);
    let key = KeyPair::generate().unwrap();
    let chain = vec![params.signed_by(&key, &authority).unwrap().der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut session = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            // Whoever connects does not go on with it.
            let _ = session.complete_io(&mut stream.unwrap());
        }
    });
    (endpoint, authority.pem())
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

/// Cases: 56.
#[tokio::test]
async fn a_certificate_of_another_host_is_not_trusted() {
    let server = server(true);
    let tls = trusting(server.ca_pem().unwrap());
    reach(server.endpoint(), &tls).await.unwrap();
    let error = reach(&unnamed(&server), &tls).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Network, 1));
    assert!(told(&error).contains("not valid for name"), "{error:?}");
}

/// Cases: 56.
#[tokio::test]
async fn a_certificate_that_has_expired_is_not_trusted() {
    let (endpoint, authority) = expired();
    let error = reach(&endpoint, &trusting(&authority)).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Network, 1));
    assert!(told(&error).contains("expired"), "{error:?}");
}

/// Cases: 56.
#[tokio::test]
async fn a_handshake_that_is_cut_is_tried_again_and_not_for_ever() {
    let service = service();
    let server = serve(service.clone(), true);
    let tls = trusting(server.ca_pem().unwrap());
    let cut = || Rule::any().then(Effect::RefuseConnection);
    service.set_faults(Rules::from_iter([cut().count(2)]));
    reach(server.endpoint(), &tls).await.unwrap();
    assert_eq!(service.fired(), [2]);
    service.set_faults(Rules::from_iter([cut()]));
    let error = reach(server.endpoint(), &tls).await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Network, 3));
    assert_eq!(service.fired(), [3]);
}
