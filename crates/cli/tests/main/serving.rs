use std::io::{Read, Write};
use std::net::TcpStream;

use ossum_testkit::{Program, Signal, Workspace};

use crate::desk::{fails, ossum};

#[test]
fn a_server_is_used_with_the_lines_it_prints_until_a_signal() {
    let workspace = Workspace::new();
    let words = "serve --memory --bucket bkt --listen 127.0.0.1:0 --ready-file ready";
    let mut server = ossum(&workspace).start(words.split(' '));
    let mut user = ossum(&workspace);
    for name in [
        "OSS_ENDPOINT",
        "OSS_REGION",
        "OSS_ACCESS_KEY_ID",
        "OSS_ACCESS_KEY_SECRET",
    ] {
        user = user.env(name, server.line_after(&format!("export {name}=")));
    }
    let ready = String::from_utf8(workspace.read("ready")).unwrap();
    assert!(ready.starts_with("http://127.0.0.1:"), "{ready}");
    workspace.write("file", "x");
    user.run(["cp", "file", "oss://bkt/"]).exit(0);
    user.run(["ls", "oss://bkt"]).exit(0).prints("file");
    let stranger = user.env("OSS_ACCESS_KEY_SECRET", "guess");
    stranger.run(["ls", "oss://bkt"]).exit(4);
    server.signal(Signal::TERM);
    server.wait().exit(0);
    assert_eq!(workspace.names(), ["file"]);
}

#[test]
fn what_is_kept_in_a_directory_is_there_after_a_restart() {
    let workspace = Workspace::new();
    let words = "serve --data kept --bucket bkt --listen 127.0.0.1:0 --no-auth --json";
    for round in 0..2 {
        let mut server = ossum(&workspace).start(words.split(' '));
        let serving: serde_json::Value = serde_json::from_str(&server.line()).unwrap();
        assert_eq!(serving["event"], "serving");
        assert!(serving.get("access_key_secret").is_none());
        let user = ossum(&workspace).env("OSS_ENDPOINT", serving["endpoint"].as_str().unwrap());
        if round == 0 {
            workspace.write("file", "x");
            user.run(["cp", "file", "oss://bkt/", "--anonymous"])
                .exit(0);
        } else {
            user.run(["stat", "oss://bkt/file", "--anonymous"]).exit(0);
        }
        server.signal(Signal::INT);
        server.wait().exit(0);
    }
}

#[test]
fn a_server_with_tls_gives_the_certificate_to_trust() {
    let workspace = Workspace::new();
    let words = "serve --tls --ca-file ca.pem --listen 127.0.0.1:0 --no-auth";
    let mut server = ossum(&workspace).start(words.split(' '));
    let endpoint = server.line_after("export OSS_ENDPOINT=");
    assert!(endpoint.starts_with("https://"), "{endpoint}");
    server.line_after("# its certificate: --ca ca.pem");
    let user = ossum(&workspace).env("OSS_ENDPOINT", endpoint);
    user.run(["ls", "--anonymous", "--ca", "ca.pem"]).exit(0);
    server.signal(Signal::TERM);
    server.wait().exit(0);
}

#[test]
fn a_custom_domain_stands_for_its_bucket() {
    let workspace = Workspace::new();
    let words = "serve --bucket bkt --cname files.example.com=bkt --listen 127.0.0.1:0 --no-auth";
    let mut server = ossum(&workspace).start(words.split(' '));
    let endpoint = server.line_after("export OSS_ENDPOINT=http://");
    let mut stream = TcpStream::connect(endpoint).unwrap();
    let request = "GET /k HTTP/1.1\r\nHost: files.example.com\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("<Code>NoSuchKey</Code>"), "{answer}");
    assert!(answer.contains("<Key>k</Key>"), "{answer}");
    server.signal(Signal::TERM);
    server.wait().exit(0);
}

#[test]
fn requests_go_wrong_as_a_file_of_rules_says() {
    let workspace = Workspace::new();
    workspace.write(
        "rules.toml",
        "[[rule]]\noperation = 'HeadObject'\n\
         then = { answer = { status = 403, code = 'AccessDenied' } }\n",
    );
    let words = "serve --bucket bkt --listen 127.0.0.1:0 --no-auth --faults rules.toml \
                 --requests-in-flight 64";
    let mut server = ossum(&workspace).start(words.split(' '));
    let endpoint = server.line_after("export OSS_ENDPOINT=");
    let user = ossum(&workspace).env("OSS_ENDPOINT", endpoint);
    user.run(["ls", "oss://bkt", "--anonymous"]).exit(0);
    let denied = user.run(["stat", "oss://bkt/file", "--anonymous"]);
    denied.exit(4).says("AccessDenied");
    server.signal(Signal::TERM);
    server.wait().exit(0);
}

#[test]
fn a_file_of_rules_that_is_wrong_or_missing_is_told() {
    let workspace = Workspace::new();
    workspace.write(
        "rules.toml",
        "[[rule]]\nthen = 'gzip'\n\n[[rule]]\nnth = 0\nthen = 'gzip'\n",
    );
    let words = "serve --listen 127.0.0.1:0 --faults rules.toml";
    fails(
        &ossum(&workspace),
        words,
        2,
        "usage",
        "rules.toml: rule 2 (line 4): `nth` counts from 1",
    );
    workspace.write("rules.toml", "[[rule]]\nthen = 'explode'\n");
    fails(&ossum(&workspace), words, 2, "usage", "rule 1 (line 2): ");
    let words = "serve --listen 127.0.0.1:0 --faults none.toml";
    fails(&ossum(&workspace), words, 3, "not_found", "none.toml");
    let words = "serve --listen 127.0.0.1:0 --requests-in-flight 0";
    ossum(&workspace).run(words.split(' ')).exit(2);
}

#[test]
fn an_address_that_is_taken_or_a_secret_that_is_missing_is_told() {
    let workspace = Workspace::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let words = format!("serve --listen {address}");
    fails(&ossum(&workspace), &words, 1, "system", &address);
    let words = "serve --listen 127.0.0.1:0 --access-key-id id --access-key-secret-file none";
    fails(&ossum(&workspace), words, 3, "not_found", "none");
    ossum(&workspace)
        .run(["serve", "--access-key-id", "id"])
        .exit(2);
}

#[test]
fn temporary_credentials_are_handed_out_and_let_in() {
    let workspace = Workspace::new();
    let words = "serve --bucket bkt --listen 127.0.0.1:0 --json --fake-credentials 1h";
    let mut server = ossum(&workspace).start(words.split(' '));
    let serving: serde_json::Value = serde_json::from_str(&server.line()).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let uri = text(&serving["fake_credentials"]["credentials_uri"]);
    let (host, path) = uri
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (_, document) = answer.split_once("\r\n\r\n").unwrap();
    let document: serde_json::Value = serde_json::from_str(document).unwrap();
    let user = ossum(&workspace)
        .env("OSS_ENDPOINT", text(&serving["endpoint"]))
        .env("OSS_REGION", text(&serving["region"]))
        .env("OSS_ACCESS_KEY_ID", text(&document["AccessKeyId"]))
        .env("OSS_ACCESS_KEY_SECRET", text(&document["AccessKeySecret"]));
    user.run(["ls", "oss://bkt"]).exit(4);
    let user = user.env("OSS_SESSION_TOKEN", text(&document["SecurityToken"]));
    user.run(["ls", "oss://bkt"]).exit(0);
    server.signal(Signal::TERM);
    server.wait().exit(0);
}

#[test]
fn a_server_may_open_as_many_files_as_the_system_allows() {
    let workspace = Workspace::new();
    let script = "ulimit -Sn 64; exec \"$0\" serve --memory --no-auth --listen 127.0.0.1:0";
    let shell = Program::new("/bin/sh", &workspace);
    let mut server = shell.start(["-c", script, env!("CARGO_BIN_EXE_ossum")]);
    server.line_after("# serving at");
    let limits = String::from_utf8(server.told_by_kernel("limits")).unwrap();
    let open_files = limits
        .lines()
        .find(|line| line.starts_with("Max open files"));
    let words: Vec<&str> = open_files.unwrap().split_whitespace().collect();
    assert_eq!(words[3], words[4], "soft and hard limit: {limits}");
}
