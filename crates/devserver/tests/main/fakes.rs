//! Where programs get temporary credentials from.

mod metadata;
mod sts;
mod uri;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use http::Request;
use http_body_util::Full;
use ossum_devserver::fakes::{EcsRole, Fakes, Metadata, OidcProvider, Role};
use ossum_devserver::{Access, AccessKey, Clock, SecurityToken, Settings};
use serde_json::Value;

use crate::oss::{Headers, Oss, Reply};

const ROLE: &str = "acs:ram::100:role/reader";
const PROVIDER: &str = "acs:ram::100:oidc-provider/ci";
const URI: &str = "/-/ossum/credentials";

/// A server with every fake, at a time that the test moves.
struct Desk {
    oss: Oss,
    seconds: Arc<AtomicU64>,
}

impl Desk {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Fakes)) -> Self {
        let seconds = Arc::new(AtomicU64::new(1_735_689_600)); // 2025-01-01T00:00:00Z
        let read = Arc::clone(&seconds);
        let now = move || Duration::from_secs(read.load(Ordering::Relaxed));
        let mut fakes = Fakes {
            roles: vec![Role::new(ROLE)],
            oidc_providers: vec![OidcProvider {
                arn: PROVIDER.to_owned(),
                token: "a.jwt.token".to_owned(),
            }],
            ecs_role: Some(EcsRole {
                name: "machine".to_owned(),
                metadata: Metadata::Normal,
            }),
            credentials_path: Some(URI.to_owned()),
            ..Fakes::default()
        };
        change(&mut fakes);
        let temporary = AccessKey {
            id: "temporary".to_owned(),
            secret: "secret".to_owned(),
            token: Some(SecurityToken {
                text: "token".to_owned(),
                expires: Some(SystemTime::UNIX_EPOCH + Duration::from_hours(482_137)),
            }),
        };
        let lasting = AccessKey {
            id: "lasting".to_owned(),
            token: None,
            ..temporary.clone()
        };
        let oss = Oss::new(Settings {
            access: Access::Keys(vec![lasting, temporary]),
            clock: Clock::new(move || SystemTime::UNIX_EPOCH + now()),
            fakes: Some(fakes),
            ..Settings::default()
        });
        Self { oss, seconds }
    }

    fn advance(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    fn ask(&self, what: &str, headers: Headers<'_>) -> Reply {
        self.oss.ask(what, headers, b"")
    }

    fn get(&self, target: &str) -> Reply {
        self.oss.get(target)
    }
}

fn json(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap_or_else(|error| panic!("{error}: {reply:?}"))
}

#[test]
fn a_server_without_fakes_has_none_of_their_paths() {
    let oss = Oss::open();
    oss.get("/latest/meta-data/ram/security-credentials/")
        .refused(404, "NoSuchBucket");
    assert_eq!(oss.get(URI).status, 404);
    let sts = oss.get("/?Action=AssumeRole&Version=2015-04-01");
    assert_eq!(sts.elements("ListAllMyBucketsResult").len(), 1);
}

#[test]
fn paths_of_a_bucket_are_its_own() {
    let desk = Desk::new();
    for target in ["/latest/api/token", URI] {
        let request = Request::get(format!("http://bkt.localhost{target}"));
        let reply = desk.oss.send(request.body(Full::default()).unwrap());
        reply.refused(403, "AccessDenied");
    }
}

#[test]
fn no_web_page_is_given_credentials() {
    let desk = Desk::new();
    let headers = [("origin", "http://evil.example")];
    for what in [
        format!("GET {URI}"),
        "GET /latest/meta-data/ram/security-credentials/machine".to_owned(),
        "PUT /latest/api/token".to_owned(),
        "GET /?Action=AssumeRoleWithOIDC".to_owned(),
    ] {
        assert_eq!(desk.ask(&what, &headers).status, 403, "{what}");
    }
}
