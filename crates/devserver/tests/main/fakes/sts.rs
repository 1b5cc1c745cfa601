use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit, Mac};
use http::StatusCode;
use ossum_devserver::fakes::{Failure, Source, Symptom};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;

use super::{Desk, PROVIDER, ROLE, json};
use crate::oss::Reply;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Parameters of a call, which a test changes before it is sent.
#[derive(Clone)]
struct Call(Vec<(String, String)>);

impl Call {
    fn assume_role() -> Self {
        static NONCE: AtomicU64 = AtomicU64::new(0);
        let nonce = NONCE.fetch_add(1, Ordering::Relaxed).to_string();
        let call = Self(Vec::new());
        call.set("Action", "AssumeRole")
            .set("Version", "2015-04-01")
            .set("Format", "JSON")
            .set("AccessKeyId", "lasting")
            .set("SignatureMethod", "HMAC-SHA1")
            .set("SignatureVersion", "1.0")
            .set("SignatureNonce", &nonce)
            .set("Timestamp", "2025-01-01T00:00:00Z")
            .set("RoleArn", ROLE)
            .set("RoleSessionName", "some.one@here")
    }

    fn with_oidc() -> Self {
        let call = Self(Vec::new());
        call.set("Action", "AssumeRoleWithOIDC")
            .set("Version", "2015-04-01")
            .set("Format", "JSON")
            .set("OIDCProviderArn", PROVIDER)
            .set("OIDCToken", "a.jwt.token")
            .set("RoleArn", ROLE)
            .set("RoleSessionName", "ci")
    }

    fn set(self, name: &str, value: &str) -> Self {
        let mut call = self.without(name);
        call.0.push((name.to_owned(), value.to_owned()));
        call
    }

    fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    fn query(&self) -> String {
        let term = |(name, value): &(String, String)| format!("{}={}", encode(name), encode(value));
        let mut terms: Vec<_> = self.0.iter().map(term).collect();
        terms.sort();
        terms.join("&")
    }

    /// The same, signed for `method`.
    fn signed(self, method: &str) -> Self {
        let text = format!("{method}&%2F&{}", encode(&self.query()));
        let mac = Hmac::<Sha1>::new_from_slice(b"secret&").unwrap();
        let signature = mac.chain_update(text).finalize().into_bytes();
        self.set("Signature", &BASE64.encode(signature))
    }

    fn get(&self, desk: &Desk) -> Reply {
        desk.get(&format!("/?{}", self.query()))
    }

    fn post(&self, desk: &Desk) -> Reply {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        desk.oss.ask("POST /", &form, self.query().as_bytes())
    }
}

#[track_caller]
fn refused(reply: &Reply, status: u16, code: &str) {
    let document = json(reply);
    assert_eq!(
        (reply.status.as_u16(), document["Code"].as_str()),
        (status, Some(code)),
        "{document}"
    );
    assert!(document["RequestId"].is_string() && document["Message"].is_string());
}

#[test]
fn a_signed_call_is_given_credentials_by_query_and_by_form() {
    let desk = Desk::new();
    for reply in [
        Call::assume_role().signed("GET").get(&desk),
        Call::assume_role().signed("POST").post(&desk),
    ] {
        let document = json(&reply.ok());
        let credentials = &document["Credentials"];
        assert_eq!(credentials["Expiration"], "2025-01-01T01:00:00Z");
        let id = credentials["AccessKeyId"].as_str().unwrap();
        assert!(id.starts_with("STS."), "{id}");
        let arn = format!("{ROLE}/some.one@here");
        assert_eq!(document["AssumedRoleUser"]["Arn"], arn);
    }
    assert_eq!(desk.oss.service.credentials_asked(Source::AssumeRole), 2);
}

#[test]
fn the_answer_is_xml_unless_json_is_asked_for() {
    let desk = Desk::new();
    let call = Call::assume_role().without("Format");
    let reply = call.clone().signed("GET").get(&desk).ok();
    assert!(reply.text().contains("<AssumeRoleResponse>"));
    let expiration = reply.element("Expiration").unwrap();
    assert_eq!(expiration, "2025-01-01T01:00:00Z");
    call.signed("POST")
        .get(&desk)
        .refused(400, "SignatureDoesNotMatch");
}

#[test]
fn the_duration_is_the_asked_one_within_the_bounds_of_the_role() {
    let desk = Desk::new();
    let ask = |seconds| {
        let call = Call::assume_role().set("DurationSeconds", seconds);
        call.signed("GET").get(&desk)
    };
    let expiration = &json(&ask("900").ok())["Credentials"]["Expiration"];
    assert_eq!(expiration, "2025-01-01T00:15:00Z");
    for bad in ["899", "3601", "-1", "x"] {
        refused(&ask(bad), 400, "InvalidParameter.DurationSeconds");
    }
}

#[test]
fn who_cannot_sign_is_refused() {
    let desk = Desk::new();
    let call = Call::assume_role;
    for (call, status, code) in [
        (
            call().set("AccessKeyId", "nobody"),
            404,
            "InvalidAccessKeyId.NotFound",
        ),
        (call().without("AccessKeyId"), 400, "MissingAccessKeyId"),
        (
            call().set("SignatureMethod", "HMAC-SHA256"),
            400,
            "InvalidSignatureMethod",
        ),
        (
            call().set("SignatureVersion", "2.0"),
            400,
            "InvalidSignatureVersion",
        ),
        (
            call().without("SignatureNonce"),
            400,
            "MissingSignatureNonce",
        ),
        (
            call().set("Timestamp", "yesterday"),
            400,
            "InvalidTimeStamp.Format",
        ),
        (
            call().set("Timestamp", "2025-01-01T00:15:01Z"),
            400,
            "InvalidTimeStamp.Expired",
        ),
        (
            call().set("Timestamp", "2024-12-31T23:44:59Z"),
            400,
            "InvalidTimeStamp.Expired",
        ),
        (call().set("Version", "2014-01-01"), 400, "InvalidVersion"),
        (
            call().set("Action", "GetCallerIdentity"),
            404,
            "InvalidAction.NotFound",
        ),
    ] {
        refused(&call.signed("GET").get(&desk), status, code);
    }
    let unsigned = call();
    refused(&unsigned.get(&desk), 400, "MissingSignature");
    let forged = call().signed("GET").set("RoleSessionName", "another");
    refused(&forged.get(&desk), 400, "SignatureDoesNotMatch");
}

#[test]
fn a_call_that_is_repeated_with_its_nonce_is_refused() {
    let desk = Desk::new();
    let call = Call::assume_role().signed("GET");
    call.get(&desk).ok();
    refused(&call.get(&desk), 400, "SignatureNonceUsed");
}

#[test]
fn a_temporary_key_signs_with_its_token_as_long_as_that_lives() {
    let desk = Desk::new();
    let ask = |token| {
        let call = Call::assume_role().set("AccessKeyId", "temporary");
        let call = match token {
            None => call,
            Some(token) => call.set("SecurityToken", token),
        };
        call.signed("GET").get(&desk)
    };
    ask(Some("token")).ok();
    refused(&ask(None), 400, "MissingSecurityToken");
    let other = "InvalidSecurityToken.MismatchWithAccessKey";
    refused(&ask(Some("another")), 400, other);
    desk.advance(3600);
    refused(&ask(Some("token")), 400, "InvalidSecurityToken.Expired");
}

#[test]
fn only_roles_that_exist_are_given_and_only_under_a_name() {
    let desk = Desk::new();
    let ask = |call: Call| call.signed("GET").get(&desk);
    let call = Call::assume_role;
    let unknown = call().set("RoleArn", "acs:ram::100:role/none");
    refused(&ask(unknown), 404, "EntityNotExist.Role");
    refused(&ask(call().without("RoleArn")), 400, "MissingRoleArn");
    let unnamed = call().without("RoleSessionName");
    refused(&ask(unnamed), 400, "MissingRoleSessionName");
    let misnamed = call().set("RoleSessionName", "a b");
    refused(&ask(misnamed), 400, "InvalidParameter.RoleSessionName");
}

#[test]
fn a_role_with_an_external_id_wants_it() {
    let desk = Desk::with(|fakes| fakes.roles[0].external_id = Some("x-1".to_owned()));
    let ask = |call: Call| call.signed("GET").get(&desk);
    ask(Call::assume_role().set("ExternalId", "x-1")).ok();
    refused(&ask(Call::assume_role()), 403, "NoPermission");
    let wrong = Call::assume_role().set("ExternalId", "x-2");
    refused(&ask(wrong), 403, "NoPermission");
}

#[test]
fn an_oidc_token_needs_no_signature() {
    let desk = Desk::new();
    for reply in [Call::with_oidc().get(&desk), Call::with_oidc().post(&desk)] {
        let document = json(&reply.ok());
        assert!(document["Credentials"]["SecurityToken"].is_string());
    }
    assert_eq!(
        desk.oss
            .service
            .credentials_asked(Source::AssumeRoleWithOidc),
        2
    );
}

#[test]
fn an_oidc_token_has_to_be_that_of_the_provider() {
    let desk = Desk::new();
    let call = Call::with_oidc;
    for (call, status, code) in [
        (
            call().set("OIDCToken", "b.jwt.token"),
            400,
            "AuthenticationFail.OIDCToken.Invalid",
        ),
        (call().without("OIDCToken"), 400, "MissingOIDCToken"),
        (
            call().set("OIDCProviderArn", "x"),
            404,
            "AuthenticationFail.OIDCProvider.NotExist",
        ),
        (
            call().without("OIDCProviderArn"),
            400,
            "MissingOIDCProviderArn",
        ),
        (call().set("RoleArn", "x"), 404, "EntityNotExist.Role"),
    ] {
        refused(&call.get(&desk), status, code);
    }
}

#[test]
fn a_failure_has_the_form_of_sts_and_garbage_has_none() {
    let failure = Failure {
        source: Source::AssumeRole,
        calls: 1,
        symptom: Symptom::Status(StatusCode::SERVICE_UNAVAILABLE),
    };
    let garbage = Failure {
        symptom: Symptom::Garbage,
        ..failure
    };
    let desk = Desk::with(|fakes| fakes.failures = vec![failure, garbage]);
    Call::with_oidc().get(&desk).ok();
    let ask = || Call::assume_role().signed("GET").get(&desk);
    refused(&ask(), 503, "ServiceUnavailable");
    assert!(ask().ok().text().starts_with("<html>"));
    json(&ask().ok());
}

#[test]
fn a_form_without_end_is_refused() {
    let desk = Desk::new();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let reply = desk.oss.ask("POST /", &form, &vec![b'a'; 100_000]);
    reply.refused(400, "MissingAction");
}
