use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use ossum_testkit::{LocalOss, Workspace};

use crate::desk::{Desk, fails, ossum};

/// Cases: 37.
#[test]
fn an_endpoint_that_nobody_listens_at_is_a_network_error() {
    let desk = Desk::new();
    let words = "stat oss://bkt/k --retries 1 --endpoint http://127.0.0.1:1";
    fails(&desk.ossum, words, 5, "network", "after 2 attempts");
}

/// Cases: 38.
#[test]
fn an_endpoint_whose_name_has_no_address_is_a_network_error() {
    let desk = Desk::new();
    // The top-level domain `invalid` is reserved for names that do not exist (RFC 2606).
    let words = "stat oss://bkt/k --retries 0 --endpoint https://oss.invalid";
    fails(&desk.ossum, words, 5, "network", "oss.invalid");
}

/// Answers every request with a login page, as captive portals and some proxies do.
fn login_page() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 16 * 1024];
            let _ = stream.read(&mut request);
            let page = "<html><body>Please log in</body></html>";
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\
                connection: close\r\n\r\n{page}",
                page.len()
            );
        }
    });
    url
}

/// Cases: 52.
#[test]
fn a_proxy_that_answers_with_a_page_is_not_taken_for_oss() {
    let desk = Desk::new();
    let words = format!("ls oss://bkt --retries 1 --proxy {}", login_page());
    fails(&desk.ossum, &words, 5, "not_oss", "text/html");
}

/// Cases: 52.
#[test]
fn a_page_in_place_of_an_object_is_not_downloaded() {
    let desk = Desk::new();
    let words = format!("cp oss://bkt/k k --retries 1 --proxy {}", login_page());
    fails(&desk.ossum, &words, 5, "not_oss", "text/html");
    assert!(desk.workspace.names().is_empty());
}

#[test]
fn the_proxy_of_the_environment_is_used_and_no_proxy_is_respected() {
    let desk = Desk::new();
    let proxied = desk.ossum.clone().env("http_proxy", login_page());
    proxied.run(["ls", "oss://bkt", "--retries", "0"]).exit(5);
    let direct = proxied.env("NO_PROXY", "127.0.0.1");
    direct.run(["ls", "oss://bkt", "--retries", "0"]).exit(0);
}

/// Cases: 56.
#[test]
fn a_certificate_that_is_not_trusted_is_refused_until_it_is() {
    let listening = ossum_devserver::Listening {
        tls: true,
        ..Default::default()
    };
    let oss = LocalOss::start_listening(|_| {}, &listening);
    let workspace = Workspace::new();
    let program = ossum(&workspace).using(&oss);
    fails(
        &program,
        "ls oss://bkt --retries 0",
        5,
        "network",
        "oss://bkt",
    );
    workspace.write("ca.pem", oss.ca_pem().unwrap());
    program.run(["ls", "oss://bkt", "--ca", "ca.pem"]).exit(0);
    program.run(["ls", "oss://bkt", "--insecure"]).exit(0);
}

#[test]
fn a_machine_without_certificates_can_still_speak_plain_http() {
    let desk = Desk::new();
    let bare = desk
        .ossum
        .clone()
        .env("SSL_CERT_FILE", "/dev/null")
        .env("SSL_CERT_DIR", "/dev/null");
    bare.run(["ls", "oss://bkt"]).exit(0);
    // That there are none is what it says where they are needed.
    let tls = bare.run(["ls", "oss://bkt", "--endpoint", "https://127.0.0.1:1"]);
    tls.exit(5)
        .says("the trusted certificates cannot be loaded");
}
