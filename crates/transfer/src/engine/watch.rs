//! Sees to it that one bad connection does not hold up all the others at the end.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};

use super::{Account, Mover, Shared};
use crate::place::{Glance, Place};

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
        let behind = far_behind(&then, &now, least);
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

/// Those of the places in which the same part is under way as then, and has moved less than `least`.
fn far_behind(then: &[Glance], now: &[Glance], least: u64) -> Vec<usize> {
    let moved = moved(then, now);
    let is_behind = |place: &usize| {
        let (then, now) = (then[*place].part, now[*place].part);
        now.is_some() && now == then && moved[*place] < least
    };
    (0..then.len()).filter(is_behind).collect()
}

/// What nobody moves less of, unless their connection is bad.
#[derive(Debug, Default)]
struct Usual {
    /// As the peers showed it when they last told anything.
    bytes_per_second: Option<u64>,
}

impl Usual {
    /// What a place has to have moved in `span`, from then to now; `None` while nothing tells.
    ///
    /// The last parts have no peers any more: they are held to what was usual before.
    fn least(&mut self, then: &[Glance], now: &[Glance], span: Duration) -> Option<u64> {
        let micros = span.as_micros().max(1);
        if let Some(least) = ossum_plan::least_of_peers(&moved(then, now)) {
            let rate = u128::from(least) * 1_000_000 / micros;
            self.bytes_per_second = u64::try_from(rate).ok();
            return Some(least);
        }
        let idle = now.iter().filter(|glance| glance.part.is_none()).count();
        let rate = self.bytes_per_second.filter(|_| 2 * idle >= now.len())?;
        u64::try_from(u128::from(rate) * micros / 1_000_000).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;
    const SECOND: Duration = Duration::from_secs(1);

    fn glance(part: Option<u64>, moved: u64) -> Glance {
        Glance { part, moved }
    }

    /// A part is under way in each of four places, of which nothing has moved.
    fn then() -> [Glance; 4] {
        [glance(Some(1), 0); 4]
    }

    /// Who is far behind when three have moved on, and the last one is as it says.
    fn behind(last: Glance) -> Vec<usize> {
        let moved_on = glance(Some(2), 16 * MIB);
        let now = [moved_on, moved_on, moved_on, last];
        let least = Usual::default().least(&then(), &now, SECOND).unwrap();
        far_behind(&then(), &now, least)
    }

    #[test]
    fn a_part_that_was_under_way_all_the_time_and_moved_little_is_behind() {
        assert_eq!(behind(glance(Some(1), MIB)), [3]);
    }

    #[test]
    fn a_large_part_that_moves_like_the_others_is_not() {
        assert!(behind(glance(Some(1), 16 * MIB)).is_empty());
    }

    #[test]
    fn a_part_that_has_just_begun_is_not() {
        assert!(behind(glance(Some(2), 0)).is_empty());
    }

    #[test]
    fn a_part_that_was_begun_anew_and_an_empty_place_are_not() {
        assert!(behind(glance(None, 0)).is_empty());
    }

    #[test]
    fn nobody_is_judged_before_enough_has_moved() {
        assert_eq!(Usual::default().least(&then(), &then(), SECOND), None);
    }

    #[test]
    fn who_began_later_counts_and_is_not_judged() {
        let later = glance(Some(1), 16 * MIB);
        let now = [glance(Some(1), 0), later, later, glance(Some(1), 0)];
        let least = Usual::default().least(&then()[..1], &now, SECOND);
        assert_eq!(least, Some(2 * MIB));
        assert_eq!(far_behind(&then()[..1], &now, 2 * MIB), [0]);
    }

    #[test]
    fn the_last_parts_are_held_to_what_was_usual_before() {
        let mut usual = Usual::default();
        let busy = [glance(Some(2), 16 * MIB); 4];
        assert_eq!(usual.least(&then(), &busy, SECOND), Some(2 * MIB));
        assert_eq!(usual.least(&busy, &busy, SECOND), None, "all stand still");
        let last = [
            busy[0],
            busy[1],
            glance(None, 16 * MIB),
            glance(None, 16 * MIB),
        ];
        assert_eq!(usual.least(&busy, &last, 2 * SECOND), Some(4 * MIB));
    }
}
