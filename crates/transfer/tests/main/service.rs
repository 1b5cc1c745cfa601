//! What the service may say and others may do to it meanwhile: in each direction, with one worker and
//! with several.

use std::time::Duration;

use http::{Method, StatusCode};
use ossum_client::ErrorKind as ClientErrorKind;
use ossum_client::op::{AppendObject, PutBucketVersioning, PutSymlink, Versioning};
use ossum_devserver::Operation;
use ossum_devserver::faults::{Answer, Effect, ListingLie, Moment, PartChange, Rule, Skew, Turn};
use ossum_testkit::Fault;
use ossum_testkit::oracle::{Content, Expected};
use ossum_transfer::{Copy, ErrorKind, Restarted};
use ossum_types::PartNumber;

use crate::bench::{Bench, KIB, data, url};
use crate::trial::{DIRECTIONS, Direction, Trial, WORKERS};

/// Those that make their object of parts.
const MAKING: [Direction; 3] = [Direction::Up, Direction::Across, Direction::Relayed];

/// Those that read an object.
const READING: [Direction; 2] = [Direction::Down, Direction::Across];

fn each(directions: &[Direction], act: impl Fn(Direction, usize)) {
    for direction in directions {
        for workers in WORKERS {
            act(*direction, workers);
        }
    }
}

fn fails() -> Expected {
    Trial::expected().with_fault().must_fail()
}

fn survives() -> Expected {
    Trial::expected().with_fault().must_succeed()
}

fn refusal(status: StatusCode, code: &str) -> Effect {
    Effect::Answer(Answer::new(status).code(code))
}

/// Has every request of each kind refused, from the first or a later one: the error is of this kind,
/// nothing is public, and a later run goes on.
#[track_caller]
fn refused(directions: &[Direction], effect: &Effect, kind: ClientErrorKind) {
    each(directions, |direction, workers| {
        for operation in direction.operations() {
            let later = if *operation == direction.moving() {
                3
            } else {
                1
            };
            for from in [1, later] {
                let rule = Rule::on(*operation).from(from).then(effect.clone());
                let case = format!("{kind:?}, {operation:?} from {from}");
                let trial = Trial::new(direction, workers);
                let error = trial.meets([rule], &fails(), &case).unwrap_err();
                let told = if direction.is_of_source(*operation) {
                    ErrorKind::SourceDenied
                } else {
                    ErrorKind::Service(kind)
                };
                assert_eq!(error.kind(), told, "{case}");
            }
        }
    });
}

/// Cases: 76.
#[test]
fn access_that_is_taken_away_at_any_moment_costs_no_part() {
    let denied = refusal(StatusCode::FORBIDDEN, "AccessDenied");
    refused(&DIRECTIONS, &denied, ClientErrorKind::Denied);
}

/// Cases: 75.
#[test]
fn a_token_that_expires_at_any_moment_costs_no_part() {
    refused(&DIRECTIONS, &Effect::ExpireToken, ClientErrorKind::Denied);
    each(&DIRECTIONS, |direction, workers| {
        for operation in direction.operations() {
            let once = Rule::on(*operation).nth(1).then(Effect::ExpireToken);
            let trial = Trial::new(direction, workers);
            trial
                .meets([once], &survives(), "a token that is renewed")
                .unwrap();
        }
    });
}

/// Cases: 65.
#[test]
fn an_object_that_is_archived_at_any_moment_is_told_as_that() {
    let archived = refusal(StatusCode::FORBIDDEN, "InvalidObjectState");
    refused(&[Direction::Down], &archived, ClientErrorKind::Archived);
    each(&[Direction::Across], |direction, workers| {
        let rule = Rule::on(Operation::UploadPartCopy)
            .from(3)
            .then(archived.clone());
        let trial = Trial::new(direction, workers);
        let error = trial.meets([rule], &fails(), "archived").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::Archived));
    });
}

/// Cases: 74.
#[test]
fn a_clock_that_is_off_is_corrected_for_every_request() {
    let by = Duration::from_mins(20);
    for skew in [Skew::Ahead(by), Skew::Behind(by)] {
        each(&DIRECTIONS, |direction, workers| {
            let rule = Rule::any().then(Effect::SkewClock(skew));
            let trial = Trial::new(direction, workers);
            trial.meets([rule], &survives(), "a wrong clock").unwrap();
        });
    }
}

/// Cases: 78.
#[test]
fn an_object_that_may_not_be_replaced_stays_and_so_do_the_parts() {
    for (status, code) in [
        (StatusCode::CONFLICT, "FileImmutable"),
        (StatusCode::CONFLICT, "FileAlreadyExists"),
        (StatusCode::FORBIDDEN, "FileImmutable"),
    ] {
        each(&MAKING, |direction, workers| {
            let complete = Rule::on(Operation::CompleteMultipartUpload);
            let trial = Trial::new(direction, workers);
            let rules = [complete.then(refusal(status, code))];
            let error = trial.meets(rules, &fails(), code).unwrap_err();
            assert!(error.is_resumable(), "{code}");
        });
    }
}

/// Cases: 66.
#[test]
fn an_upload_that_is_gone_at_any_moment_is_begun_anew_once() {
    let gone = Effect::DropUpload(Turn::Before);
    each(&MAKING, |direction, workers| {
        let mut moments = vec![
            Rule::on(direction.moving()).nth(1),
            Rule::on(direction.moving()).nth(3),
            Rule::on(Operation::CompleteMultipartUpload).nth(1),
        ];
        if direction == Direction::Across {
            moments.push(Rule::on(Operation::ListParts).nth(1));
        }
        for moment in moments {
            let case = format!("gone {moment:?}");
            let trial = Trial::new(direction, workers);
            trial.bench.oss().faults([moment.then(gone.clone())]);
            let outcome = trial.run();
            let begun = trial
                .bench
                .oss()
                .requests(Operation::InitiateMultipartUpload);
            assert_eq!(begun, 2, "{case}");
            let verdict = survives().judge(&trial.seen(outcome.as_ref()));
            verdict.expect_none_of(case);
        }
        for operation in [direction.moving(), Operation::CompleteMultipartUpload] {
            let trial = Trial::new(direction, workers);
            trial
                .bench
                .oss()
                .faults([Rule::on(operation).then(gone.clone())]);
            let outcome = trial.run();
            let begun = trial
                .bench
                .oss()
                .requests(Operation::InitiateMultipartUpload);
            assert_eq!(begun, 2, "always gone, {operation:?}");
            let verdict = fails().judge(&trial.seen(outcome.as_ref()));
            verdict.expect_none_of("always gone");
        }
    });
}

/// Cases: 67, 73.
#[test]
fn a_part_that_is_not_as_it_was_sent_is_made_again_before_anything_is_public() {
    let second = PartNumber::new(2).unwrap();
    for change in [
        PartChange::Lost(second),
        PartChange::Replaced(second),
        PartChange::Shortened(second),
    ] {
        each(&MAKING, |direction, workers| {
            let complete = Rule::on(Operation::CompleteMultipartUpload).nth(1);
            let rules = [complete.then(Effect::Part(change))];
            let trial = Trial::new(direction, workers);
            trial.bench.oss().faults(rules);
            let outcome = trial.run();
            let moved = trial.bench.oss().requests(direction.moving());
            // Of an upload that part alone; of a copy, which costs no bytes here, all may be.
            let again = if direction == Direction::Up { 1 } else { 4 };
            assert!(moved <= 4 + again, "{change:?}, {direction:?}: {moved}");
            let verdict = survives().judge(&trial.seen(outcome.as_ref()));
            verdict.expect_none_of(format!("{change:?} {direction:?}"));
        });
    }
}

/// Cases: 73.
#[test]
fn a_completion_that_is_refused_looks_at_the_parts_again_and_then_keeps_them() {
    for code in ["InvalidPart", "InvalidPartOrder", "EntityTooSmall"] {
        each(&MAKING, |direction, workers| {
            let complete = Rule::on(Operation::CompleteMultipartUpload);
            let effect = refusal(StatusCode::BAD_REQUEST, code);
            let trial = Trial::new(direction, workers);
            let rules = [complete.then(effect)];
            let error = trial.meets(rules, &fails(), code).unwrap_err();
            assert!(error.is_resumable(), "{code}: {error:?}");
        });
    }
}

/// Cases: 72.
#[test]
fn a_completion_that_fails_until_the_retries_are_used_up_keeps_every_part() {
    each(&MAKING, |direction, workers| {
        let complete = Rule::on(Operation::CompleteMultipartUpload);
        let busy = refusal(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable");
        let trial = Trial::new(direction, workers);
        trial.bench.oss().faults([complete.then(busy)]);
        let error = trial.run().unwrap_err();
        assert_eq!(error.safe().unwrap().parts, 4);
        trial.bench.oss().faults([]);
        let moved = || trial.bench.oss().requests(direction.moving());
        let before = moved();
        let report = trial.run().unwrap();
        assert_eq!((report.parts_reused, moved()), (4, before));
    });
}

/// Cases: 69, 70.
#[test]
fn a_completion_whose_answer_is_lost_is_found_and_another_writers_object_is_not_taken_for_it() {
    let complete = || Rule::on(Operation::CompleteMultipartUpload);
    each(&MAKING, |direction, workers| {
        let lost = complete().nth(1).then(Effect::Reset(Moment::AfterCommit));
        let trial = Trial::new(direction, workers);
        trial
            .meets([lost.clone()], &survives(), "a lost answer")
            .unwrap();
        let trial = Trial::new(direction, workers);
        let replaced = complete().nth(2).then(Effect::ReplaceObject(Turn::Before));
        trial.bench.oss().faults([lost, replaced]);
        let error = trial.run().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Ambiguous);
        assert_eq!(trial.bench.oss().service().fired(), [1, 1]);
        let begun = trial
            .bench
            .oss()
            .requests(Operation::InitiateMultipartUpload);
        assert_eq!(begun, 1, "nothing is sent again");
    });
}

/// Cases: 71.
#[test]
fn a_lost_answer_to_the_beginning_leaves_one_upload_without_parts() {
    each(&MAKING, |direction, workers| {
        let begin = Rule::on(Operation::InitiateMultipartUpload).nth(1);
        let trial = Trial::new(direction, workers);
        let lost = begin.then(Effect::Reset(Moment::AfterCommit));
        trial
            .meets([lost], &survives(), "a lost beginning")
            .unwrap();
        assert_eq!(trial.bench.open_uploads(), 1);
    });
}

/// Cases: 79.
#[test]
fn a_callback_that_failed_is_an_error_about_an_object_that_is_there() {
    each(&MAKING, |direction, workers| {
        let complete = Rule::on(Operation::CompleteMultipartUpload);
        let failed = Answer::new(StatusCode::NON_AUTHORITATIVE_INFORMATION)
            .code("CallbackFailed")
            .carried_out();
        let trial = Trial::new(direction, workers);
        trial
            .bench
            .oss()
            .faults([complete.then(Effect::Answer(failed))]);
        let outcome = trial.run();
        let expected = fails().may_be_done_on_failure();
        expected.judge(&trial.seen(outcome.as_ref())).expect_none();
        let callback = ErrorKind::Service(ClientErrorKind::CallbackFailed);
        assert_eq!(outcome.unwrap_err().kind(), callback);
    });
}

/// Cases: 61.
#[test]
fn an_object_that_is_replaced_at_any_moment_is_never_mixed_with_the_one_before() {
    each(&[Direction::Down], |direction, workers| {
        for nth in [2, 4] {
            let replace = Effect::ReplaceObject(Turn::Before);
            let trial = Trial::new(direction, workers);
            trial
                .bench
                .oss()
                .faults([Rule::on(direction.moving()).nth(nth).then(replace)]);
            let outcome = trial.run();
            let verdict = fails().judge(&trial.seen(outcome.as_ref()));
            verdict.expect_none_of(format!("replaced at {nth}, {direction:?}"));
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::ObjectChanged);
            let now = trial.bench.object("k");
            let report = trial.run().unwrap();
            assert_eq!(report.restarted, Some(Restarted::ObjectChanged));
            let verdict = Expected::new(Content::of(now)).must_succeed();
            verdict.judge(&trial.seen(Ok(&report))).expect_none();
        }
    });
}

/// Cases: 62.
#[test]
fn the_same_bytes_written_again_are_the_same_object_at_any_moment() {
    each(&[Direction::Down], |direction, workers| {
        for nth in [2, 4] {
            let touch = Effect::TouchObject(Turn::Before);
            let rule = Rule::on(direction.moving()).nth(nth).then(touch);
            let trial = Trial::new(direction, workers);
            trial.meets([rule], &survives(), "the same bytes").unwrap();
        }
    });
}

/// Cases: 63.
#[test]
fn an_object_that_is_deleted_at_any_moment_is_not_found_and_what_came_is_kept() {
    each(&[Direction::Down], |direction, workers| {
        for nth in [2, 4] {
            let delete = Effect::DeleteObject(Turn::Before);
            let trial = Trial::new(direction, workers);
            trial
                .bench
                .oss()
                .faults([Rule::on(direction.moving()).nth(nth).then(delete)]);
            let outcome = trial.run();
            let verdict = fails().judge(&trial.seen(outcome.as_ref()));
            verdict.expect_none_of(format!("deleted at {nth}, {direction:?}"));
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::NoSuchKey));
            assert!(error.is_resumable());
        }
    });
}

fn keep_versions(bench: &Bench) {
    let request = PutBucketVersioning {
        bucket: url("k").bucket,
        versioning: Versioning::Enabled,
    };
    let set = bench
        .oss()
        .run(bench.oss().client().put_bucket_versioning(&request));
    set.unwrap();
}

/// Cases: 64.
#[test]
fn a_version_that_was_asked_for_and_is_deleted_is_not_found_whatever_else_is_there() {
    for nth in [1, 3] {
        let bench = Bench::new();
        keep_versions(&bench);
        bench.put("k", data(350 * KIB));
        let pinned = bench.head("k").unwrap().version_id;
        bench.put("k", vec![7; 350 * KIB]);
        let mut download = bench.kept_download("f");
        download.version_id = pinned;
        let delete = Effect::DeleteObject(Turn::Before);
        bench
            .oss()
            .faults([Rule::on(Operation::GetObject).nth(nth).then(delete)]);
        let error = bench.download(&download).unwrap_err();
        assert_eq!(bench.oss().service().fired(), [1]);
        assert_eq!(error.kind(), ErrorKind::Service(ClientErrorKind::NoSuchKey));
        assert!(!bench.path("f").exists());
    }
}

/// Cases: 64.
#[test]
fn a_version_that_was_asked_for_is_fetched_whatever_was_written_since() {
    let bench = Bench::new();
    keep_versions(&bench);
    bench.put("k", data(350 * KIB));
    let mut download = bench.kept_download("f");
    download.version_id = bench.head("k").unwrap().version_id;
    let replace = Effect::ReplaceObject(Turn::Before);
    bench
        .oss()
        .faults([Rule::on(Operation::GetObject).nth(2).then(replace)]);
    bench.download(&download).unwrap();
    assert_eq!(bench.oss().service().fired(), [1]);
    assert!(std::fs::read(bench.path("f")).unwrap() == data(350 * KIB));
}

/// Cases: 68.
#[test]
fn a_page_that_a_listing_loses_costs_the_parts_on_it() {
    const LISTED: usize = 1_010;
    let bench = Bench::new();
    let upload = bench.kept_upload(bench.file("f", (LISTED + 2) * 100 * KIB));
    bench.upload_until_part(LISTED + 1, &upload);
    let lie = Effect::Listing(ListingLie::EmptyPage);
    bench
        .oss()
        .faults([Rule::on(Operation::ListParts).nth(2).then(lie)]);
    let before = bench.oss().requests(Operation::ListParts);
    let report = bench.upload(&upload).unwrap();
    assert_eq!(bench.oss().service().fired(), [1]);
    assert_eq!(bench.oss().requests(Operation::ListParts) - before, 2);
    assert_eq!(report.parts_reused, 1_000);
    assert!(bench.object("k") == std::fs::read(bench.path("f")).unwrap());
}

/// Cases: 61.
#[test]
fn a_source_that_is_replaced_while_it_is_copied_is_never_mixed_with_the_one_before() {
    for workers in WORKERS {
        for nth in [2, 4] {
            let trial = Trial::new(Direction::Across, workers);
            let replace = trial.bench.putter("k", vec![7; 350 * KIB]);
            let (faults, put) = (&trial.bench.faults, Fault::first(replace));
            faults.nth(nth, Method::PUT, "partNumber=", put);
            let error = trial.run().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::ObjectChanged);
            assert_eq!(faults.fired(), 1);
            let outcome = trial.run();
            let now = Expected::new(Content::of(vec![7; 350 * KIB]));
            let seen = trial.seen(outcome.as_ref());
            now.must_succeed().judge(&seen).expect_none();
        }
    }
}

/// Cases: 80.
#[test]
fn an_object_that_grows_while_it_is_read_is_another_one() {
    each(&READING, |direction, workers| {
        let trial = Trial::new(direction, workers);
        let at = url("log");
        let append = |position: u64, bytes: Vec<u8>| {
            let request = AppendObject::new(
                at.bucket.clone(),
                at.key.clone(),
                position,
                bytes::Bytes::from(bytes),
            );
            let client = trial.bench.oss().client();
            trial
                .bench
                .oss()
                .run(client.append_object(&request))
                .unwrap()
        };
        let end = append(0, data(350 * KIB)).next_position;
        trial.from("log").unwrap();
        let done = Trial::expected().must_succeed();
        let sent = trial.from("log");
        done.judge(&trial.seen(sent.as_ref())).expect_none();
        append(end, b"one more line".to_vec());
        let sent = trial.from("log").unwrap();
        assert_eq!(sent.bytes_total, end + 13);
    });
}

/// Cases: 80.
#[test]
fn a_link_is_read_as_what_it_leads_to() {
    each(&READING, |direction, workers| {
        let trial = Trial::new(direction, workers);
        let (link, target) = (url("link"), url("k"));
        let request = PutSymlink::new(link.bucket, link.key, target.key);
        let client = trial.bench.oss().client();
        trial.bench.oss().run(client.put_symlink(&request)).unwrap();
        let sent = trial.from("link");
        let done = Trial::expected().must_succeed();
        done.judge(&trial.seen(sent.as_ref()))
            .expect_none_of(format!("{sent:?}"));
        // In one request.
        trial
            .bench
            .copy(&Copy::new(url("link"), url("whole")))
            .unwrap();
        trial.bench.oss().holds("whole", data(350 * KIB));
    });
}
