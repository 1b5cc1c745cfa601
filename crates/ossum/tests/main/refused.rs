use ossum::{Error, ErrorKind, IfExists, Ossum, ServiceErrorKind};
use ossum_devserver::Operation;
use ossum_devserver::faults::{Effect, Moment, Rule};
use ossum_testkit::Server;

use crate::bench::{Bench, MIB, OBJECT};

/// What a user is told: message and hint.
fn told(error: &Error) -> (String, String) {
    (error.to_string(), error.hint().unwrap_or_default())
}

#[test]
fn what_is_no_url_size_or_range_is_refused_with_the_next_step() {
    let bench = Bench::new();
    let ossum = bench.blocking();
    for (sent, message, hint) in [
        (
            ossum.upload("f", "s3://bkt/k").send(),
            "invalid object URL \"s3://bkt/k\": an object URL begins with oss://, as in oss://bucket/key",
            "oss://bucket/key",
        ),
        (
            ossum.download("oss://bkt", "f").send(),
            "write oss://bucket/key",
            "oss://bucket/key",
        ),
        (
            ossum.upload("f", OBJECT).part_size("large").send(),
            "invalid size \"large\"",
            "8M",
        ),
        (
            ossum.upload("f", OBJECT).part_size(0).send(),
            "invalid part size \"0 B\"",
            "8M",
        ),
        (
            ossum.upload("f", OBJECT).concurrency(0).send(),
            "invalid concurrency",
            "at least 1",
        ),
        (
            ossum.download(OBJECT, "f").range(7..7).send(),
            "invalid byte range \"7..7\"",
            "",
        ),
    ] {
        let error = sent.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(!error.is_resumable());
        let told = told(&error);
        assert!(told.0.contains(message), "{told:?}");
        assert!(told.1.contains(hint), "{told:?}");
    }
    assert_eq!(bench.oss.answered(), 0);
}

#[test]
fn a_part_size_that_no_upload_can_have_has_its_hint() {
    let bench = Bench::new();
    bench.place.write_seeded("f", 1, MIB);
    let upload = bench.blocking().upload(bench.place.path("f"), OBJECT);
    let error = upload.part_size(1).send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layout);
    assert!(told(&error).1.contains("100 KiB"), "{error:?}");
}

#[test]
fn what_is_missing_or_wrong_in_a_builder_is_told_in_the_builder_s_words() {
    let key = |builder: ossum::Builder| builder.access_key("id", "secret");
    for (built, kind, words) in [
        (
            key(Ossum::builder()).build(),
            ErrorKind::Settings,
            ".region(",
        ),
        (
            Ossum::builder().region("cn-hangzhou").build(),
            ErrorKind::Credentials,
            ".access_key(",
        ),
        (
            key(Ossum::builder().endpoint("ftp://x")).build(),
            ErrorKind::Settings,
            "builder",
        ),
        (
            key(Ossum::builder().endpoint("http://oss-cn-hangzhou.aliyuncs.com")).build(),
            ErrorKind::Settings,
            ".allow_http()",
        ),
        (
            key(Ossum::builder().endpoint("https://files.example.com")).build(),
            ErrorKind::Settings,
            ".region(",
        ),
        (
            Ossum::builder().region("a").security_token("t").build(),
            ErrorKind::Credentials,
            ".access_key(",
        ),
        (
            Ossum::builder().region("a").access_key("id", "s\n").build(),
            ErrorKind::Credentials,
            "line break",
        ),
    ] {
        let error = built.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let told = told(&error);
        assert!(told.1.contains(words), "{told:?}");
        assert!(!format!("{told:?}").contains("--"), "{told:?}");
    }
}

#[test]
fn debug_of_everything_shows_no_secret() {
    let bench = Bench::new();
    let builder = bench
        .builder(Ossum::builder())
        .access_key("id", "hunter2")
        .security_token("hunter2");
    let shown = format!("{builder:?}");
    let ossum = builder.build().unwrap();
    let shown = format!("{shown} {ossum:?} {:?}", ossum.upload("f", OBJECT));
    assert!(!shown.contains("hunter2"), "{shown}");
}

#[test]
fn a_failure_half_way_says_that_sending_again_continues() {
    let broken = Effect::Reset(Moment::AfterCommit);
    let rule = Rule::on(Operation::UploadPart).from(4).count(1);
    let bench = Bench::on(Server::new().fault(rule.then(broken)));
    bench.place.write_seeded("f", 1, MIB);
    let builder = bench.builder(ossum::blocking::Ossum::builder());
    let ossum = builder.retries(0).build().unwrap();
    let upload = || {
        let upload = ossum.upload(bench.place.path("f"), OBJECT);
        upload.part_size("100K").concurrency(1)
    };
    let error = upload().send().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Service(ServiceErrorKind::Network));
    assert!(error.is_resumable());
    assert_eq!(error.safe().map(|safe| safe.parts), Some(3));
    assert!(upload().send().unwrap().resumed);
}

#[test]
fn what_the_service_says_is_at_hand() {
    let bench = Bench::new();
    let file = bench.place.path("f");
    let error = bench.blocking().download(OBJECT, file).send().unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Service(ServiceErrorKind::NoSuchKey)
    );
    assert!(!error.is_resumable());
    let service = error.service().unwrap();
    assert_eq!(service.code.as_deref(), Some("NoSuchKey"));
    assert!(service.request_id.is_some());
    assert_eq!(error.hint().as_deref(), Some("check the key"));
}

#[test]
fn what_must_not_be_replaced_is_not_in_either_direction() {
    let bench = Bench::new();
    let old = bench.place.write_seeded("f", 1, MIB);
    bench.place.write_seeded("other", 2, 10);
    let (ossum, fail) = (bench.blocking(), IfExists::Fail);
    ossum.upload(bench.place.path("f"), OBJECT).send().unwrap();
    for sent in [
        ossum
            .upload(bench.place.path("other"), OBJECT)
            .if_exists(fail)
            .send(),
        ossum
            .download(OBJECT, bench.place.path("other"))
            .if_exists(fail)
            .send(),
        ossum.copy(OBJECT, OBJECT).if_exists(fail).send(),
    ] {
        assert_eq!(sent.unwrap_err().kind(), ErrorKind::AlreadyExists);
    }
    assert!(bench.object() == old);
    assert_eq!(bench.place.read("other").len(), 10);
}

#[test]
fn a_source_that_is_not_there_has_its_kind() {
    let bench = Bench::new();
    let ossum = bench.blocking();
    let missing = ossum.upload(bench.place.path("no"), OBJECT).send();
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::SourceMissing);
    let directory = ossum.upload(bench.place.root(), OBJECT).send();
    assert_eq!(directory.unwrap_err().kind(), ErrorKind::SourceNotAFile);
}
