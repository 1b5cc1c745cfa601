//! Faults that only a socket can show.

use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use ossum_devserver::{Listening, RunningServer, Server, Service, Settings};

use super::{content, on_get, on_put};

struct Wired {
    server: RunningServer,
    service: Service,
}

impl Wired {
    /// A server with the bucket `bkt`, the object `k`, and then `rules`.
    fn new(rules: &str) -> Self {
        let settings = Settings {
            buckets: vec!["bkt".parse().unwrap()],
            ..Settings::default()
        };
        let service = Service::new(settings).unwrap();
        let address = "127.0.0.1:0".parse().unwrap();
        let server = Server::bind(address, service.clone(), &Listening::default());
        let wired = Self {
            server: server.unwrap().start().unwrap(),
            service,
        };
        let put = [
            b"PUT /bkt/k HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n",
            &*content(),
        ];
        let answer = wired.connect().ask(&put.concat()).answer();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        wired.service.set_faults(rules.parse().unwrap());
        wired
    }

    fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.server.local_addr()).unwrap();
        let patience = Some(Duration::from_secs(20));
        stream.set_read_timeout(patience).unwrap();
        Client { stream }
    }
}

struct Client {
    stream: TcpStream,
}

impl Client {
    /// Sends a request; a server may hang up at any point.
    fn ask(&mut self, request: &[u8]) -> &mut Self {
        let _ = self.stream.write_all(request);
        self
    }

    fn get(&mut self) -> &mut Self {
        self.ask(b"GET /bkt/k HTTP/1.1\r\nHost: h\r\n\r\n")
    }

    /// One answer with an announced length, head and body.
    fn answer(&mut self) -> String {
        let head = self.head();
        let len = head.to_lowercase();
        let len = len.split_once("content-length: ").unwrap().1;
        let len = len.split_once("\r\n").unwrap().0.parse().unwrap();
        let mut body = vec![0; len];
        self.stream.read_exact(&mut body).unwrap();
        head + &String::from_utf8_lossy(&body)
    }

    fn head(&mut self) -> String {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.stream.read_exact(&mut byte).unwrap();
            head.extend(byte);
        }
        String::from_utf8(head).unwrap()
    }

    /// All that comes, and how it ends.
    fn rest(&mut self) -> (Vec<u8>, Option<ErrorKind>) {
        let mut bytes = Vec::new();
        let end = self.stream.read_to_end(&mut bytes);
        (bytes, end.err().map(|error| error.kind()))
    }
}

fn body_of(bytes: &[u8]) -> &[u8] {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    &bytes[end.unwrap() + 4..]
}

#[test]
fn a_reset_is_a_reset_and_a_close_an_end() {
    let cases = [("reset", Some(ErrorKind::ConnectionReset)), ("close", None)];
    for (how, end) in cases {
        for moment in ["before_answer", "after_commit"] {
            let oss = Wired::new(&on_get(&format!("{{ {how} = '{moment}' }}")));
            assert_eq!(oss.connect().get().rest(), (vec![], end), "{how} {moment}");
        }
    }
}

#[test]
fn what_comes_before_a_reset_in_an_answer_arrives() {
    let cases = [("reset", Some(ErrorKind::ConnectionReset)), ("close", None)];
    for (how, end) in cases {
        for at in [0, 1, 500, 999] {
            let rule = on_get(&format!("{{ {how} = {{ after_response_bytes = {at} }} }}"));
            let (bytes, ended) = Wired::new(&rule).connect().get().rest();
            assert_eq!(
                (body_of(&bytes), ended),
                (&content()[..at], end),
                "{how} {at}"
            );
            assert!(String::from_utf8_lossy(&bytes).contains("content-length: 1000\r\n"));
        }
    }
}

#[test]
fn a_reset_while_a_request_comes_ends_its_sending() {
    let oss = Wired::new(&on_put("{ reset = { after_request_bytes = 1000 } }"));
    let mut client = oss.connect();
    client.ask(b"PUT /bkt/k HTTP/1.1\r\nHost: h\r\nContent-Length: 5000\r\n\r\n");
    client.ask(&[0; 1000]);
    assert_eq!(client.rest(), (vec![], Some(ErrorKind::ConnectionReset)));
    oss.service.set_faults(on_get("'nothing'").parse().unwrap());
    let (bytes, _) = oss.connect().get().head_and_shut();
    assert_eq!(body_of(&bytes), content());
}

impl Client {
    /// Says that nothing more is asked, and reads to the end.
    fn head_and_shut(&mut self) -> (Vec<u8>, Option<ErrorKind>) {
        self.stream.shutdown(Shutdown::Write).unwrap();
        self.rest()
    }
}

#[test]
fn a_chunked_answer_breaks_off_without_its_last_chunk() {
    let rules = on_get("{ remove_header = 'Content-Length' }")
        + &on_get("{ close = { after_response_bytes = 10 } }");
    let (bytes, end) = Wired::new(&rules).connect().get().rest();
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    assert!(text.contains("transfer-encoding: chunked"), "{text}");
    assert!(!text.contains("content-length"), "{text}");
    assert_eq!(
        body_of(&bytes),
        [b"A\r\n", &content()[..10], b"\r\n"].concat()
    );
    assert_eq!(end, None);
}

#[test]
fn bytes_come_after_the_end_of_an_answer() {
    let oss = Wired::new(&on_get("{ extend = 7 }"));
    let mut client = oss.connect();
    let answer = client.get().answer();
    assert!(answer.contains("content-length: 1000\r\n"), "{answer}");
    let mut extra = [0; 7];
    client.stream.read_exact(&mut extra).unwrap();
    assert_eq!(&extra, b"xxxxxxx");
    // The connection goes on, as if nothing had been.
    oss.service.set_faults("".parse().unwrap());
    assert!(client.get().answer().starts_with("HTTP/1.1 200"));
}

#[test]
fn an_answer_comes_that_nobody_asked_for() {
    let oss = Wired::new(&on_get("'stray_answer'"));
    let mut client = oss.connect();
    assert!(client.get().answer().contains("x-oss-request-id"));
    let stray = client.answer();
    assert!(stray.starts_with("HTTP/1.1 200") && stray.ends_with("stray"));
    client.stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!(client.rest(), (vec![], None));
}

#[test]
fn a_content_length_is_too_long_or_too_short_for_its_body() {
    let with = |len: usize| {
        let rule = format!("{{ set_header = {{ name = 'Content-Length', value = '{len}' }} }}");
        let (bytes, end) = Wired::new(&on_get(&rule)).connect().get().head_and_shut();
        assert_eq!(end, None);
        let head = String::from_utf8_lossy(&bytes).into_owned();
        assert!(
            head.contains(&format!("content-length: {len}\r\n")),
            "{head}"
        );
        body_of(&bytes).to_vec()
    };
    assert_eq!(with(1001), content());
    let body = with(900);
    assert_eq!((&body[..900], body.len()), (&content()[..900], 1000));
}

#[test]
fn to_continue_is_never_said_and_a_body_that_comes_all_the_same_is_taken() {
    let oss = Wired::new(&on_put("'never_continue'"));
    let mut client = oss.connect();
    client.ask(
        b"PUT /bkt/k HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
    );
    let short = Some(Duration::from_millis(100));
    client.stream.set_read_timeout(short).unwrap();
    let waited = client.stream.read(&mut [0]);
    assert!(waited.is_err(), "something came: {waited:?}");
    client.stream.set_read_timeout(None).unwrap();
    let answer = client.ask(b"hello").answer();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(oss.connect().get().answer().ends_with("hello"));
}

#[test]
fn a_connection_closes_right_after_an_answer_that_promised_more() {
    let oss = Wired::new(&on_get("{ close_idle = 0 }"));
    let mut client = oss.connect();
    let answer = client.get().answer();
    assert!(
        !answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );
    assert_eq!(client.rest(), (vec![], None));
}

#[test]
fn a_connection_closes_when_it_was_idle_for_too_long() {
    let oss = Wired::new(&on_get("{ close_idle = '50ms' }"));
    let mut client = oss.connect();
    // A request in time is answered, and the wait begins anew.
    client.get().answer();
    client.get().answer();
    let idle = Instant::now();
    assert_eq!(client.rest(), (vec![], None));
    assert!(
        idle.elapsed() >= Duration::from_millis(40),
        "{:?}",
        idle.elapsed()
    );
}

#[test]
fn a_connection_is_refused_by_its_number() {
    let oss = Wired::new("[[rule]]\nconnection = 3\nthen = 'refuse_connection'\n");
    let end = |oss: &Wired| oss.connect().get().head_and_shut();
    assert!(end(&oss).0.starts_with(b"HTTP/1.1 200"));
    // To ask could be to hear of the reset before the answer is waited for.
    let refused = oss.connect().rest();
    assert_eq!(refused, (vec![], Some(ErrorKind::ConnectionReset)));
    assert!(end(&oss).0.starts_with(b"HTTP/1.1 200"));
    assert_eq!(oss.service.fired(), [1]);
}

#[test]
fn connections_are_counted_while_they_are_open_and_afterwards() {
    let oss = Wired::new("");
    let mut first = oss.connect();
    first.get().answer();
    let mut second = oss.connect();
    let ask = b"GET /-/ossum/stats HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    let answer = second.ask(ask).answer();
    let (_, stats) = answer.split_once("\r\n\r\n").unwrap();
    let stats: serde_json::Value = serde_json::from_str(stats).unwrap();
    // One more put the object there; it may or may not have been found closed.
    assert_eq!(stats["connections"], 3);
    assert!((2..=3).contains(&stats["connections_open"].as_u64().unwrap()));
    assert_eq!(stats["requests"], 2);
}

#[test]
fn a_tls_connection_is_reset_before_it_greets() {
    let service = Service::new(Settings::default()).unwrap();
    let rule = "[[rule]]\nthen = 'refuse_connection'\n";
    service.set_faults(rule.parse().unwrap());
    let listening = Listening {
        tls: true,
        ..Listening::default()
    };
    let address = "127.0.0.1:0".parse().unwrap();
    let server = Server::bind(address, service, &listening).unwrap();
    let wired = Wired {
        service: Service::new(Settings::default()).unwrap(),
        server: server.start().unwrap(),
    };
    let refused = wired.connect().rest();
    assert_eq!(refused, (vec![], Some(ErrorKind::ConnectionReset)));
}

#[test]
fn the_nth_request_of_each_connection() {
    let rule = "[[rule]]\nrequest_of_connection = 2\nthen = { close = 'before_answer' }\n";
    let oss = Wired::new(rule);
    for _ in 0..2 {
        let mut client = oss.connect();
        client.get().answer();
        assert_eq!(client.get().rest(), (vec![], None));
    }
    assert_eq!(oss.service.fired(), [2]);
}

#[test]
fn an_early_answer_waits_for_no_body() {
    let rule = on_put("{ answer = { status = 400, code = 'BadRequest', early = true } }");
    let oss = Wired::new(&rule);
    let mut client = oss.connect();
    client.ask(b"PUT /bkt/k HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\nbegin");
    assert!(client.answer().starts_with("HTTP/1.1 400"));
}

#[test]
fn an_answer_that_is_not_early_takes_in_the_whole_body() {
    let oss = Wired::new(&on_put("{ answer = { status = 503, code = 'SlowDown' } }"));
    let mut client = oss.connect();
    for _ in 0..2 {
        client.ask(b"PUT /bkt/k HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
        client.ask(&vec![0; 1_000_000]);
        assert!(client.answer().starts_with("HTTP/1.1 503"));
    }
}
