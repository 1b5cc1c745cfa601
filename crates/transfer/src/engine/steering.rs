use std::time::{Duration, Instant};

use ossum_plan::{Concurrency, Progress};
use tokio::time::MissedTickBehavior;

use super::staff::Staff;
use super::{Account, Mover, Shared};

/// How often the progress is looked at. A look takes a microsecond or so.
const LOOK: Duration = Duration::from_millis(20);

/// Has as many workers work as bring something. Never ends by itself.
pub(super) async fn steer<M: Mover, A: Account<Done = M::Done>>(
    staff: &mut Staff<M, A>,
    grain_bytes: u64,
) {
    let crew = staff.crew;
    if !crew.grows() {
        return std::future::pending().await;
    }
    let meter = staff.shared().monitor.meter();
    let round_trip = meter.round_trip().unwrap_or_default();
    let mut wanted = Concurrency::new(crew.workers, crew.most, grain_bytes, round_trip);
    tracing::debug!(
        most = crew.most,
        ?round_trip,
        "{} requests at a time at first",
        wanted.requests()
    );
    have(staff, wanted.requests());
    let (began, before) = (Instant::now(), progress(staff.shared(), Duration::ZERO));
    let mut looks = tokio::time::interval(LOOK);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        looks.tick().await;
        let now = progress(staff.shared(), began.elapsed());
        let Some(change) = wanted.learn(since(before, now)) else {
            continue;
        };
        tracing::debug!("{change}");
        have(staff, change.requests);
    }
}

/// Has so many requests under way at a time, from now on.
fn have<M: Mover, A: Account<Done = M::Done>>(staff: &mut Staff<M, A>, requests: usize) {
    staff.shared().budget.allow(requests);
    if let Err(error) = staff.grow_to(requests) {
        // Those there are do the work.
        tracing::debug!("{error}");
    }
}

/// What has come since `before`.
fn since(before: Progress, now: Progress) -> Progress {
    Progress {
        bytes: now.bytes - before.bytes,
        refused: now.refused - before.refused,
        timeouts: now.timeouts - before.timeouts,
        ..now
    }
}

fn progress<M: Mover, A: Account>(shared: &Shared<M, A>, at: Duration) -> Progress {
    let meter = shared.monitor.meter();
    Progress {
        at,
        bytes: shared.monitor.snapshot().bytes_moved,
        refused: meter.refused(),
        timeouts: meter.timeouts(),
        under_way: shared.budget.under_way(),
    }
}
