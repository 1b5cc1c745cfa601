use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use ossum_devserver::{ETagForm, Listening, Server, Service, Settings};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::oss::Oss;

fn with_opaque_etags() -> Oss {
    Oss::new(Settings {
        etags: ETagForm::Opaque,
        ..Settings::default()
    })
}

#[test]
fn a_hundred_thousand_keys_are_listed_in_pages_of_bounded_size() {
    let oss = with_opaque_etags();
    for n in 0..100_000 {
        oss.put(&format!("/bkt/{:02}/{n:06}", n % 100), b"").ok();
    }
    let (mut keys, mut token, mut largest) = (Vec::new(), String::new(), 0);
    loop {
        let page = oss
            .get(&format!("/bkt?list-type=2&max-keys=1000{token}"))
            .ok();
        largest = largest.max(page.body.len());
        keys.extend(page.elements("Key"));
        let Some(next) = page.element("NextContinuationToken") else {
            break;
        };
        token = format!("&continuation-token={next}");
    }
    assert_eq!(keys.len(), 100_000);
    assert!(keys.is_sorted_by(|a, b| a < b));
    assert!(largest < 512 * 1024, "{largest}");
    let grouped = oss.get("/bkt?list-type=2&delimiter=/&max-keys=1000").ok();
    assert_eq!(grouped.elements("CommonPrefixes").len(), 100);
}

#[test]
fn an_upload_of_ten_thousand_parts_is_listed_and_completed() {
    let oss = with_opaque_etags();
    oss.put("/bkt/source", &vec![7; 100 * 1024]).ok();
    let upload = oss.initiate();
    let from = [("x-oss-copy-source", "/bkt/source")];
    for number in 1..=10_000 {
        let what = format!("PUT /bkt/k?partNumber={number}&uploadId={upload}");
        oss.ask(&what, &from, b"").ok();
    }
    let (mut listed, mut marker) = (Vec::new(), "0".to_owned());
    loop {
        let page = oss
            .get(&format!(
                "/bkt/k?uploadId={upload}&part-number-marker={marker}"
            ))
            .ok();
        let etags = page
            .elements("ETag")
            .into_iter()
            .map(|etag| etag.replace("&quot;", ""));
        listed.extend((listed.len() + 1..).zip(etags));
        marker = page.element("NextPartNumberMarker").unwrap();
        if page.element("IsTruncated").as_deref() == Some("false") {
            break;
        }
    }
    let parts: Vec<_> = listed
        .iter()
        .map(|(number, etag)| (u32::try_from(*number).unwrap(), &**etag))
        .collect();
    assert_eq!(parts.len(), 10_000);
    oss.complete(&upload, &parts).ok();
    let head = oss.ask("HEAD /bkt/k", &[], b"").ok();
    let size = (10_000 * 100 * 1024).to_string();
    assert_eq!(head.header("content-length"), Some(size));
    let end = [("range", "bytes=1023999999-")];
    assert_eq!(oss.ask("GET /bkt/k", &end, b"").ok().body, [7][..]);
}

/// Allows this process as many files as it may have.
fn allow_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, all).unwrap();
}

#[test]
fn a_thousand_connections_are_served_at_once() {
    allow_many_files();
    let service = Service::new(Settings::default()).unwrap();
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::bind(address, service, &Listening::default()).unwrap();
    let server = server.start().unwrap();
    let connect = |_| {
        let stream = TcpStream::connect(server.local_addr()).unwrap();
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        stream
    };
    let mut streams: Vec<_> = (0..1000).map(connect).collect();
    for _ in 0..2 {
        for stream in &mut streams {
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                .unwrap();
        }
        for stream in &mut streams {
            let (mut answer, mut buffer) = (Vec::new(), [0; 4096]);
            while !answer.ends_with(b"</ListAllMyBucketsResult>") {
                let len = stream.read(&mut buffer).unwrap();
                assert_ne!(len, 0, "{}", String::from_utf8_lossy(&answer));
                answer.extend_from_slice(&buffer[..len]);
            }
        }
    }
}
