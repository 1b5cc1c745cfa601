use ossum_devserver::{Access, SecurityToken};
use ossum_testkit::{LocalOss, Signal};

use crate::desk::Desk;
use crate::held;

const TOKEN: &str = "TheTokenThatNobodyMayEverSee";

/// A desk whose access key is a temporary one.
fn desk() -> Desk {
    let token = SecurityToken {
        text: TOKEN.to_owned(),
        expires: None,
    };
    let oss = LocalOss::start_with(|settings| {
        settings.access = Access::Keys(vec![LocalOss::access_key(Some(token))]);
    });
    let mut desk = Desk::at(oss);
    desk.ossum = desk.ossum.env("OSS_SESSION_TOKEN", TOKEN);
    desk
}

/// Cases: 97, 104.
#[test]
fn no_secret_is_shown_or_logged_at_any_level() {
    let desk = desk();
    desk.workspace.write_seeded("file", 1, 3 << 20);
    for words in [
        "cp file oss://bkt/k --part-size 1M",
        "cp oss://bkt/k again --part-size 1M",
        "ls -r oss://bkt",
        "stat oss://bkt/k",
        "stat oss://bkt/none",
        "cp file oss://none/k",
        "hash oss://bkt/k --sha256",
        "sign oss://bkt/k -q",
        "rm oss://bkt/k",
    ] {
        let outcome = desk.run(&format!("{words} -vv --log log"));
        outcome.never_shows(LocalOss::ACCESS_KEY_SECRET);
        assert!(!outcome.stderr().contains(TOKEN), "{outcome}");
        // The URL alone, which is asked for, carries the token of temporary credentials.
        assert!(words.starts_with("sign") || !outcome.stdout().contains(TOKEN));
        outcome.says("debug: ");
        // Neither in a header nor in an address.
        for signed in ["OSS4-HMAC", "ignature=", "uthorization"] {
            assert!(!outcome.stderr().contains(signed), "{signed}: {outcome}");
        }
    }
    let log = String::from_utf8(desk.workspace.read("log")).unwrap();
    assert!(log.contains("DEBUG ossum_client"), "{log}");
    for secret in [LocalOss::ACCESS_KEY_SECRET, TOKEN, "OSS4-HMAC", "ignature="] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
    assert_eq!(desk.workspace.mode("log"), 0o600);
}

#[test]
fn every_request_is_a_line_of_the_log_and_so_is_why_it_is_repeated() {
    let desk = held::desk();
    desk.put("oss://bkt/d/k", b"x");
    desk.faults(
        "[[rule]]\noperation = 'HeadObject'\ncount = 1\n\
         then = { answer = { status = 503, code = 'ServiceUnavailable' } }\n",
    );
    let outcome = desk.run("stat oss://bkt/d/k -vv");
    let lines: Vec<&str> = outcome.exit(0).stderr().lines().collect();
    let of = |word: &str| lines.iter().filter(|line| line.contains(word)).count();
    assert!(of("debug: request operation=HeadObject") >= 2, "{outcome}");
    for fact in [
        "method=HEAD",
        "path=\"/bkt/d/k\"",
        "status=503",
        "status=200",
        "duration=",
        "request_id=",
        "ServiceUnavailable",
    ] {
        assert!(of(fact) >= 1, "{fact}: {outcome}");
    }
    let silent = desk.run("stat oss://bkt/d/k");
    assert_eq!(silent.exit(0).stderr(), "");
}

/// Cases: 97.
#[test]
fn no_secret_stands_in_the_command_line_of_the_process() {
    let desk = Desk::new();
    desk.workspace.write("secret", "TheServersSecret\n");
    let mut server = desk.ossum.start([
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--access-key-id",
        "id",
        "--access-key-secret-file",
        "secret",
    ]);
    server.line_after("export OSS_ENDPOINT=");
    let words = String::from_utf8(server.public_command_line()).unwrap();
    assert!(words.contains("serve"), "{words}");
    assert!(!words.contains("TheServersSecret"));
    assert!(!words.contains(LocalOss::ACCESS_KEY_SECRET));
    server.signal(Signal::TERM);
    server.wait().exit(0).never_shows("TheServersSecret");
}
