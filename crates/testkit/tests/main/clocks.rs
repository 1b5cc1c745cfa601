use std::time::{Duration, SystemTime};

use ossum_client::auth::{Credentials, StaticCredentials};
use ossum_client::{ClockSkew, ErrorKind};
use ossum_devserver::{Access, SecurityToken};
use ossum_testkit::{LocalOss, Server};

const HOUR: Duration = Duration::from_hours(1);

fn second(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[test]
fn an_object_has_the_time_that_the_test_says() {
    let oss = Server::new().in_process();
    oss.clock().advance(HOUR);
    oss.put("k", "bytes");
    let modified = oss.info("k").unwrap().last_modified.unwrap();
    assert_eq!(second(modified), second(oss.clock().now()));
}

#[test]
fn a_client_whose_clock_is_wrong_learns_the_time() {
    for skew in [ClockSkew::Ahead(HOUR), ClockSkew::Behind(HOUR)] {
        let oss = Server::new().in_process();
        oss.clock().skew_client(skew);
        oss.put("k", "bytes").put("k", "bytes");
        assert_eq!(oss.service().answered(), 3, "refused once: {skew}");
    }
}

#[test]
fn a_token_expires_when_the_clock_says_so() {
    let key = |expires| {
        LocalOss::access_key(Some(SecurityToken {
            text: "token".to_owned(),
            expires,
        }))
    };
    let clock = ossum_testkit::MovableClock::new();
    let ends = clock.now() + HOUR;
    let oss = Server::new()
        .with(|settings| settings.access = Access::Keys(vec![key(Some(ends))]))
        .with_client(|settings| {
            let credentials =
                Credentials::new(LocalOss::ACCESS_KEY_ID, LocalOss::ACCESS_KEY_SECRET)
                    .and_then(|credentials| credentials.with_security_token("token"))
                    .unwrap();
            settings.credentials = Some(std::sync::Arc::new(StaticCredentials::new(credentials)));
        })
        .in_process();
    oss.put("k", "bytes");
    oss.clock().set(ends);
    let head = ossum_client::op::HeadObject::new("bkt".parse().unwrap(), "k".parse().unwrap());
    let refused = oss.run(oss.client().head_object(&head)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Denied);
    let code = refused.service().and_then(|error| error.code.as_deref());
    assert_eq!(code, Some("SecurityTokenExpired"));
}
