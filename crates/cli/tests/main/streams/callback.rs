//! A callback, of a file and of a stream, in one request and in parts.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use crate::desk::Desk;

/// A server that is called `calls` times and tells what it was asked.
fn server(answer: &'static str, calls: usize) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let asked = thread::spawn(move || {
        let answer_one = |_| {
            let (mut stream, _) = listener.accept().unwrap();
            let (mut request, mut buffer) = (String::new(), [0; 4096]);
            while !request.ends_with("end") {
                let len = stream.read(&mut buffer).unwrap();
                request.push_str(str::from_utf8(&buffer[..len]).unwrap());
            }
            stream.write_all(answer.as_bytes()).unwrap();
            request
        };
        (0..calls).map(answer_one).collect()
    });
    (url, asked)
}

fn options(url: &str) -> String {
    format!(
        r#"--part-size 100K --callback '{{"callbackUrl":"{url}","callbackBody":"k=${{object}}&u=${{x:user}}&end"}}' --callback-var x:user=7"#
    )
}

/// All the ways in which an object is uploaded.
const WAYS: [&str; 4] = [
    "ossum cp small oss://bkt/k",
    "ossum cp large oss://bkt/k",
    "ossum cp - oss://bkt/k < small",
    "ossum cp - oss://bkt/k < large",
];

fn desk() -> Desk {
    let desk = Desk::new();
    desk.workspace.write("small", b"small");
    desk.workspace.write_seeded("large", 1, 250 * 1024);
    desk
}

#[test]
fn the_server_is_called_once_for_each_object_with_the_values_that_were_given() {
    let desk = desk();
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let (url, asked) = server(answer, WAYS.len());
    for way in WAYS {
        desk.shell(&format!("{way} {}", options(&url))).exit(0);
    }
    for request in asked.join().unwrap() {
        assert!(request.ends_with("k=k&u=7&end"), "{request}");
    }
}

/// Cases: 79.
#[test]
fn an_object_whose_callback_failed_is_stored_and_exit_1_says_so() {
    let desk = desk();
    let answer = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
    let (url, asked) = server(answer, WAYS.len());
    for way in WAYS {
        let outcome = desk.shell(&format!("{way} {}", options(&url)));
        outcome.exit(1).says("its callback failed").says("502");
        outcome.says("the object is stored");
        desk.run("rm oss://bkt/k").exit(0);
    }
    asked.join().unwrap();
    let checkpoint = desk.workspace.root().join("large.cp");
    assert!(!checkpoint.exists());
}

#[test]
fn the_callback_may_be_in_a_file() {
    let desk = desk();
    desk.workspace.write("cb.json", b"{\"callbackUrl\":\"\"}");
    let words = "cp small oss://bkt/k --callback @cb.json";
    desk.run(words).exit(2).says("has no callbackBody");
    desk.run("stat oss://bkt/k").exit(3);
}
