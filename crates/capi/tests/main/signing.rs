//! Addresses that carry their own signature.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;

use ossum_testkit::{Server, Workspace};

use crate::compiler::{STRICT, STRICT_CPP};

/// What a server answers to somebody who has only an address.
fn ask(address: &str, method: &str, headers: &str, body: &str) -> io::Result<String> {
    let (host, path) = address
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap_or_else(|| panic!("{address}"));
    let mut stream = TcpStream::connect(host)?;
    let length = body.len();
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n{headers}\r\n{body}"
    );
    stream.write_all(request.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn whoever_has_a_signed_address_puts_gets_and_deletes() {
    let text = include_str!("../programs/signed_url.c");
    for (compiler, signature) in [(STRICT, "4"), (STRICT, "1"), (STRICT_CPP, "4")] {
        let (oss, place) = (Server::new().on_loopback(), Workspace::new());
        let program = compiler.compile(&place, "signed_url", text).using(&oss);
        let outcome = program.env("SIGNATURE", signature).run([""; 0]);
        let lines: Vec<_> = outcome.exit(0).stdout().lines().collect();
        let address = |method: &str| {
            let of = |line: &&str| {
                line.strip_prefix(method)?
                    .strip_prefix(' ')
                    .map(str::to_owned)
            };
            lines.iter().find_map(of).unwrap()
        };
        let ask =
            |address: &str, method, headers, body| ask(address, method, headers, body).unwrap();
        let (put, get, delete) = (address("PUT"), address("GET"), address("DELETE"));
        let signed = "Content-Type: text/css\r\nx-oss-meta-author: somebody\r\n";
        let ok = |answer: &str| answer.starts_with("HTTP/1.1 200 ");
        assert!(!ok(&ask(
            &put,
            "PUT",
            "Content-Type: text/css\r\n",
            "hello"
        )));
        assert!(ok(&ask(&put, "PUT", signed, "hello")), "V{signature}");
        let answer = ask(&get, "GET", "", "");
        assert!(ok(&answer) && answer.ends_with("\r\n\r\nhello"), "{answer}");
        assert!(answer.contains("text/x-other"), "{answer}");
        assert!(!ok(&ask(&get.replace(".txt", ".TXT"), "GET", "", "")));
        let gone = ask(&delete, "DELETE", "", "");
        assert!(gone.starts_with("HTTP/1.1 204 "), "{gone}");
    }
}
