use ossum_devserver::{Access, SecurityToken};
use ossum_testkit::{LocalOss, Program, Signal};

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

/// What a refusal may repeat of the request, and what a proxy's address has in it.
const ECHO: &str = "[[rule]]\nthen = { answer = { status = 403, code = 'SignatureDoesNotMatch', \
    details = { SignatureProvided = 'TheSignatureThatWasSent', StringToSign = 'TheTextThatWasSigned', \
    SecurityToken = 'TheTokenThatNobodyMayEverSee' } } }\n";

/// Cases: 97.
#[test]
fn what_a_refusal_repeats_of_the_request_is_not_repeated() {
    let desk = desk();
    desk.faults(ECHO);
    for level in ["", "-v", "-vv", "--json"] {
        for words in ["ls oss://bkt", "stat oss://bkt/k", "cat oss://bkt/k"] {
            let outcome = desk.run(&format!("{words} {level} --log log"));
            outcome.exit(4).never_shows("TheSignatureThatWasSent");
            outcome
                .never_shows("TheTextThatWasSigned")
                .never_shows(TOKEN);
        }
    }
    assert!(desk.oss.service().fired()[0] >= 12);
    let log = String::from_utf8(desk.workspace.read("log")).unwrap();
    for secret in [
        "TheSignature",
        "TheText",
        TOKEN,
        LocalOss::ACCESS_KEY_SECRET,
    ] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}

/// Cases: 97.
#[test]
fn a_proxys_password_is_in_no_message_and_no_log() {
    let desk = Desk::new();
    let proxied = desk
        .ossum
        .clone()
        .env("http_proxy", "http://user:hunter2@127.0.0.1:1");
    for words in [
        "ls oss://bkt --retries 0 -vv --log log",
        "doctor --retries 0 -vv --log log",
        "config show",
        "ls oss://bkt --retries 0 --json",
    ] {
        let outcome = proxied.run(words.split(' '));
        outcome.never_shows("hunter2");
    }
    let log = String::from_utf8(desk.workspace.read("log")).unwrap();
    assert!(!log.contains("hunter2"), "{log}");
}

/// Cases: 97.
#[test]
fn a_process_that_dies_leaves_no_picture_of_its_memory() {
    let desk = held::desk();
    desk.workspace.write_seeded("file", 1, held::SIZE);
    desk.hold("UploadPart", held::HELD_AT);
    // As many dumps as anybody wants, says who starts it.
    let line = "ulimit -S -c unlimited; exec \"$0\" \"$@\"";
    let begin = ["-c", line, env!("CARGO_BIN_EXE_ossum")].into_iter();
    let words = format!("cp file oss://bkt/k {}", held::OPTIONS);
    let shell = Program::new("/bin/sh", &desk.workspace).using(&desk.oss);
    let mut running = shell.start(begin.chain(words.split_whitespace()));
    assert!(running.line().contains("start"));
    let limits = String::from_utf8(running.told_by_kernel("limits")).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"));
    let core: Vec<_> = core.unwrap().split_whitespace().skip(4).collect();
    assert_eq!(core[..2], ["0", "0"], "{limits}");
    running.signal(Signal::ABORT);
    running.wait().killed_without_core(Signal::ABORT);
}

/// Cases: 103.
#[test]
fn certificates_are_verified_whatever_the_environment_and_files_say() {
    let listening = ossum_devserver::Listening {
        tls: true,
        ..Default::default()
    };
    let oss = LocalOss::start_listening(|_| {}, &listening);
    let desk = Desk::at(oss);
    let mut program = desk.ossum.clone();
    for name in [
        "OSSUM_INSECURE",
        "OSS_INSECURE",
        "INSECURE",
        "OSS_SKIP_VERIFY_CERT",
        "OSSUM_TLS_VERIFY",
    ] {
        program = program.env(name, "1");
    }
    program.run(["ls", "oss://bkt", "--retries", "0"]).exit(5);
    desk.workspace.write("c.toml", "insecure = true\n");
    desk.workspace.set_mode("c.toml", 0o600);
    let words = "ls oss://bkt --retries 0 --config c.toml";
    program.run(words.split(' ')).exit(2).says("insecure");
    // It is the certificate that was in the way.
    program.run(["ls", "oss://bkt", "--insecure"]).exit(0);
}
