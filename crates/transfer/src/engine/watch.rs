//! Sees to it that one bad connection does not hold up all the others at the end.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{Account, Mover, Shared};
use crate::place::{Glance, PartUnderWay, Place};

/// How often the places are looked at.
const LOOK: Duration = Duration::from_millis(250);

/// In less time than this nobody is judged.
const WINDOW: Duration = Duration::from_secs(1);

/// When one part in so many has been begun anew, it is the line's doing, and no other is.
const PARTS_FOR_ONE: u64 = 16;

/// Has parts begun anew over another connection that are far behind what moves beside them, once
/// each. Never ends by itself.
pub(super) async fn watch<M: Mover, A: Account>(shared: &Shared<M, A>) {
    let mut looks = interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut began, mut then) = (Instant::now(), glances(&shared.places()));
    let mut usual = Usual::default();
    loop {
        looks.tick().await;
        let span = began.elapsed();
        if span < WINDOW {
            continue;
        }
        let places = shared.places();
        let now = glances(&places);
        let Some(least) = usual.least(&then, &now, span) else {
            // Too little has moved to tell: it is watched for longer.
            continue;
        };
        let behind = far_behind(&now, least);
        let parts = u64::from(shared.monitor.snapshot().parts_done);
        let tries: u64 = places.iter().map(|place| place.other_tries()).sum();
        if tries <= parts / PARTS_FOR_ONE {
            // Those that read from the disk, and wait for no connection, do not hear it.
            for place in behind {
                places[place].begin_anew();
            }
        }
        (began, then) = (Instant::now(), now);
    }
}

fn glances(places: &[Arc<Place>]) -> Vec<Glance> {
    places.iter().map(|place| place.glance()).collect()
}

/// What the places have moved each since then. Those that were not there yet have done all of it.
fn moved(then: &[Glance], now: &[Glance]) -> Vec<u64> {
    let before = then.iter().map(|then| then.moved);
    let before = before.chain(std::iter::repeat(0));
    now.iter()
        .zip(before)
        .map(|(now, before)| now.moved - before)
        .collect()
}

/// Those of the places in which a part has moved less a second than `least`, from its beginning on.
///
/// Its whole life counts: what the system has taken of an upload at once is not there yet, and to
/// wait for the answer to it is no sign of a bad connection, unless it takes far too long.
fn far_behind(now: &[Glance], least: u64) -> Vec<usize> {
    let is_behind = |part: PartUnderWay| {
        let usual = u128::from(least) * part.age.as_micros() / 1_000_000;
        part.age >= WINDOW && u128::from(part.moved) < usual
    };
    let behind = |place: &usize| now[*place].part.is_some_and(is_behind);
    (0..now.len()).filter(behind).collect()
}

/// What nobody moves less of in a second, unless their connection is bad.
#[derive(Debug, Default)]
struct Usual {
    /// As the peers showed it when they last told anything.
    bytes_per_second: Option<u64>,
}

impl Usual {
    /// As it is after a `span`, from then to now; `None` while nothing tells.
    ///
    /// The last parts have no peers any more: they are held to what was usual before.
    fn least(&mut self, then: &[Glance], now: &[Glance], span: Duration) -> Option<u64> {
        if let Some(least) = ossum_plan::least_of_peers(&moved(then, now)) {
            let rate = u128::from(least) * 1_000_000 / span.as_micros().max(1);
            self.bytes_per_second = u64::try_from(rate).ok();
            return self.bytes_per_second;
        }
        let idle = now.iter().filter(|glance| glance.part.is_none()).count();
        self.bytes_per_second.filter(|_| 2 * idle >= now.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const SECOND: Duration = Duration::from_secs(1);

    fn glance(part: Option<(Duration, u64)>, moved: u64) -> Glance {
        let part = part.map(|(age, moved)| PartUnderWay { age, moved });
        Glance { part, moved }
    }

    const IDLE: Option<(Duration, u64)> = None;

    /// Whether a part is far behind where 2 MiB a second are the least.
    fn is_behind(age: Duration, moved: u64) -> bool {
        far_behind(&[glance(Some((age, moved)), 0)], 2 * MIB) == [0]
    }

    #[test]
    fn a_part_that_has_moved_little_for_its_age_is_behind() {
        assert!(is_behind(2 * SECOND, MIB));
        assert!(!is_behind(2 * SECOND, 16 * MIB));
    }

    #[test]
    fn a_part_that_has_just_begun_is_not() {
        assert!(!is_behind(SECOND / 2, 0));
    }

    #[test]
    fn to_wait_for_an_answer_is_no_sign_before_it_takes_far_too_long() {
        assert!(!is_behind(3 * SECOND, 8 * MIB));
        assert!(is_behind(5 * SECOND, 8 * MIB));
    }

    #[test]
    fn a_part_that_was_begun_anew_and_an_empty_place_are_not() {
        assert!(far_behind(&[glance(IDLE, 0)], 2 * MIB).is_empty());
    }

    #[test]
    fn nobody_is_judged_before_enough_has_moved() {
        let still = [glance(Some((SECOND, 0)), 0); 4];
        assert_eq!(Usual::default().least(&still, &still, SECOND), None);
    }

    #[test]
    fn who_began_later_counts_as_a_peer() {
        let then = [glance(Some((SECOND, 0)), 0)];
        let later = glance(Some((SECOND, 0)), 16 * MIB);
        let now = [then[0], later, later, later];
        assert_eq!(Usual::default().least(&then, &now, SECOND), Some(2 * MIB));
    }

    #[test]
    fn the_last_parts_are_held_to_what_was_usual_before() {
        let mut usual = Usual::default();
        let then = [glance(Some((SECOND, 0)), 0); 4];
        let busy = [glance(Some((SECOND, 0)), 16 * MIB); 4];
        assert_eq!(usual.least(&then, &busy, SECOND), Some(2 * MIB));
        assert_eq!(usual.least(&busy, &busy, SECOND), None, "all stand still");
        let idle = glance(IDLE, 16 * MIB);
        let last = [busy[0], busy[1], idle, idle];
        assert_eq!(usual.least(&busy, &last, 2 * SECOND), Some(2 * MIB));
    }
}
