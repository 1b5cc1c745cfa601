//! How fast payload bytes may move, over all requests together.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ossum_types::{Rate, Rates};

/// Holds the bytes of all requests together to a rate. Clones share it.
///
/// Nothing moves before its time has come, so what is exceeded is at most what a quarter of a second
/// without traffic has saved. Retries count.
#[derive(Clone)]
pub struct Limiter(Arc<Shared>);

struct Shared {
    began: Instant,
    rates: Box<dyn Fn() -> Rates + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rates: Rates,
    /// When the rates were last asked for.
    asked: Option<Duration>,
    up: Bucket,
    down: Bucket,
}

/// Which way bytes move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Up,
    Down,
}

/// The rates are asked for so often.
const ASK_EVERY: Duration = Duration::from_secs(1);

/// What moves at once takes so long, at most; but never fewer bytes than keep a connection from
/// looking as if it stood still.
const PIECE: Duration = Duration::from_millis(50);
const PIECE_BYTES: (u64, u64) = (1 << 10, 256 << 10);

impl Limiter {
    /// Holds to what `rates` says, which is asked about once a second, on the threads that send and
    /// receive.
    pub fn new(rates: impl Fn() -> Rates + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            began: Instant::now(),
            rates: Box::new(rates),
            state: Mutex::default(),
        }))
    }

    /// How many bytes should move at once; all of them where there is no limit now.
    pub(crate) fn piece_bytes(&self, way: Way) -> usize {
        let rate = self.state().rate(way);
        rate.map_or(usize::MAX, piece_of)
    }

    /// Takes leave for `bytes`, and tells how long to wait for it.
    pub(crate) fn take(&self, way: Way, bytes: u64) -> Duration {
        let now = self.0.began.elapsed();
        let mut state = self.state();
        match state.rate(way) {
            Some(rate) => state.bucket(way).take(now, bytes, rate),
            None => Duration::ZERO,
        }
    }

    /// The state, with the rates as they are now.
    fn state(&self) -> MutexGuard<'_, State> {
        let now = self.0.began.elapsed();
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = state.asked.is_none_or(|asked| now >= asked + ASK_EVERY);
        if stale {
            state.rates = (self.0.rates)();
            state.asked = Some(now);
        }
        state
    }
}

impl State {
    fn rate(&self, way: Way) -> Option<Rate> {
        match way {
            Way::Up => self.rates.up,
            Way::Down => self.rates.down,
        }
    }

    fn bucket(&mut self, way: Way) -> &mut Bucket {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }
}

fn piece_of(rate: Rate) -> usize {
    let bytes = u128::from(rate.bytes_per_second()) * PIECE.as_millis() / 1000;
    let (least, most) = PIECE_BYTES;
    let bytes = u64::try_from(bytes).unwrap_or(most).clamp(least, most);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// One way's account: until when the line is taken. Times count from any fixed moment.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    taken_until: Duration,
}

/// Time in which nothing moved is made up for this far back.
const SAVED: Duration = Duration::from_millis(250);

impl Bucket {
    /// Takes the line for `bytes`, after those before it; gives how long until they are through.
    fn take(&mut self, now: Duration, bytes: u64, rate: Rate) -> Duration {
        let nanos = u128::from(bytes) * 1_000_000_000 / u128::from(rate.bytes_per_second());
        let lasting = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let from = self.taken_until.max(now.saturating_sub(SAVED));
        self.taken_until = from.saturating_add(lasting);
        self.taken_until.saturating_sub(now)
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Limiter").field(&self.state().rates).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(text: &str) -> Rate {
        text.parse().unwrap()
    }

    /// Moves pieces for `span` by a clock that jumps to the moment each may move, `workers` at a time.
    fn moved(rate: Rate, span: Duration, piece: u64, workers: usize) -> u64 {
        let mut bucket = Bucket::default();
        let mut due: Vec<Duration> = vec![Duration::ZERO; workers];
        let mut total = 0;
        loop {
            let (next, now) = due
                .iter()
                .copied()
                .enumerate()
                .min_by_key(|(_, at)| *at)
                .unwrap();
            let through = now + bucket.take(now, piece, rate);
            if through > span {
                return total;
            }
            total += piece;
            due[next] = through;
        }
    }

    #[test]
    fn over_half_a_minute_any_rate_is_kept_within_a_hundredth() {
        let span = Duration::from_secs(30);
        for (text, workers) in [("10K", 1), ("10K", 64), ("1M", 8), ("1G", 8)] {
            let rate = rate(text);
            let bytes = moved(rate, span, piece_of(rate) as u64, workers);
            let expected = rate.bytes_per_second() * 30;
            assert!(bytes <= expected, "{text}: {bytes}");
            assert!(
                bytes * 100 >= expected * 99,
                "{text}: {bytes} of {expected}"
            );
        }
    }

    #[test]
    fn an_idle_hour_saves_a_quarter_of_a_second_and_no_more() {
        let mut bucket = Bucket::default();
        let (rate, hour) = (rate("1M"), Duration::from_hours(1));
        let quarter = rate.bytes_per_second() / 4;
        assert_eq!(bucket.take(hour, quarter, rate), Duration::ZERO);
        assert_eq!(bucket.take(hour, quarter, rate), SAVED);
    }

    #[test]
    fn at_the_slowest_rate_many_workers_still_move_something_within_a_stall() {
        let rate = rate("10K");
        let piece = piece_of(rate) as u64;
        let turn = 128 * piece / rate.bytes_per_second();
        assert!(piece >= 1024 && turn < 15, "{piece} bytes every {turn} s");
    }

    #[test]
    fn both_ways_have_rates_of_their_own_and_off_waits_for_nothing() {
        let limiter = Limiter::new(|| Rates {
            up: Some("1M".parse().unwrap()),
            down: None,
        });
        assert_eq!(limiter.take(Way::Down, 1 << 40), Duration::ZERO);
        assert_eq!(limiter.piece_bytes(Way::Down), usize::MAX);
        let shared = limiter.clone();
        shared.take(Way::Up, 10 << 20);
        assert!(limiter.take(Way::Up, 1) > Duration::from_secs(9));
    }
}
