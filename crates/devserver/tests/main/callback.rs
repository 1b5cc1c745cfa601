use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use crate::oss::{Oss, Reply, in_each_store};

/// An application server that takes one request and gives `answer`.
struct App {
    url: String,
    asked: JoinHandle<String>,
}

impl App {
    fn new(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/notify?a=1", listener.local_addr().unwrap());
        let asked = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut request, mut buffer) = (String::new(), [0; 4096]);
            while !request.ends_with("end") {
                let len = stream.read(&mut buffer).unwrap();
                request.push_str(str::from_utf8(&buffer[..len]).unwrap());
            }
            stream.write_all(answer.as_bytes()).unwrap();
            request
        });
        Self { url, asked }
    }
}

const JSON: &str = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"done\":42}";

fn callback(url: &str, body: &str, form: &str) -> String {
    let body = body.replace('"', "\\\"");
    BASE64.encode(format!(
        r#"{{"callbackUrl":"{url}","callbackBody":"{body}","callbackBodyType":"{form}"}}"#
    ))
}

fn put(oss: &Oss, callback: &str) -> Reply {
    let headers = [("x-oss-callback", callback)];
    oss.ask("PUT /bkt/a%20b", &headers, b"bytes")
}

#[test]
fn the_application_is_told_and_its_answer_passed_on() {
    in_each_store(|oss| {
        let app = App::new(JSON);
        let body = "b=${bucket}&o=${object}&s=${size}&v=${x:v}&n=${none}&end";
        let variables = BASE64.encode(r#"{"x:v":"1&2"}"#);
        let headers = [
            ("x-oss-callback", &*callback(&app.url, body, "")),
            ("x-oss-callback-var", &variables),
        ];
        let reply = oss.ask("PUT /bkt/a%20b", &headers, b"bytes").ok();
        assert_eq!(reply.text(), "{\"done\":42}");
        assert_eq!(
            reply.header("content-type").as_deref(),
            Some("application/json")
        );
        assert!(reply.header("etag").is_some());
        let asked = app.asked.join().unwrap();
        assert!(
            asked.starts_with("POST /notify?a=1 HTTP/1.1\r\n"),
            "{asked}"
        );
        assert!(
            asked.contains("\r\n\r\nb=bkt&o=a%20b&s=5&v=1%262&n=&end"),
            "{asked}"
        );
        assert_eq!(oss.get("/bkt/a%20b").ok().text(), "bytes");
    });
}

#[test]
fn a_completed_upload_calls_back_in_json_too() {
    let oss = Oss::open();
    let app = App::new(JSON);
    let upload = oss.initiate();
    oss.part(&upload, 1, b"bytes");
    let body = r#"{"o":${object},"s":${size}} end"#;
    let headers = [
        (
            "x-oss-callback",
            &*callback(&app.url, body, "application/json"),
        ),
        ("x-oss-complete-all", "yes"),
    ];
    let reply = oss
        .ask(&format!("POST /bkt/k?uploadId={upload}"), &headers, b"")
        .ok();
    assert_eq!(reply.text(), "{\"done\":42}");
    let asked = app.asked.join().unwrap();
    assert!(asked.ends_with(r#"{"o":"k","s":5} end"#), "{asked}");
}

#[test]
fn an_object_is_stored_also_if_its_callback_fails() {
    in_each_store(|oss| {
        for answer in [
            "HTTP/1.1 500 Oops\r\nContent-Length: 2\r\n\r\n{}",
            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ntext",
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{}",
            "nonsense\r\n\r\n",
        ] {
            oss.ask("DELETE /bkt/a%20b", &[], b"").ok();
            let app = App::new(answer);
            let reply = put(oss, &callback(&app.url, "end", ""));
            let reply = reply.refused(203, "CallbackFailed");
            assert!(reply.header("etag").is_some());
            assert_eq!(oss.get("/bkt/a%20b").ok().text(), "bytes");
        }
        let nobody = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        put(oss, &callback(&nobody.to_string(), "end", "")).refused(203, "CallbackFailed");
        let elsewhere = callback("http://192.0.2.1/", "end", "");
        put(oss, &elsewhere).refused(203, "CallbackFailed");
    });
}

#[test]
fn a_callback_that_makes_no_sense_stores_nothing() {
    let oss = Oss::open();
    for text in [
        "%",
        &BASE64.encode("{"),
        &BASE64.encode(r#"{"callbackUrl":"127.0.0.1"}"#),
        &callback("", "b", ""),
        &callback("a b", "b", ""),
        &callback("127.0.0.1", "", ""),
        &callback("127.0.0.1", "b", "text/plain"),
    ] {
        put(&oss, text).refused(400, "InvalidArgument");
    }
    let variables = BASE64.encode(r#"{"v":"1"}"#);
    let headers = [
        ("x-oss-callback", &*callback("127.0.0.1", "b", "")),
        ("x-oss-callback-var", &variables),
    ];
    oss.ask("PUT /bkt/k", &headers, b"")
        .refused(400, "InvalidArgument");
    put(&oss, &callback("https://127.0.0.1/", "b", "")).refused(501, "NotImplemented");
    let append = [("x-oss-callback", "e30=")];
    oss.ask("POST /bkt/k?append&position=0", &append, b"")
        .refused(501, "NotImplemented");
    assert_eq!(oss.get("/bkt").elements("Key").len(), 0);
}
