use ossum_devserver::{Access, SecurityToken};
use ossum_testkit::{LocalOss, Signal};

use crate::desk::Desk;

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
        "rm oss://bkt/k",
    ] {
        let outcome = desk.run(&format!("{words} -vv --log log"));
        outcome
            .never_shows(LocalOss::ACCESS_KEY_SECRET)
            .never_shows(TOKEN)
            .says("debug: ");
    }
    let log = String::from_utf8(desk.workspace.read("log")).unwrap();
    assert!(log.contains("DEBUG ossum_client"), "{log}");
    assert!(!log.contains(LocalOss::ACCESS_KEY_SECRET) && !log.contains(TOKEN));
    assert_eq!(desk.workspace.mode("log"), 0o600);
}

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
