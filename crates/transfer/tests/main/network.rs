//! Every way in which a network fails, at every kind of request: in each direction, with one worker
//! and with several.

use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};
use ossum_devserver::Operation;
use ossum_devserver::faults::{
    Answer, ETagChange, Effect, ListingLie, Moment, RangeLie, Redirect, Rule, Spot, Stall,
};
use ossum_testkit::oracle::Expected;

use crate::trial::{DIRECTIONS, Direction, PARTS, Trial, WORKERS};

/// Has `effect` happen once, to the first and to a later request of each kind: nobody notices.
fn passes(name: &str, directions: &[Direction], effect: &Effect) {
    for_each(directions, |direction, workers, operation| {
        for nth in first_and(PARTS, direction, operation) {
            let rule = Rule::on(operation).nth(nth).then(effect.clone());
            let case = format!("{name}, once, {operation:?} {nth}");
            let expected = Trial::expected().with_fault().must_succeed();
            let outcome = Trial::new(direction, workers).meets([rule], &expected, &case);
            outcome.unwrap();
        }
    });
}

/// Has `effect` happen always, from the first or from a later request of each kind.
fn stays(name: &str, directions: &[Direction], effect: &Effect, expected: &Expected) {
    for_each(directions, |direction, workers, operation| {
        for from in first_and(3, direction, operation) {
            let rule = Rule::on(operation).from(from).then(effect.clone());
            let case = format!("{name}, always, {operation:?} from {from}");
            let trial = Trial::new(direction, workers);
            let _ = trial.meets([rule], expected, &case);
        }
    });
}

/// Numbers of requests: one that moves no part is made once.
fn first_and(later: u64, direction: Direction, operation: Operation) -> Vec<u64> {
    if operation == direction.moving() {
        vec![1, later]
    } else {
        vec![1]
    }
}

fn for_each(directions: &[Direction], act: impl Fn(Direction, usize, Operation)) {
    for direction in directions {
        for workers in WORKERS {
            for operation in direction.operations() {
                act(*direction, workers, *operation);
            }
        }
    }
}

fn fails() -> Expected {
    Trial::expected().with_fault().must_fail()
}

/// What is lost behind a completion may have been carried out, and that is found out.
fn fails_or_is_done() -> Expected {
    Trial::expected().with_fault()
}

fn status(status: StatusCode, code: &str) -> Answer {
    Answer::new(status).code(code)
}

fn header(name: &'static str, value: &'static str) -> Effect {
    Effect::SetHeader {
        name: HeaderName::from_static(name),
        value: HeaderValue::from_static(value),
    }
}

fn without(name: &'static str) -> Effect {
    Effect::RemoveHeader(HeaderName::from_static(name))
}

/// Cases: 37, 39, 118.
#[test]
fn connections_that_break_before_an_answer_are_made_again() {
    for (name, effect) in [
        ("reset", Effect::Reset(Moment::BeforeAnswer)),
        ("closed", Effect::Close(Moment::BeforeAnswer)),
    ] {
        passes(name, &DIRECTIONS, &effect);
        stays(name, &DIRECTIONS, &effect, &fails());
    }
}

/// Cases: 39, 59, 69, 71, 118.
#[test]
fn an_answer_that_is_lost_costs_a_retry_and_no_byte() {
    for (name, effect) in [
        ("reset behind", Effect::Reset(Moment::AfterCommit)),
        ("closed behind", Effect::Close(Moment::AfterCommit)),
    ] {
        passes(name, &DIRECTIONS, &effect);
        stays(name, &DIRECTIONS, &effect, &fails_or_is_done());
    }
}

/// Cases: 39, 118.
#[test]
fn a_body_that_breaks_at_any_byte_goes_on_there_and_never_for_ever() {
    for at in [0, 1, 50 * 1024, 100 * 1024 - 1] {
        for moment in [
            Moment::AfterResponseBytes(at),
            Moment::AfterRequestBytes(at),
        ] {
            let down = matches!(moment, Moment::AfterResponseBytes(_));
            let direction = if down { Direction::Down } else { Direction::Up };
            for workers in WORKERS {
                for effect in [Effect::Reset(moment), Effect::Close(moment)] {
                    for nth in [1, 3] {
                        let rule = Rule::on(direction.moving());
                        let case = format!("{effect:?} at {nth}");
                        let once = rule.clone().nth(nth).then(effect.clone());
                        let expected = Trial::expected().with_fault().must_succeed();
                        let trial = Trial::new(direction, workers);
                        trial.meets([once], &expected, &case).unwrap();
                        let always = rule.from(nth).then(effect.clone());
                        let trial = Trial::new(direction, workers);
                        let outcome = trial.meets([always], &fails_or_is_done(), &case);
                        // Whatever arrives is kept, so a download whose bodies break late is done.
                        assert!(outcome.is_err() || down && at > 1, "{case}");
                    }
                }
            }
        }
    }
}

/// Cases: 40, 118.
#[test]
fn silence_is_given_up_and_tried_again() {
    for (name, stall) in [
        ("no answer", Stall::before_head()),
        ("half a body", Stall::after_bytes(50)),
    ] {
        let effect = Effect::Stall(stall);
        passes(name, &DIRECTIONS, &effect);
        stays(name, &DIRECTIONS, &effect, &fails_or_is_done());
    }
}

/// Cases: 42, 43, 44, 45, 46, 47, 48, 49, 51.
#[test]
fn an_answer_that_lies_about_its_body_is_asked_for_again_and_never_believed() {
    let only = [Direction::Down];
    for (name, effect) in [
        (
            "a longer Content-Length",
            header("content-length", "200000"),
        ),
        ("a shorter Content-Length", header("content-length", "10")),
        (
            "another start",
            header("content-range", "bytes 1-102400/358400"),
        ),
        ("another end", header("content-range", "bytes 0-5/358400")),
        ("no total", header("content-range", "bytes 0-102399/*")),
        ("no range", header("content-range", "nonsense")),
        ("a shorter range", Effect::Range(RangeLie::Shortened(10))),
        ("another range", Effect::Range(RangeLie::Shifted(10))),
        ("no Content-Range", without("content-range")),
        ("no Content-Length", without("content-length")),
        ("no ETag", without("etag")),
        ("gzip", Effect::Gzip),
    ] {
        passes(name, &only, &effect);
        stays(name, &only, &effect, &fails_or_is_done());
    }
}

/// Cases: 45.
#[test]
fn an_answer_with_another_size_is_of_another_object() {
    let effect = header("content-range", "bytes 0-102399/358401");
    for workers in WORKERS {
        for rule in [
            Rule::on(Operation::GetObject).nth(1),
            Rule::on(Operation::GetObject),
        ] {
            let rules = [rule.then(effect.clone())];
            let trial = Trial::new(Direction::Down, workers);
            trial.meets(rules, &fails(), "another size").unwrap_err();
        }
    }
}

/// Cases: 47.
#[test]
fn the_whole_object_in_place_of_a_range_is_never_written_as_the_range() {
    let effect = Effect::Range(RangeLie::Ignored);
    let only = [Direction::Down];
    passes("200 for a range", &only, &effect);
    stays("200 for a range", &only, &effect, &fails());
}

/// Cases: 43.
#[test]
fn chunks_that_end_too_soon_are_a_body_that_broke_off() {
    for workers in WORKERS {
        for nth in [1, 3] {
            let on = || Rule::on(Operation::GetObject).nth(nth);
            let rules = [
                on().then(without("content-length")),
                on().then(Effect::Close(Moment::AfterResponseBytes(1000))),
            ];
            let expected = Trial::expected().with_fault().must_succeed();
            let case = format!("chunks cut at {nth}");
            let trial = Trial::new(Direction::Down, workers);
            trial.meets(rules, &expected, &case).unwrap();
        }
    }
}

/// Cases: 44.
#[test]
fn bytes_behind_an_answer_are_nobodys() {
    let effect = Effect::Extend(100);
    let unharmed = Trial::expected().with_fault().must_succeed();
    passes("more bytes", &DIRECTIONS, &effect);
    stays("more bytes", &[Direction::Down], &effect, &unharmed);
}

/// Cases: 48.
#[test]
fn a_wrong_byte_is_found_wherever_it_is() {
    for at in [0, 50_000, 102_399] {
        let only = [Direction::Down];
        let effect = Effect::CorruptResponse(Spot::At(at));
        passes("a wrong byte", &only, &effect);
        // The last part is too short for some.
        stays("a wrong byte", &only, &effect, &Trial::expected());
        for workers in WORKERS {
            for nth in [1, 3] {
                let rule =
                    || Rule::on(Operation::UploadPart).then(Effect::CorruptRequest(Spot::At(at)));
                let survives = Trial::expected().with_fault().must_succeed();
                let trial = Trial::new(Direction::Up, workers);
                let sent = trial
                    .meets([rule().nth(nth)], &survives, "a wrong byte")
                    .unwrap();
                // Among several, a part that was slow as well may have been begun anew elsewhere instead.
                let least = u64::from(workers == 1);
                assert!((least..=1).contains(&sent.retries), "{}", sent.retries);
                let trial = Trial::new(Direction::Up, workers);
                let always = trial.meets([rule().from(nth)], &fails(), "wrong bytes");
                always.unwrap_err();
            }
        }
    }
}

/// Cases: 49.
#[test]
fn what_no_header_confirms_is_verified_in_another_way() {
    let crc64 = without("x-oss-hash-crc64ecma");
    passes("no CRC-64", &DIRECTIONS, &crc64);
    let unharmed = Trial::expected().with_fault().must_succeed();
    stays("no CRC-64", &DIRECTIONS, &crc64, &unharmed);
    stays(
        "no ETag",
        &[Direction::Up],
        &without("etag"),
        &fails_or_is_done(),
    );
}

/// Cases: 50.
#[test]
fn an_etag_in_another_spelling_is_the_same_or_another_but_never_a_wrong_byte() {
    for change in [
        ETagChange::Unquoted,
        ETagChange::LowerCase,
        ETagChange::Weak,
    ] {
        for (direction, operation) in [
            (Direction::Down, Operation::GetObject),
            (Direction::Up, Operation::UploadPart),
            (Direction::Across, Operation::HeadObject),
        ] {
            for workers in WORKERS {
                for rule in [Rule::on(operation), Rule::on(operation).nth(1)] {
                    let rules = [rule.then(Effect::Etag(change))];
                    let case = format!("{change:?}");
                    let trial = Trial::new(direction, workers);
                    let outcome = trial.meets(rules, &fails_or_is_done(), &case);
                    if change == ETagChange::Unquoted {
                        outcome.unwrap();
                    }
                }
            }
        }
    }
}

/// Cases: 52.
#[test]
fn the_page_of_a_captive_portal_is_never_an_answer() {
    passes("a page", &DIRECTIONS, &Effect::HtmlPage);
    stays("a page", &DIRECTIONS, &Effect::HtmlPage, &fails());
}

/// Cases: 53, 54, 118.
#[test]
fn a_service_that_is_busy_is_asked_again_and_not_for_ever() {
    for answer in [
        status(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        status(StatusCode::SERVICE_UNAVAILABLE, "SlowDown").retry_after(Duration::from_secs(7)),
        status(StatusCode::SERVICE_UNAVAILABLE, "SlowDown").qos_delay(Duration::from_millis(900)),
        status(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests"),
    ] {
        let effect = Effect::Answer(answer);
        passes("busy", &DIRECTIONS, &effect);
        stays("busy", &DIRECTIONS, &effect, &fails());
    }
}

/// Cases: 53.
#[test]
fn a_burst_of_failures_that_ends_within_the_budget_does_not_show() {
    for_each(&DIRECTIONS, |direction, workers, operation| {
        let failing = status(StatusCode::INTERNAL_SERVER_ERROR, "InternalError");
        let burst = Rule::on(operation).count(3).then(Effect::Answer(failing));
        let case = format!("a burst, {operation:?}");
        let survives = Trial::expected().with_fault().must_succeed();
        Trial::new(direction, workers)
            .meets([burst], &survives, &case)
            .unwrap();
    });
}

/// Cases: 55.
#[test]
fn a_redirect_is_not_followed_whatever_was_asked() {
    for (name, redirect) in [
        ("in circles", Redirect::in_circles()),
        (
            "301",
            Redirect::to("http://127.0.0.2:1").status(StatusCode::MOVED_PERMANENTLY),
        ),
        ("307", Redirect::to("http://127.0.0.2:1")),
    ] {
        stays(name, &DIRECTIONS, &Effect::Redirect(redirect), &fails());
    }
}

/// Cases: 57.
#[test]
fn a_refusal_before_the_body_is_read_is_heard() {
    let denied = status(StatusCode::FORBIDDEN, "AccessDenied").early();
    stays(
        "refused early",
        &[Direction::Up],
        &Effect::Answer(denied),
        &fails(),
    );
    let busy = status(StatusCode::SERVICE_UNAVAILABLE, "SlowDown").early();
    passes(
        "busy early",
        &[Direction::Up],
        &Effect::Answer(busy.clone()),
    );
    stays(
        "busy early",
        &[Direction::Up],
        &Effect::Answer(busy),
        &fails(),
    );
}

/// Cases: 58, 118.
#[test]
fn an_error_behind_status_200_is_no_success() {
    let failing = Effect::Answer(status(StatusCode::OK, "InternalError"));
    for (direction, operation) in [
        (Direction::Up, Operation::CompleteMultipartUpload),
        (Direction::Across, Operation::CompleteMultipartUpload),
        (Direction::Across, Operation::UploadPartCopy),
    ] {
        for workers in WORKERS {
            let rule = || Rule::on(operation).then(failing.clone());
            let survives = Trial::expected().with_fault().must_succeed();
            let trial = Trial::new(direction, workers);
            trial
                .meets([rule().nth(1)], &survives, "200 and an error")
                .unwrap();
            let trial = Trial::new(direction, workers);
            trial
                .meets([rule()], &fails(), "200 and an error")
                .unwrap_err();
        }
    }
}

/// Cases: 106.
#[test]
fn a_listing_that_never_ends_ends_a_copy_before_anything_is_public() {
    for lie in [ListingLie::Endless, ListingLie::Repeating] {
        for workers in WORKERS {
            let rule = Rule::on(Operation::ListParts).then(Effect::Listing(lie));
            let trial = Trial::new(Direction::Across, workers);
            trial
                .meets([rule], &fails(), "an endless listing")
                .unwrap_err();
        }
    }
}
