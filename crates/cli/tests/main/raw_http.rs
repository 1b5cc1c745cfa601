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
    let mut stream = TcpStream::connect(address)?;
    let len = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {len}\r\nx-oss-complete-all: yes\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Err(io::ErrorKind::ConnectionReset.into());
    };
    let body = answer.split_off(end + 4);
    let head = String::from_utf8_lossy(&answer);
    assert!(
        head.starts_with("HTTP/1.1 2") || head.starts_with("HTTP/1.1 404"),
        "{head}"
    );
    Ok(head.starts_with("HTTP/1.1 2").then_some(body))
}
