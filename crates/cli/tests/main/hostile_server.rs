//! A server that answers without end, too large, or with the bytes of something else.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use bytes::Bytes;
use ossum_client::op::PutObject;
use ossum_testkit::{Outcome, Workspace};
use ossum_types::Crc64;

use crate::desk::ossum;
use crate::held;

/// Answers every request on a connection of its own as `answer` does; the head is what it gets.
struct Hostile {
    endpoint: String,
    sent: Arc<AtomicU64>,
}

impl Hostile {
    fn start(answer: impl Fn(&str, &mut dyn Write) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let sent = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&sent);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, sent) = (Arc::clone(&answer), Arc::clone(&counter));
                thread::spawn(move || {
                    let mut stream = Counting { stream, sent };
                    let head = stream.read_head();
                    answer(&head, &mut stream);
                });
            }
        });
        Self { endpoint, sent }
    }

    /// How many bytes went out to whoever took them.
    fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    fn run(&self, workspace: &Workspace, words: &str) -> Outcome {
        let program = ossum(workspace)
            .env("OSS_ENDPOINT", &self.endpoint)
            .env("OSS_REGION", "cn-hangzhou")
            .env("OSS_ACCESS_KEY_ID", "id")
            .env("OSS_ACCESS_KEY_SECRET", "secret");
        program.run(words.split_whitespace().chain(["--retries", "0"]))
    }
}

struct Counting {
    stream: TcpStream,
    sent: Arc<AtomicU64>,
}

impl Counting {
    fn read_head(&mut self) -> String {
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && self.stream.read(&mut byte).is_ok_and(|n| n == 1) {
            head.push(byte[0]);
        }
        String::from_utf8_lossy(&head).into_owned()
    }
}

impl Write for Counting {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.stream.write(bytes)?;
        self.sent.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.stream.flush()
    }
}

/// Writes `piece` until nobody takes it any more.
fn without_end(out: &mut dyn Write, piece: &[u8]) {
    while out.write_all(piece).is_ok() {}
}

const OF_OSS: &str = "x-oss-request-id: 5C3D9175\r\nETag: \"5D41\"\r\n";

/// More than the largest document there is (32 MiB), and what the kernel holds of a connection that
/// nobody reads to its end: a receive buffer may grow to 32 MiB, a send buffer to 4.
const MOST_TAKEN: u64 = 96 << 20;

/// Cases: 105, 107.
#[test]
fn a_body_without_end_is_not_read_to_it() {
    for (status, length, words, code) in [
        // The end of the connection is to be the end of the body, which never comes.
        ("200 OK", "", "cp oss://bkt/k file", 5),
        ("200 OK", "", "cat oss://bkt/k", 5),
        ("200 OK", "", "ls oss://bkt", 5),
        ("403 Forbidden", "", "ls oss://bkt", 4),
        ("500 Internal Server Error", "", "cp oss://bkt/k file", 5),
        // A gibibyte is promised, and sent.
        (
            "200 OK",
            "Content-Length: 1073741824\r\n",
            "ls oss://bkt",
            5,
        ),
    ] {
        let server = Hostile::start(move |_, out| {
            let head = format!("HTTP/1.1 {status}\r\n{OF_OSS}{length}\r\n<ListBucketResult>");
            if out.write_all(head.as_bytes()).is_ok() {
                without_end(out, &[b' '; 16 * 1024]);
            }
        });
        let workspace = Workspace::new();
        server.run(&workspace, words).exit(code);
        assert!(
            workspace.names().is_empty(),
            "{words}: {:?}",
            workspace.names()
        );
        let sent = server.sent();
        assert!(
            sent < MOST_TAKEN,
            "{status} {words}: {sent} bytes were taken"
        );
    }
}

/// Cases: 107.
#[test]
fn of_a_range_no_byte_more_is_taken_than_was_asked_for() {
    const SIZE: u64 = 300_000;
    let bytes = [7_u8; 16 * 1024];
    let server = Hostile::start(move |head, out| {
        let length = if head.starts_with("HEAD") {
            format!("Content-Length: {SIZE}\r\n")
        } else {
            // No length, so that only the range tells where it ends.
            format!("Content-Range: bytes 0-{}/{SIZE}\r\n", SIZE - 1)
        };
        let status = if head.starts_with("HEAD") {
            "200 OK"
        } else {
            "206 Partial Content"
        };
        let head_out = format!("HTTP/1.1 {status}\r\n{OF_OSS}{length}\r\n");
        if out.write_all(head_out.as_bytes()).is_ok() && !head.starts_with("HEAD") {
            without_end(out, &bytes);
        }
    });
    let workspace = Workspace::new();
    server.run(&workspace, "cp oss://bkt/k file --allow-unverified");
    let made = std::fs::metadata(workspace.path("file"));
    assert!(made.is_err() || made.is_ok_and(|made| made.len() == SIZE));
    assert!(
        server.sent() < MOST_TAKEN,
        "{} bytes were taken",
        server.sent()
    );
}

/// Cases: 108.
#[test]
fn a_head_that_is_too_large_or_too_long_is_refused() {
    let large = format!("x-oss-meta-a: {}\r\n", "x".repeat(10_000_000));
    let many = (0..100_000).map(|number| format!("x-oss-meta-{number}: 1\r\n"));
    for headers in [large, many.collect()] {
        let server = Hostile::start(move |_, out| {
            let head =
                format!("HTTP/1.1 200 OK\r\n{OF_OSS}Content-Length: 5\r\n{headers}\r\nhello");
            let _ = out.write_all(head.as_bytes());
        });
        let workspace = Workspace::new();
        for words in ["cp oss://bkt/k file", "stat oss://bkt/k", "ls oss://bkt"] {
            server.run(&workspace, words).exit(5);
        }
        assert!(workspace.names().is_empty());
        assert!(server.sent() > 0);
    }
}

/// Cases: 110.
#[test]
fn the_bytes_of_another_key_are_found_by_their_crc64() {
    let (ours, theirs) = ([1_u8; 4000], [2_u8; 4000]);
    let crc64 = Crc64::of(&ours);
    let server = Hostile::start(move |head, out| {
        let is_head = head.starts_with("HEAD");
        let range = head
            .lines()
            .any(|line| line.to_ascii_lowercase().starts_with("range:"));
        let (status, length) = if range {
            (
                "206 Partial Content",
                "Content-Range: bytes 0-3999/4000\r\n",
            )
        } else {
            ("200 OK", "")
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\n{OF_OSS}{length}x-oss-hash-crc64ecma: {crc64}\r\n\
             Content-Length: 4000\r\nConnection: close\r\n\r\n"
        );
        let _ = out.write_all(answer.as_bytes());
        if !is_head {
            let _ = out.write_all(&theirs);
        }
    });
    let workspace = Workspace::new();
    workspace.write("file", "before");
    server.run(&workspace, "cp oss://bkt/k file").exit(6);
    assert_eq!(workspace.read("file"), b"before");
    server.run(&workspace, "cat oss://bkt/k").exit(6);
}

/// Cases: 51, 109.
#[test]
fn what_is_compressed_is_never_blown_up() {
    let desk = held::desk();
    let zeros = vec![0; 8 << 20];
    desk.put("oss://bkt/zeros", &zeros);
    desk.faults("[[rule]]\noperation = 'GetObject'\nthen = 'gzip'\n");
    for words in ["cp oss://bkt/zeros file", "cat oss://bkt/zeros"] {
        let refused = desk.run(&format!("{words} --retries 1"));
        assert!(refused.stdout().is_empty(), "{words}");
        assert_ne!(refused.exit(5).stderr(), "");
    }
    assert!(desk.oss.service().fired()[0] >= 2);
    assert!(desk.workspace.names().is_empty());
    // Where that is how it is stored, it stays so.
    desk.faults("");
    let stored = b"\x1f\x8b\x08 and whatever follows";
    desk.with_client(async |client| {
        let (bucket, key) = ("bkt".parse().unwrap(), "k".parse().unwrap());
        let mut put = PutObject::new(bucket, key, Bytes::from_static(stored));
        put.headers.content_encoding = Some("gzip".to_owned());
        client.put_object(&put).await.unwrap();
    });
    desk.run("cp oss://bkt/k file").exit(0);
    assert_eq!(desk.workspace.read("file"), stored);
}
