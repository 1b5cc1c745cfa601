//! In whatever order requests begin and end, and their number changes.

use std::num::NonZeroUsize;

use futures_util::FutureExt;
use ossum_threads::{block_on, explore, pause, scope};

use super::*;

fn budget(requests: usize, memory_bytes: u64) -> Budget {
    Budget::new(NonZeroUsize::new(requests).unwrap(), memory_bytes)
}

/// Whoever is out beyond what is allowed goes before anybody begins.
fn surplus_goes_first(budget: &Budget) {
    let count = budget.requests.count();
    let free = budget.requests.places.available_permits();
    assert!(count.surplus == 0 || free == 0, "{count:?}, {free} free");
}

/// That nobody is under way, and exactly so many may be.
fn all_are_back(budget: &Budget, allowed: usize) {
    assert_eq!(budget.under_way(), 0);
    let take = || budget.take().now_or_never();
    let held: Vec<_> = std::iter::from_fn(take).take(allowed + 1).collect();
    assert_eq!(held.len(), allowed);
}

#[test]
fn interleavings_lose_no_request_and_let_none_begin_too_early() {
    explore("budget, its number changes", || {
        let budget = budget(2, 256 << 20);
        scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    block_on(async {
                        let permit = budget.take().await;
                        pause().await;
                        drop(permit);
                    });
                });
            }
            scope.spawn(|| {
                for allowed in [1, 3, 1] {
                    budget.allow(allowed);
                    surplus_goes_first(&budget);
                }
                surplus_goes_first(&budget);
            });
        });
        all_are_back(&budget, 1);
    });
}

#[test]
fn interleavings_lose_no_request_of_those_who_gave_up_waiting() {
    explore("budget, some give up", || {
        let budget = budget(1, 256 << 20);
        scope(|scope| {
            scope.spawn(|| {
                block_on(async {
                    let mut permit = budget.take().await;
                    pause().await;
                    permit.line_up_again().await;
                });
            });
            scope.spawn(|| {
                let mut waiting = Box::pin(budget.take());
                let _ = waiting.as_mut().now_or_never();
                drop(waiting);
            });
            scope.spawn(|| {
                let mut permit = block_on(budget.take());
                let mut again = Box::pin(permit.line_up_again());
                let _ = again.as_mut().now_or_never();
            });
        });
        all_are_back(&budget, 1);
    });
}

#[test]
fn interleavings_of_those_who_line_up_again_end_however_little_memory_there_is() {
    explore("budget, memory for two", || {
        let budget = budget(2, 2 * Permit::BYTES);
        scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    block_on(async {
                        let mut permit = budget.take().await;
                        permit.line_up_again().await;
                    });
                });
            }
        });
        all_are_back(&budget, 2);
    });
}
