//! HTTP without the client of the project: what it asks for is not what is being tested.

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// Asks on a connection of its own; what is not there is `None`, and no answer an error.
pub(crate) fn ask(
    address: &str,
    method: &str,
    path: &str,
    body: &[u8],
) -> io::Result<Option<Vec<u8>>> {
    let (status, body) = exchange(address, method, path, &["x-oss-complete-all: yes"], body)?;
    assert!(
        (200..300).contains(&status) || status == 404,
        "{status} {}",
        String::from_utf8_lossy(&body)
    );
    Ok((status != 404).then_some(body))
}

/// Does with a URL what anyone can who has it, and returns status and body.
#[track_caller]
pub(crate) fn use_url(url: &str, method: &str, headers: &[&str], body: &[u8]) -> (u16, Vec<u8>) {
    let bare = url.strip_prefix("http://").unwrap();
    let (address, path) = bare.split_at(bare.find('/').unwrap());
    exchange(address, method, path, headers, body).unwrap()
}

/// Sends one request and reads its answer: status and body.
fn exchange(
    address: &str,
    method: &str,
    path: &str,
    headers: &[&str],
    body: &[u8],
) -> io::Result<(u16, Vec<u8>)> {
    let mut stream = TcpStream::connect(address)?;
    let len = body.len();
    let mut head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {len}\r\n"
    );
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Err(io::ErrorKind::ConnectionReset.into());
    };
    let body = answer.split_off(end + 4);
    let head = String::from_utf8_lossy(&answer);
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status = status.ok_or(io::ErrorKind::InvalidData)?;
    Ok((status, body))
}
