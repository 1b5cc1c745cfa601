use ossum_types::PartNumber;
use serde::Deserialize;

use super::Effect;
use super::armed::Sight;
use super::key_pattern::KeyPattern;
use super::parse;
use crate::Operation;

/// An [`Effect`] and the conditions under which it happens, all of which must hold.
///
/// Counts begin with 1. What is not said is no condition.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub(super) name: Option<String>,
    #[serde(default, deserialize_with = "parse::operations")]
    pub(super) operation: Vec<Operation>,
    pub(super) bucket: Option<String>,
    pub(super) key: Option<KeyPattern>,
    #[serde(default, deserialize_with = "parse::part_number")]
    pub(super) part: Option<PartNumber>,
    pub(super) nth: Option<u64>,
    pub(super) from: Option<u64>,
    pub(super) count: Option<u64>,
    pub(super) connection: Option<u64>,
    pub(super) request_of_connection: Option<u64>,
    pub(super) in_flight: Option<usize>,
    pub(super) probability: Option<f64>,
    pub(super) seed: Option<u64>,
    pub(super) then: Effect,
}

impl Rule {
    /// A rule about every request; also about connections, if that is what its effect is about.
    pub fn any() -> Self {
        Self {
            name: None,
            operation: Vec::new(),
            bucket: None,
            key: None,
            part: None,
            nth: None,
            from: None,
            count: None,
            connection: None,
            request_of_connection: None,
            in_flight: None,
            probability: None,
            seed: None,
            then: Effect::Nothing,
        }
    }

    /// A rule about requests for `operation`.
    pub fn on(operation: Operation) -> Self {
        Self::any().or_on(operation)
    }

    /// Also about requests for `operation`.
    #[must_use]
    pub fn or_on(mut self, operation: Operation) -> Self {
        self.operation.push(operation);
        self
    }

    /// Names the rule in counters and in the timeline.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// Only in this bucket.
    #[must_use]
    pub fn bucket(mut self, name: &str) -> Self {
        self.bucket = Some(name.to_owned());
        self
    }

    /// Only for keys like `pattern`: `*` stands for any characters, `?` for one, and a backslash
    /// takes the meaning from the next.
    #[must_use]
    pub fn key(mut self, pattern: &str) -> Self {
        self.key = Some(KeyPattern::new(pattern));
        self
    }

    /// Only for this part.
    #[must_use]
    pub fn part(mut self, number: PartNumber) -> Self {
        self.part = Some(number);
        self
    }

    /// Only at the `nth` request that fits.
    #[must_use]
    pub fn nth(mut self, nth: u64) -> Self {
        self.nth = Some(nth);
        self
    }

    /// Not before the `from`th request that fits.
    #[must_use]
    pub fn from(mut self, from: u64) -> Self {
        self.from = Some(from);
        self
    }

    /// At most so many times.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Only on the connection that was accepted as the `number`th. Needs sockets.
    #[must_use]
    pub fn connection(mut self, number: u64) -> Self {
        self.connection = Some(number);
        self
    }

    /// Only for the `nth` request of each connection. Needs sockets.
    #[must_use]
    pub fn request_of_connection(mut self, nth: u64) -> Self {
        self.request_of_connection = Some(nth);
        self
    }

    /// Only while at least so many requests, this one included, are being answered.
    #[must_use]
    pub fn in_flight(mut self, at_least: usize) -> Self {
        self.in_flight = Some(at_least);
        self
    }

    /// Only with this probability, 0 to 1, by dice that `seed` decides: the same requests in the
    /// same order suffer the same.
    #[must_use]
    pub fn probability(mut self, probability: f64, seed: u64) -> Self {
        self.probability = Some(probability);
        self.seed = Some(seed);
        self
    }

    /// What happens then.
    #[must_use]
    pub fn then(mut self, effect: Effect) -> Self {
        self.then = effect;
        self
    }

    /// The name it was given.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Whether the conditions that can be seen at the request hold.
    pub(super) fn fits(&self, sight: &Sight<'_>) -> bool {
        let subject = sight.subject;
        let one_of = |operation| self.operation.contains(&operation);
        (self.operation.is_empty() || subject.operation.is_some_and(one_of))
            && is(self.bucket.as_ref(), subject.bucket.as_ref())
            && is(self.part.as_ref(), subject.part.as_ref())
            && is(self.connection.as_ref(), sight.connection.as_ref())
            && is(
                self.request_of_connection.as_ref(),
                sight.request_of_connection.as_ref(),
            )
            && self.in_flight.is_none_or(|least| sight.in_flight >= least)
            && self.key.as_ref().is_none_or(|pattern| {
                let key = subject.key.as_deref();
                key.is_some_and(|key| pattern.matches(key))
            })
    }

    /// Whether it is the turn of the `matched`th request that fits, after `fired` times.
    pub(super) fn is_due(&self, matched: u64, fired: u64) -> bool {
        is(self.nth.as_ref(), Some(&matched))
            && self.from.is_none_or(|from| matched >= from)
            && self.count.is_none_or(|count| fired < count)
            && self.probability.is_none_or(|probability| {
                roll(self.seed.unwrap_or_default(), matched) < probability
            })
    }
}

/// Whether `wish` is nothing, or what was `found`.
fn is<T: PartialEq>(wish: Option<&T>, found: Option<&T>) -> bool {
    wish.is_none() || wish == found
}

/// A number of 64 bits that looks random and is not: that of (`seed`, `nth`).
///
/// `SplitMix64`, by Guy Steele, Doug Lea and Christine Flood.
pub(super) fn scramble(seed: u64, nth: u64) -> u64 {
    let mut z = seed.wrapping_add(nth.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Where between 0 and 1 the dice fall the `nth` time.
fn roll(seed: u64, nth: u64) -> f64 {
    // 32 bits are exact in an f64, and fine enough for a probability.
    let high = u32::try_from(scramble(seed, nth) >> 32).unwrap_or(u32::MAX);
    f64::from(high) / (f64::from(u32::MAX) + 1.0)
}
