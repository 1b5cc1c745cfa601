//! In whatever order places are taken and given back.

use ossum_threads::{explore, scope};

use super::*;

#[test]
fn interleavings_leave_nobody_waiting_for_a_place_that_is_free() {
    explore("places of a stream", || {
        let places = Places::new(1);
        scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let chunk = places.take().unwrap();
                    places.give_back([chunk.freeze()]);
                });
            }
        });
        assert_eq!(places.state().free, 1);
    });
}

#[test]
fn interleavings_leave_nobody_waiting_when_nobody_wants_anything_any_more() {
    explore("places of a stream that ends", || {
        let places = Places::new(1);
        scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    // Never given back: only the end wakes who waits.
                    let _ = places.take();
                });
            }
            scope.spawn(|| places.close());
        });
        assert!(places.take().is_none());
    });
}
