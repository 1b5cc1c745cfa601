use http::StatusCode;
use ossum_devserver::fakes::{Failure, Source, Symptom};

use super::{Desk, URI, json};

#[test]
fn it_answers_with_other_credentials_each_time() {
    let desk = Desk::new();
    let first = json(&desk.get(URI).ok());
    assert_eq!(first["Code"], "Success");
    assert_eq!(first["Expiration"], "2025-01-01T01:00:00Z");
    let second = json(&desk.get(URI).ok());
    for name in ["AccessKeyId", "AccessKeySecret", "SecurityToken"] {
        assert!(first[name].as_str().is_some_and(|text| text.len() > 20));
        assert_ne!(first[name], second[name]);
    }
    assert_eq!(
        desk.oss.service.credentials_asked(Source::CredentialsUri),
        2
    );
    assert_eq!(desk.ask(&format!("POST {URI}"), &[]).status, 405);
}

#[test]
fn it_fails_as_often_as_it_was_told() {
    let failure = Failure {
        source: Source::CredentialsUri,
        calls: 1,
        symptom: Symptom::Status(StatusCode::INTERNAL_SERVER_ERROR),
    };
    let desk = Desk::with(|fakes| fakes.failures = vec![failure]);
    assert_eq!(desk.get(URI).status, 500);
    json(&desk.get(URI).ok());
    desk.oss.service.fail_credentials(Failure {
        symptom: Symptom::Garbage,
        ..failure
    });
    let garbage = desk.get(URI).ok();
    assert!(garbage.text().starts_with("<html>"), "{garbage:?}");
    json(&desk.get(URI).ok());
}
