use http::StatusCode;
use ossum_devserver::fakes::{EcsRole, Failure, Fakes, Metadata, Source, Symptom};

use super::{Desk, json};
use crate::oss::Reply;

const ROLES: &str = "/latest/meta-data/ram/security-credentials/";
const TOKEN: &str = "x-aliyun-ecs-metadata-token";
const TTL: &str = "x-aliyun-ecs-metadata-token-ttl-seconds";

fn credentials(desk: &Desk) -> Reply {
    desk.get(&format!("{ROLES}machine"))
}

fn hardened(fakes: &mut Fakes) {
    fakes.ecs_role = Some(EcsRole {
        name: "machine".to_owned(),
        metadata: Metadata::Hardened,
    });
}

#[test]
fn normal_mode_tells_the_role_and_its_credentials_to_everyone() {
    let desk = Desk::new();
    assert_eq!(desk.get(ROLES).ok().text(), "machine");
    assert_eq!(desk.get(ROLES.trim_end_matches('/')).ok().text(), "machine");
    let document = json(&credentials(&desk).ok());
    assert_eq!(document["Code"], "Success");
    assert_eq!(document["LastUpdated"], "2025-01-01T00:00:00Z");
    assert_eq!(document["Expiration"], "2025-01-01T01:00:00Z");
    assert_eq!(desk.get(&format!("{ROLES}another")).status, 404);
}

#[test]
fn hardened_mode_wants_a_token_that_still_lives() {
    let desk = Desk::with(hardened);
    assert_eq!(desk.get(ROLES).status, 403);
    assert_eq!(
        desk.ask(&format!("GET {ROLES}"), &[(TOKEN, "x")]).status,
        401
    );
    let token = desk.ask("PUT /latest/api/token", &[(TTL, "60")]).ok();
    let with_token = [(TOKEN, token.text())];
    let ask = || desk.ask(&format!("GET {ROLES}machine"), &with_token).status;
    assert_eq!(ask(), 200);
    desk.advance(59);
    assert_eq!(ask(), 200);
    desk.advance(1);
    assert_eq!(ask(), 401);
}

#[test]
fn normal_mode_takes_a_token_too_but_no_bad_one() {
    let desk = Desk::new();
    let token = desk.ask("PUT /latest/api/token", &[(TTL, "21600")]).ok();
    let what = format!("GET {ROLES}");
    assert_eq!(desk.ask(&what, &[(TOKEN, token.text())]).status, 200);
    assert_eq!(desk.ask(&what, &[(TOKEN, "x")]).status, 401);
}

#[test]
fn a_token_is_given_for_a_time_within_bounds() {
    let desk = Desk::new();
    assert_eq!(desk.ask("PUT /latest/api/token", &[]).status, 400);
    for ttl in ["0", "21601", "-1", "x"] {
        let refused = desk.ask("PUT /latest/api/token", &[(TTL, ttl)]);
        assert_eq!(refused.status, 400, "{ttl}");
    }
    assert_eq!(desk.get("/latest/api/token").status, 405);
}

#[test]
fn credentials_stay_the_same_until_a_fifth_of_their_life_is_left() {
    let desk = Desk::new();
    let first = json(&credentials(&desk));
    desk.advance(2879);
    assert_eq!(json(&credentials(&desk)), first);
    desk.advance(1);
    let second = json(&credentials(&desk));
    assert_ne!(second["AccessKeyId"], first["AccessKeyId"]);
    assert_eq!(second["Expiration"], "2025-01-01T01:48:00Z");
}

#[test]
fn only_credentials_fail_when_they_are_told_to() {
    let desk = Desk::with(|fakes| {
        fakes.failures = vec![Failure {
            source: Source::EcsMetadata,
            calls: 1,
            symptom: Symptom::Status(StatusCode::BAD_GATEWAY),
        }];
    });
    assert_eq!(desk.get(ROLES).status, 200);
    assert_eq!(credentials(&desk).status, 502);
    assert_eq!(credentials(&desk).status, 200);
    assert_eq!(desk.oss.service.credentials_asked(Source::EcsMetadata), 2);
}
