//! How many requests are under way at a time, where nobody said so: learnt from what moves.

mod change;
mod measured;
#[cfg(test)]
mod rules;
#[cfg(test)]
mod simulated;

use std::time::Duration;

pub use change::{Change, Reason};
use measured::Measured;

/// What has come of a transfer's requests by one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// When that is, since any fixed moment.
    pub at: Duration,
    /// Payload bytes that have moved.
    pub bytes: u64,
    /// Requests that were refused for being too many.
    pub refused: u64,
    /// Requests on which nothing moved for too long.
    pub timeouts: u64,
    /// How many are under way: those that were begun when there might be more go on.
    pub under_way: usize,
}

/// Decides how many requests are under way at a time.
///
/// It is shown the progress now and then, best every 20 ms, and has three ways to go on.
///
/// At the beginning it climbs while single connections are slow, or far from the service: what holds
/// such a line back is its round trip, or a limit for each connection. It does not wait for each step's
/// proof, or a gibibyte would be over before it is up; but each step has to show in what moves one step
/// later. Where connections are fast, or steps bring nothing, it stays, and tries now and then whether
/// more would move more, or fewer as much. A gain has to be a fair share of what was added: what
/// a busy machine gives and takes by chance is less.
///
/// A refusal takes back as many as were refused, and no more than were added just before; refusals
/// that go on, and timeouts, take a share. After each, longer goes by until it tries more.
#[derive(Debug, Clone)]
pub struct Concurrency {
    requests: usize,
    most: usize,
    /// No trial is made with fewer.
    fewest: usize,
    grain_bytes: u64,
    /// From a request to the beginning of its answer.
    round_trip: Duration,
    phase: Phase,
    /// At the last look.
    seen: Progress,
    /// From where the rate is measured.
    mark: Progress,
    changed: Duration,
    /// When it was last raised.
    raised: Duration,
    /// When it last backed off.
    backed_off: Option<Duration>,
    /// The last number that has shown itself good.
    proven: usize,
    /// How long it stays after the next refusal.
    hold: Duration,
    /// How long it stays after the next trial that fails.
    stay: Duration,
    /// Which way the next trial goes.
    next: Way,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    /// With what was measured at the last step, and at the one before.
    Climbing([Option<Measured>; 2]),
    Staying {
        until: Duration,
    },
    /// Measures what a trial is compared with.
    Weighing,
    /// Measures whether something else is better.
    Trying(Measured),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

impl Way {
    fn other(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
        }
    }
}

/// A connection that moves more a second than this, over a round trip shorter than that, is not held
/// back by the line.
const FAST: u64 = 32 << 20;
const SHORT_TRIP: Duration = Duration::from_millis(10);

/// New connections need so long to show what they do; before, they only fill buffers.
const SETTLING: Duration = Duration::from_millis(20);

/// So long the rate is measured at the beginning; where a step does not show, so long.
const GLANCE: Duration = Duration::from_millis(40);
const DOUBT: Duration = Duration::from_millis(300);

/// So long for a trial, after so long for it to settle.
const TRIAL: Duration = Duration::from_millis(300);
const TRIAL_SETTLING: Duration = Duration::from_millis(100);

/// Refusals and timeouts that follow a raise within this time are its own.
const GRACE: Duration = Duration::from_secs(1);

/// So long before a first trial with more, and with fewer: what a short transfer would lose by it.
const FIRST_STAY: Duration = Duration::from_millis(500);
const STAY_BEFORE_FEWER: Duration = Duration::from_secs(2);
const FIRST_HOLD: Duration = Duration::from_secs(15);
const LONGEST: Duration = Duration::from_mins(2);

/// No trial is made with fewer than these: a connection alone is idle between two requests.
const FEWEST: usize = 4;

/// The first step up is this small: it may be refused.
const FIRST_STEP: usize = 4;

/// Where the service is far away, the first step is not waited for, and the next is this large: each
/// costs a round trip and more, and a gibibyte over many connections is there in a few of them.
const FIRST_LEAP: usize = 3;

impl Concurrency {
    /// Begins with `first` requests, or the first step more where a `round_trip` is long; never with
    /// more than `most`. Progress is told in steps of `grain_bytes`: less than one for each request
    /// tells nothing. No step is judged, and none follows, before a round trip has passed.
    pub fn new(first: usize, most: usize, grain_bytes: u64, round_trip: Duration) -> Self {
        let most = most.max(1);
        let first = if is_far(round_trip) {
            first.saturating_add(FIRST_STEP)
        } else {
            first
        };
        let first = first.clamp(1, most);
        Self {
            requests: first,
            most,
            fewest: first.min(FEWEST),
            grain_bytes,
            round_trip,
            phase: Phase::Climbing([None; 2]),
            seen: Progress::default(),
            mark: Progress::default(),
            changed: Duration::ZERO,
            raised: Duration::ZERO,
            backed_off: None,
            proven: 1,
            hold: FIRST_HOLD,
            stay: FIRST_STAY,
            next: Way::Up,
        }
    }

    /// How many requests are to be under way now; at least one.
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// Learns from the progress by now; tells if the number changes. Nothing in it may have become
    /// less since the last time.
    pub fn learn(&mut self, now: Progress) -> Option<Change> {
        let seen = std::mem::replace(&mut self.seen, now);
        let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let refused = count(now.refused.saturating_sub(seen.refused));
        if refused > 0 {
            return self.refused(now, refused);
        }
        if now.timeouts > seen.timeouts {
            return self.timed_out(now);
        }
        match self.phase {
            Phase::Climbing(steps) => self.climb(now, steps),
            Phase::Staying { until } if now.at >= until => {
                self.phase = Phase::Weighing;
                self.mark = now;
                None
            }
            Phase::Staying { .. } => None,
            Phase::Weighing => self.weigh(now),
            Phase::Trying(before) => self.judge(now, before),
        }
    }

    fn refused(&mut self, now: Progress, refused: usize) -> Option<Change> {
        let least = if now.at.saturating_sub(self.raised) < GRACE {
            self.proven
        } else {
            self.requests / 2
        };
        let fewer = self.requests.saturating_sub(refused).max(least);
        self.back_off(now, fewer, Reason::Refused { refused })
    }

    fn timed_out(&mut self, now: Progress) -> Option<Change> {
        if self.is_backing_off(now) {
            return None; // what went silent together is one event
        }
        self.back_off(now, self.requests * 3 / 4, Reason::TimedOut)
    }

    fn back_off(&mut self, now: Progress, fewer: usize, reason: Reason) -> Option<Change> {
        let fewer = fewer.clamp(1, self.requests);
        if !self.is_backing_off(now) {
            self.stay_until(now.at + self.hold);
            self.hold = (self.hold * 2).min(LONGEST);
            self.backed_off = Some(now.at);
        }
        self.proven = self.proven.min(fewer);
        self.next = Way::Up;
        self.change(now, fewer, reason)
    }

    /// Whether it has backed off just now: what comes next may belong to the same event.
    fn is_backing_off(&self, now: Progress) -> bool {
        self.backed_off
            .is_some_and(|at| now.at.saturating_sub(at) < GRACE)
    }

    fn climb(&mut self, now: Progress, steps: [Option<Measured>; 2]) -> Option<Change> {
        let glance = self.measure(now, SETTLING, GLANCE)?;
        let [before, last] = steps;
        // What comes one step later shows whether a step was worth it.
        let base = before.or(last);
        if let Some(base) = base.filter(|base| !glance.is_better_than(base)) {
            // As long as it does not show, it is looked at for longer.
            let measured = self.measure(now, SETTLING, DOUBT)?;
            self.stay(now);
            if !measured.is_as_good_as(&base) {
                // More do not move less: what new connections put into buffers made the look before
                // too good. Trials will tell.
                return None;
            }
            let good = last.filter(|last| last.is_better_than(&base));
            return self.change(now, good.unwrap_or(base).requests, Reason::NoGain);
        }
        let each = glance.each();
        self.proven = self.requests;
        let is_fast = each >= FAST && !is_far(self.round_trip);
        if is_fast || self.requests == self.most {
            self.next = if is_fast { Way::Up } else { Way::Down };
            self.stay(now);
            return None;
        }
        let more = match last {
            None if is_far(self.round_trip) => self.requests * FIRST_LEAP,
            None => self.requests + FIRST_STEP,
            Some(_) => self.requests * 2,
        };
        self.phase = Phase::Climbing([last, Some(glance)]);
        self.change(now, more, Reason::Slow { each })
    }

    fn weigh(&mut self, now: Progress) -> Option<Change> {
        let base = self.measure(now, Duration::ZERO, TRIAL)?;
        self.proven = self.requests;
        self.try_another(now, base)
    }

    fn try_another(&mut self, now: Progress, base: Measured) -> Option<Change> {
        let requests = self.requests;
        let other = match self.next {
            Way::Up if self.backed_off.is_some() => requests + (requests / 8).max(1),
            Way::Up if base.each() < FAST => requests * 2,
            Way::Up => requests + (requests / 2).max(1),
            Way::Down => (requests - requests / 4).max(self.fewest),
        };
        let other = other.min(self.most);
        self.next = self.next.other();
        if other == requests {
            self.stay(now);
            return None;
        }
        self.phase = Phase::Trying(base);
        self.change(now, other, Reason::Trial)
    }

    fn judge(&mut self, now: Progress, before: Measured) -> Option<Change> {
        let measured = self.measure(now, TRIAL_SETTLING, TRIAL)?;
        let (good, reason) = if measured.requests > before.requests {
            (measured.is_gain_over(&before), Reason::NoGain)
        } else {
            (measured.is_as_good_as(&before), Reason::Loss)
        };
        if good {
            // What went well is tried again, at once.
            self.next = self.next.other();
            self.proven = self.requests;
            self.stay = FIRST_STAY;
            return self.try_another(now, measured);
        }
        self.stay(now);
        self.change(now, before.requests, reason)
    }

    /// Stays for a while, and longer the next time.
    fn stay(&mut self, now: Progress) {
        let least = match self.next {
            Way::Up => FIRST_STAY,
            Way::Down => STAY_BEFORE_FEWER,
        };
        self.stay_until(now.at + self.stay.max(least));
        self.stay = (self.stay * 2).min(LONGEST);
    }

    fn stay_until(&mut self, until: Duration) {
        self.phase = Phase::Staying { until };
    }

    fn change(&mut self, now: Progress, requests: usize, reason: Reason) -> Option<Change> {
        let requests = requests.clamp(1, self.most);
        let before = std::mem::replace(&mut self.requests, requests);
        if requests == before {
            return None;
        }
        self.mark = now;
        self.changed = now.at;
        if requests > before {
            self.raised = now.at;
        }
        Some(Change {
            before,
            requests,
            reason,
        })
    }

    /// The rate since `settling` after the last change, once it has been measured for long enough.
    fn measure(&mut self, now: Progress, settling: Duration, long: Duration) -> Option<Measured> {
        let settling = settling.max(self.round_trip);
        if now.at < self.changed + settling || now.under_way > self.requests {
            self.mark = now;
            return None;
        }
        let span = now.at.saturating_sub(self.mark.at);
        let bytes = now.bytes.saturating_sub(self.mark.bytes);
        let enough = self.grain_bytes.saturating_mul(self.requests as u64);
        if span < long || bytes < enough {
            return None;
        }
        let per_second = u128::from(bytes) * 1_000_000 / span.as_micros().max(1);
        Some(Measured {
            requests: self.requests,
            bytes_per_second: u64::try_from(per_second).unwrap_or(u64::MAX),
        })
    }
}

/// Whether a connection is idle for long between a request and its answer.
fn is_far(round_trip: Duration) -> bool {
    round_trip >= SHORT_TRIP
}
