use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ossum_devserver::{Listening, RunningServer, Server, Service, Settings, Storage};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

fn serve(listening: &Listening) -> RunningServer {
    serve_with(Storage::Memory, listening)
}

fn serve_with(storage: Storage, listening: &Listening) -> RunningServer {
    let settings = Settings {
        storage,
        buckets: vec!["bkt".parse().unwrap()],
        ..Settings::default()
    };
    let service = Service::new(settings).unwrap();
    let address = "127.0.0.1:0".parse().unwrap();
    Server::bind(address, service, listening)
        .unwrap()
        .start()
        .unwrap()
}

fn connect(server: &RunningServer) -> TcpStream {
    let stream = TcpStream::connect(server.local_addr()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Sends `request` on a connection of its own and returns all that comes back until it closes.
fn exchange(server: &RunningServer, request: &[u8]) -> String {
    let mut stream = connect(server);
    let mut answer = Vec::new();
    // A server that hangs up on garbage may do so at any point.
    let _ = stream
        .write_all(request)
        .and_then(|()| stream.shutdown(Shutdown::Write));
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(server: &RunningServer, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    exchange(server, request.as_bytes())
}

#[test]
fn the_c_sdk_sends_both_lengths_and_expects_to_be_told_to_continue() {
    let server = serve(&Listening::default());
    let mut stream = connect(&server);
    stream
        .write_all(
            b"PUT /bkt%2Fdir%2Fk HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\
              Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
        )
        .unwrap();
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).unwrap();
    assert_eq!(&interim, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(b"5\r\nhello\r\n0\r\n\r\n").unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(get(&server, "/bkt/dir/k").ends_with("\r\n\r\nhello"));
}

#[test]
fn a_bucket_may_be_in_the_host_name() {
    let server = serve(&Listening::default());
    let port = server.local_addr().port();
    let host = format!("Host: bkt.localhost:{port}\r\nConnection: close\r\n");
    let put = format!("PUT /k HTTP/1.1\r\n{host}Content-Length: 1\r\n\r\nx");
    assert!(exchange(&server, put.as_bytes()).starts_with("HTTP/1.1 200"));
    assert!(get(&server, "/bkt/k").ends_with("\r\n\r\nx"));
}

#[test]
fn an_answer_to_head_has_a_length_and_no_body() {
    let server = serve(&Listening::default());
    let host = "Host: localhost\r\nConnection: close\r\n";
    let put = format!("PUT /bkt/k HTTP/1.1\r\n{host}Content-Length: 5\r\n\r\nhello");
    exchange(&server, put.as_bytes());
    let answer = exchange(
        &server,
        format!("HEAD /bkt/k HTTP/1.1\r\n{host}\r\n").as_bytes(),
    );
    assert!(answer.contains("content-length: 5\r\n"), "{answer}");
    assert!(answer.ends_with("\r\n\r\n"), "{answer}");
}

#[test]
fn garbage_harms_nobody() {
    let server = serve(&Listening::default());
    let long_header = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(1 << 20));
    let many_headers = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(10_000));
    let no_length = b"PUT /bkt/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n";
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        &[0xff; 4096],
        no_length,
        long_header.as_bytes(),
        many_headers.as_bytes(),
    ] {
        let answer = exchange(&server, garbage);
        let first = answer.lines().next().unwrap_or("");
        assert!(
            first.is_empty() || first.starts_with("HTTP/1.1 4"),
            "{first}"
        );
    }
    assert!(get(&server, "/bkt").starts_with("HTTP/1.1 200"));
}

#[test]
fn what_is_no_http_is_refused_as_oss_refuses() {
    let server = serve(&Listening::default());
    let answer = exchange(&server, b"HELLO\r\n\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
        "{answer}"
    );
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("x-oss-request-id: ") && head.contains("server: AliyunOSS"));
    assert!(body.contains("<Code>BadRequest</Code>") && body.ends_with("</Error>"));
}

#[test]
fn a_body_that_breaks_off_leaves_no_object() {
    let server = serve(&Listening::default());
    let put = b"PUT /bkt/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nbeginning";
    let mut stream = connect(&server);
    stream.write_all(put).unwrap();
    stream.shutdown(Shutdown::Both).unwrap();
    drop(stream);
    assert!(get(&server, "/bkt/k").starts_with("HTTP/1.1 404"));
}

#[test]
fn readers_of_a_key_that_many_write_see_one_of_their_objects_never_a_mix() {
    let directory = tempfile::TempDir::new().unwrap();
    for storage in [
        Storage::Memory,
        Storage::Directory(directory.path().to_owned()),
    ] {
        let server = serve_with(storage, &Listening::default());
        let put = |letter: u8| {
            let head = "Host: localhost\r\nConnection: close\r\nContent-Length: 300000\r\n\r\n";
            let mut put = format!("PUT /bkt/k HTTP/1.1\r\n{head}").into_bytes();
            put.resize(put.len() + 300_000, letter);
            assert!(exchange(&server, &put).starts_with("HTTP/1.1 200"));
        };
        put(b'a');
        std::thread::scope(|scope| {
            for letter in b'b'..b'e' {
                scope.spawn(move || (0..20).for_each(|_| put(letter)));
            }
            for _ in 0..40 {
                let answer = get(&server, "/bkt/k");
                let (head, body) = answer.split_once("\r\n\r\n").unwrap();
                assert!(body.len() == 300_000 && body.bytes().all(|b| b == body.as_bytes()[0]));
                let crc64 = ossum_types::Crc64::of(body.as_bytes());
                let header = format!("x-oss-hash-crc64ecma: {crc64}\r\n");
                assert!(head.contains(&header), "{head}");
            }
        });
    }
}

#[test]
fn a_connection_goes_on_after_a_refusal() {
    let server = serve(&Listening::default());
    let refused = "PUT /none/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello";
    let last = "GET /bkt HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answers = exchange(&server, format!("{refused}{last}").as_bytes());
    assert!(answers.starts_with("HTTP/1.1 404"), "{answers}");
    assert!(answers.contains("HTTP/1.1 200"), "{answers}");
}

#[test]
fn a_client_that_trusts_its_authority_speaks_tls() {
    let server = serve(&Listening {
        tls: true,
        ..Listening::default()
    });
    assert!(server.endpoint().starts_with("https://127.0.0.1:"));
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(server.ca_pem().unwrap().as_bytes());
    roots.add(ca.unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    for name in ["127.0.0.1", "localhost", "bkt.localhost"] {
        let name = ServerName::try_from(name).unwrap();
        let tls = ClientConnection::new(Arc::clone(&config), name).unwrap();
        let mut stream = StreamOwned::new(tls, connect(&server));
        let request = b"GET /bkt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
        stream.write_all(request).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[test]
fn a_connection_is_no_faster_than_its_bandwidth() {
    let server = serve(&Listening {
        bandwidth: Some("1M".parse().unwrap()),
        ..Listening::default()
    });
    let body = "x".repeat(200 * 1024);
    let head = "Host: localhost\r\nConnection: close\r\nContent-Length: 204800\r\n\r\n";
    let put = format!("PUT /bkt/k HTTP/1.1\r\n{head}{body}");
    let started = Instant::now();
    assert!(exchange(&server, put.as_bytes()).starts_with("HTTP/1.1 200"));
    let put_took = started.elapsed();
    let started = Instant::now();
    assert!(get(&server, "/bkt/k").ends_with(&body));
    let get_took = started.elapsed();
    // The last step of each is not waited for.
    let least = Duration::from_millis(140);
    assert!(
        put_took > least && get_took > least,
        "{put_took:?} {get_took:?}"
    );
}

#[test]
fn a_stopped_server_is_gone() {
    let server = serve(&Listening::default());
    let address = server.local_addr();
    let _idle = connect(&server);
    server.stop().unwrap();
    assert!(TcpStream::connect(address).is_err());
}
