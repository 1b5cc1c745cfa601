//! What it does and when, on lines so simple that every step can be told before.

use std::time::Duration;

use super::{Concurrency, Progress, Reason};

/// Bytes a second: slow for a connection.
const SLOW: u64 = 1_000_000;
/// As fast as a connection has to be for eight to be enough, and a little less.
const FAST: u64 = 33_554_450;
const ALMOST_FAST: u64 = 33_554_400;
const ENDLESS: u64 = 1 << 40;
const LOOK: Duration = Duration::from_millis(20);

/// A line on which nothing is left to chance, looked at every 20 ms.
struct Line {
    auto: Concurrency,
    progress: Progress,
    /// Bytes a second of one connection.
    each: u64,
    /// Of all together.
    all: u64,
}

/// When, from how many to how many, and why.
type Step = (u128, usize, usize, Reason);

impl Line {
    fn new(first: usize, each: u64, all: u64, round_trip: Duration) -> Self {
        Self {
            auto: Concurrency::new(first, 64, 0, round_trip),
            progress: Progress::default(),
            each,
            all,
        }
    }

    fn look(&mut self) -> Option<Step> {
        let requests = self.auto.requests();
        let rate = self.all.min(self.each * requests as u64);
        self.progress.bytes += rate / 50;
        self.progress.at += LOOK;
        self.progress.under_way = requests;
        let change = self.auto.learn(self.progress)?;
        assert_eq!(change.before, requests);
        let at = self.progress.at.as_millis();
        Some((at, change.before, change.requests, change.reason))
    }

    /// Every change in so many seconds.
    fn runs(&mut self, seconds: u64) -> Vec<Step> {
        (0..seconds * 50).filter_map(|_| self.look()).collect()
    }

    /// How long it takes until the next change, and to how many.
    fn next(&mut self) -> (u128, usize) {
        let began = self.progress.at.as_millis();
        let step = (0..50 * 600).find_map(|_| self.look());
        let (at, _, requests, _) = step.expect("a change within ten minutes");
        (at - began, requests)
    }

    /// How many are left after so many refusals.
    fn refuse(&mut self, count: u64) -> usize {
        self.progress.refused += count;
        self.look();
        self.auto.requests()
    }
}

fn numbers(steps: &[Step]) -> Vec<(u128, usize)> {
    steps.iter().map(|step| (step.0, step.2)).collect()
}

#[test]
fn a_slow_line_is_climbed_in_steps_of_40_ms() {
    let steps = Line::new(8, SLOW, ENDLESS, Duration::ZERO).runs(1);
    let slow = Reason::Slow { each: SLOW };
    let expected = [
        (40, 8, 12, slow),
        (80, 12, 24, slow),
        (120, 24, 48, slow),
        (160, 48, 64, slow),
    ];
    assert_eq!(steps, expected);
}

#[test]
fn far_away_it_begins_a_step_higher_and_leaps_after_a_round_trip_and_20_ms() {
    let far = Duration::from_millis(100);
    let steps = Line::new(8, SLOW, ENDLESS, far).runs(1);
    let slow = Reason::Slow { each: SLOW };
    assert_eq!(steps, [(120, 12, 36, slow), (240, 36, 64, slow)]);
    let most = Concurrency::new(62, 64, 0, far);
    assert_eq!(most.requests(), 64);
}

#[test]
fn connections_that_are_fast_and_near_are_enough() {
    let near = Duration::from_millis(9);
    let far = Duration::from_millis(10);
    assert_eq!(Line::new(8, FAST, ENDLESS, near).next(), (840, 12));
    assert_eq!(Line::new(8, ALMOST_FAST, ENDLESS, near).next(), (40, 12));
    assert_eq!(Line::new(8, FAST, ENDLESS, far).next(), (40, 36));
}

#[test]
fn a_step_that_brings_nothing_is_taken_back_when_it_has_been_looked_at_for_long() {
    let steps = Line::new(8, SLOW, 8 * SLOW, Duration::ZERO).runs(1);
    let up = (40, 8, 12, Reason::Slow { each: SLOW });
    assert_eq!(steps, [up, (340, 12, 8, Reason::NoGain)]);
}

#[test]
fn what_brought_nothing_one_step_later_goes_back_to_what_did() {
    let steps = Line::new(8, SLOW, 20 * SLOW, Duration::ZERO).runs(1);
    let expected = [(40, 12), (80, 24), (120, 48), (160, 64), (460, 24)];
    assert_eq!(numbers(&steps), expected);
}

#[test]
fn trials_go_both_ways_and_each_that_fails_is_followed_by_a_longer_rest() {
    let mut line = Line::new(8, SLOW, 8 * SLOW, Duration::ZERO);
    line.runs(1);
    let steps = line.runs(36);
    let ups = [
        (1140, 8, 16, Reason::Trial),
        (1520, 16, 8, Reason::NoGain),
        (3820, 8, 6, Reason::Trial),
        (4200, 6, 8, Reason::Loss),
        (6500, 8, 16, Reason::Trial),
        (6880, 16, 8, Reason::NoGain),
    ];
    assert_eq!(steps[..6], ups);
    let later = [(11_180, 6), (11_560, 8), (19_860, 16), (20_240, 8)];
    assert_eq!(numbers(&steps[6..10]), later);
    assert_eq!(numbers(&steps[10..]), [(36_540, 6), (36_920, 8)]);
}

#[test]
fn a_trial_over_a_fast_line_adds_half() {
    let mut line = Line::new(8, FAST, 8 * FAST, Duration::ZERO);
    assert_eq!((line.next(), line.next()), ((840, 12), (380, 8)));
}

#[test]
fn where_all_share_what_one_could_move_fewer_are_tried_down_to_four() {
    let mut line = Line::new(8, 8 * SLOW, 8 * SLOW, Duration::ZERO);
    let fewest = line.runs(60).iter().map(|step| step.2).min();
    assert_eq!((line.auto.requests(), fewest), (4, Some(4)));
    let mut line = Line::new(2, 8 * SLOW, 8 * SLOW, Duration::ZERO);
    let fewest = line.runs(60).iter().map(|step| step.2).min();
    assert_eq!(fewest, Some(2), "no fewer than it began with");
}

#[test]
fn refusals_take_back_as_many_but_no_more_than_half() {
    let mut line = Line::new(64, SLOW, ENDLESS, Duration::ZERO);
    line.runs(10);
    assert_eq!(line.refuse(3), 61);
    assert_eq!(line.refuse(3), 58);
    assert_eq!(line.refuse(40), 29);
}

#[test]
fn refusals_that_follow_a_step_up_take_back_no_more_than_the_step() {
    let mut line = Line::new(8, SLOW, ENDLESS, Duration::ZERO);
    assert_eq!(line.next(), (40, 12));
    assert_eq!(line.refuse(10), 8);

    let mut line = Line::new(8, FAST, 8 * FAST, Duration::ZERO);
    line.runs(6);
    assert_eq!(line.next(), (200, 12), "a trial is a step too");
    assert_eq!(line.refuse(10), 8);
}

#[test]
fn within_a_second_of_the_beginning_all_but_one_may_be_too_many() {
    for (millis, left) in [(980, 1), (1000, 8)] {
        let mut auto = Concurrency::new(16, 64, 0, Duration::ZERO);
        let progress = Progress {
            at: Duration::from_millis(millis),
            refused: 15,
            ..Progress::default()
        };
        auto.learn(progress);
        assert_eq!(auto.requests(), left, "{millis}");
    }
}

#[test]
fn after_a_refusal_it_rests_and_after_each_more_twice_as_long_up_to_two_minutes() {
    let mut line = Line::new(16, SLOW, 16 * SLOW, Duration::ZERO);
    line.runs(3);
    for rest in [15_300, 30_300, 60_300, 120_300, 120_300] {
        assert_eq!(line.refuse(1), 15);
        assert_eq!(line.next(), (rest, 16));
    }
}

#[test]
fn refusals_within_a_second_are_one_event() {
    let mut line = Line::new(16, SLOW, 16 * SLOW, Duration::ZERO);
    line.runs(3);
    assert_eq!((line.refuse(1), line.refuse(1)), (15, 14));
    assert_eq!(line.next(), (15_280, 15));

    let mut line = Line::new(16, SLOW, 16 * SLOW, Duration::ZERO);
    line.runs(3);
    assert_eq!(line.refuse(1), 15);
    assert_eq!((0..49).find_map(|_| line.look()), None);
    assert_eq!(line.refuse(1), 14);
    assert_eq!(line.next(), (30_300, 15), "a second later it is another");
}

#[test]
fn after_a_refusal_it_grows_by_eighths_as_long_as_that_brings_more() {
    let mut line = Line::new(64, SLOW, ENDLESS, Duration::ZERO);
    line.runs(10);
    assert_eq!(line.refuse(40), 32);
    let steps = line.runs(19);
    let expected = [36, 40, 45, 50, 56, 63, 64];
    let numbers: Vec<_> = steps.iter().map(|step| step.2).collect();
    assert_eq!(numbers[..7], expected);
}

#[test]
fn nothing_is_measured_while_more_are_under_way_than_should_be() {
    let mut line = Line::new(8, SLOW, 8 * SLOW, Duration::ZERO);
    line.runs(1);
    assert_eq!(
        (line.next(), line.next(), line.next()),
        ((140, 16), (380, 8), (2300, 6))
    );
    for _ in 0..100 {
        line.progress.at += LOOK;
        line.progress.bytes += 8 * SLOW / 50;
        line.progress.under_way = 8;
        assert_eq!(line.auto.learn(line.progress), None);
    }
    assert_eq!(line.next(), (300, 8));
}

#[test]
fn one_grain_for_each_request_is_enough_to_measure() {
    for (bytes, requests) in [(4000, 8), (3999, 4)] {
        let mut auto = Concurrency::new(4, 64, 1000, Duration::ZERO);
        let at = Duration::from_millis(40);
        let progress = Progress {
            at,
            bytes,
            ..Progress::default()
        };
        auto.learn(progress);
        assert_eq!(auto.requests(), requests);
    }
}
