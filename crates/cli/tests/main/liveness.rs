//! Nothing hangs and nothing storms: over real connections, in each direction, with one worker and
//! with several.

use std::time::Duration;

use ossum_devserver::Operation;
use ossum_devserver::faults::{Effect, Moment, Rule, Rules, Stall};
use ossum_testkit::Outcome;
use ossum_testkit::oracle::{Content, Expected, Seen};

use crate::desk::Desk;
use crate::held;

/// Four parts, the last a short one.
const SIZE: usize = 350 * 1024;

/// What stalls is given up after so long.
const STALL: &str = "--timeout 1s";

/// Two attempts that stall, and three times as long again on a machine that is busy.
const IN_TIME: Duration = Duration::from_secs(4 * 2);

const OLD: &[u8] = b"what was there before";

/// The words of a transfer, where its bytes come to be, and what moves a part.
const TRANSFERS: [(&str, &str, Operation); 3] = [
    (
        "cp file oss://bkt/up",
        "oss://bkt/up",
        Operation::UploadPart,
    ),
    ("cp oss://bkt/k down", "down", Operation::GetObject),
    (
        "cp oss://bkt/k oss://bkt/across",
        "oss://bkt/across",
        Operation::UploadPartCopy,
    ),
];

/// Those that wait for their own bytes: where OSS copies, five minutes without a byte are no stall.
fn moving_bytes() -> impl Iterator<Item = Trial> {
    trials().filter(|trial| trial.moving != Operation::UploadPartCopy)
}

struct Trial {
    desk: Desk,
    bytes: Vec<u8>,
    words: String,
    destination: &'static str,
    moving: Operation,
}

/// One trial for each direction and number of workers.
fn trials() -> impl Iterator<Item = Trial> {
    let each = |(words, destination, moving)| {
        [1, 4].map(|workers| {
            let desk = held::desk();
            let bytes = desk.workspace.write_seeded("file", 1, SIZE);
            desk.put("oss://bkt/k", &bytes);
            desk.put("oss://bkt/up", OLD);
            desk.put("oss://bkt/across", OLD);
            desk.workspace.write("down", OLD);
            Trial {
                desk,
                bytes,
                words: format!("{words} --part-size 100K --concurrency {workers}"),
                destination,
                moving,
            }
        })
    };
    TRANSFERS.into_iter().flat_map(each)
}

impl Trial {
    fn set(&self, rules: impl IntoIterator<Item = Rule>) {
        let rules = Rules::from_iter(rules);
        rules.check().unwrap();
        self.desk.oss.service().set_faults(rules);
    }

    fn seen(&self, outcome: &Outcome) -> Seen {
        let fired = self.desk.oss.service().fired().iter().sum();
        self.set([]);
        let visible = if self.destination.starts_with("oss://") {
            self.desk
                .run(&format!("cp -q {} seen", self.destination))
                .exit(0);
            Content::of_file(self.desk.workspace.path("seen"))
        } else {
            Content::of_file(self.desk.workspace.path(self.destination))
        };
        Seen {
            visible,
            fired,
            ..Seen::of(outcome)
        }
    }

    fn expected(&self) -> Expected {
        Expected::new(Content::of(&self.bytes)).replacing(Content::of(OLD))
    }

    /// With a fault that stays it fails in time, within its retries; the same command goes on then.
    fn fails_in_time(&self, effect: &Effect) {
        let before = self.desk.oss.service().count(self.moving);
        self.set([Rule::on(self.moving).from(3).then(effect.clone())]);
        let outcome = self
            .desk
            .run(&format!("{} {STALL} --retries 1", self.words));
        let asked = self.desk.oss.service().count(self.moving) - before;
        let case = format!("{effect:?}: {}", self.words);
        assert!(asked <= 4 * 2, "{case}: {asked} requests");
        let expected = self.expected().with_fault().must_fail().within(IN_TIME);
        expected.judge(&self.seen(&outcome)).expect_none_of(&case);
        outcome.exit(5);
        self.succeeds(&case);
    }

    fn succeeds(&self, case: &str) {
        let outcome = self.desk.run(&self.words);
        let expected = self.expected().must_succeed();
        expected.judge(&self.seen(&outcome)).expect_none_of(case);
        outcome.exit(0);
    }

    /// With a fault that passes it does not show.
    fn survives(&self, rule: Rule) {
        let case = format!("{rule:?}: {}", self.words);
        self.set([rule]);
        let outcome = self.desk.run(&format!("{} {STALL}", self.words));
        let expected = self.expected().with_fault().must_succeed();
        expected.judge(&self.seen(&outcome)).expect_none_of(case);
        outcome.exit(0);
    }
}

/// Cases: 40, 118.
#[test]
fn a_service_that_never_answers_is_given_up_in_time() {
    for trial in moving_bytes() {
        trial.fails_in_time(&Effect::Stall(Stall::before_head()));
    }
}

/// Cases: 40, 118.
#[test]
fn a_body_that_nobody_takes_or_that_stops_half_way_is_given_up_in_time() {
    for trial in moving_bytes() {
        let effect = if trial.moving == Operation::GetObject {
            Effect::Stall(Stall::after_bytes(50_000))
        } else {
            Effect::Delay(Duration::from_hours(1))
        };
        trial.fails_in_time(&effect);
    }
}

/// Cases: 41, 118.
#[test]
fn a_byte_a_second_is_given_up_in_time() {
    for trial in trials().filter(|trial| trial.moving == Operation::GetObject) {
        trial.fails_in_time(&Effect::Trickle(1));
    }
}

/// Cases: 39, 118.
#[test]
fn connections_that_are_always_reset_are_no_storm() {
    let moment = Moment::BeforeAnswer;
    for effect in [Effect::Reset(moment), Effect::Close(moment)] {
        for trial in trials() {
            trial.fails_in_time(&effect);
        }
    }
}

/// Cases: 40.
#[test]
fn silence_that_passes_costs_a_retry() {
    for trial in moving_bytes() {
        let stall = Effect::Stall(Stall::before_head());
        trial.survives(Rule::on(trial.moving).nth(3).then(stall));
    }
}

/// Cases: 44, 60.
#[test]
fn connections_that_are_closed_while_idle_or_say_too_much_are_replaced() {
    for trial in trials() {
        trial.survives(Rule::any().then(Effect::CloseIdle(Duration::ZERO)));
        let idle = Duration::from_millis(1);
        trial.survives(Rule::any().then(Effect::CloseIdle(idle)));
        trial.survives(Rule::any().then(Effect::StrayAnswer));
        trial.survives(Rule::any().then(Effect::Extend(100)));
    }
}

/// Cases: 57.
#[test]
fn nobody_waits_for_a_continue_that_never_comes() {
    for trial in trials() {
        trial.survives(Rule::any().then(Effect::NeverContinue));
    }
}

/// Cases: 37.
#[test]
fn connections_that_are_refused_for_a_while_are_made_in_the_end() {
    for trial in trials() {
        trial.survives(Rule::any().count(3).then(Effect::RefuseConnection));
    }
}

/// Cases: 37.
#[test]
fn a_service_that_goes_away_for_good_is_told_and_what_was_moved_is_kept() {
    for trial in trials() {
        let gone = Rule::any().then(Effect::RefuseConnection);
        trial.set([gone]);
        let outcome = trial.desk.run(&format!("{} --retries 1", trial.words));
        let expected = trial.expected().with_fault().must_fail().within(IN_TIME);
        expected.judge(&trial.seen(&outcome)).expect_none();
        outcome.exit(5);
        trial.succeeds("it came back");
    }
}
