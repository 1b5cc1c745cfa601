//! The threads of a run in whatever order: who finds, who takes, and who ends it.

use std::collections::BTreeSet;
use std::sync::Mutex;

use ossum_threads::{explore, go_on, scope};

use crate::error::Error;
use crate::halt::Halt;
use crate::monitor::Monitor;
use crate::queue::{Finder, Queue, Taker};
use crate::slots::Slots;
use crate::told::What;

fn find(finder: &Finder<'_, u32>, items: u32) -> bool {
    (0..items).all(|item| finder.put(item).is_ok())
}

fn take(taker: &Taker<'_, u32>, most: usize) -> Vec<u32> {
    std::iter::from_fn(|| taker.take()).take(most).collect()
}

#[test]
fn interleavings_of_a_run_take_every_item_once_and_end() {
    explore("queue of a run", || {
        let queue = Queue::new(2);
        let takers = [queue.taker(), queue.taker()];
        let taken = scope(|scope| {
            let takers = takers.map(|taker| scope.spawn(move || take(&taker, usize::MAX)));
            let finder = queue.finder();
            assert!(find(&finder, 5));
            drop(finder);
            takers.map(|taker| taker.join().unwrap())
        });
        let taken = taken.concat();
        assert_eq!(taken.len(), 5);
        assert_eq!(BTreeSet::from_iter(taken), (0..5).collect());
    });
}

#[test]
fn interleavings_of_a_run_end_when_those_who_take_go_away() {
    explore("queue of a run that is halted", || {
        let queue = Queue::new(2);
        let (one, other) = (queue.taker(), queue.taker());
        let (found, taken) = scope(|scope| {
            let one = scope.spawn(move || take(&one, 1));
            let other = scope.spawn(move || take(&other, 2));
            let finder = queue.finder();
            let found = find(&finder, 9);
            drop(finder);
            (found, [one.join().unwrap(), other.join().unwrap()].concat())
        });
        assert!(!found, "nobody takes so many");
        assert_eq!(BTreeSet::from_iter(taken), (0..3).collect());
    });
}

#[test]
fn interleavings_of_a_run_give_every_slot_to_somebody() {
    explore("slots", || {
        let slots = Slots::new(2);
        let held = Mutex::new(0);
        scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let slot = slots.take();
                    let now = {
                        let mut held = held.lock().unwrap();
                        *held += 1;
                        *held
                    };
                    assert!(now <= 2);
                    go_on();
                    *held.lock().unwrap() -= 1;
                    drop(slot);
                });
            }
        });
    });
}

#[test]
fn interleavings_of_a_run_cancel_what_begins_while_it_ends() {
    explore("monitor of a run", || {
        let monitor = Monitor::new();
        let what = What {
            source: "a".to_owned(),
            destination: "b".to_owned(),
        };
        let begun = scope(|scope| {
            scope.spawn(|| monitor.cancel());
            monitor.begin("a", &what)
        });
        // As much of it as others may see.
        let shown = format!("{:?}", begun.monitor());
        assert!(shown.contains("is_cancelled: true"), "{shown}");
    });
}

#[test]
fn interleavings_of_a_run_tell_one_reason_and_begin_nothing_after_it() {
    explore("halt", || {
        let monitor = Monitor::new();
        let halt = Halt::new(&monitor);
        scope(|scope| {
            scope.spawn(|| halt.begin_no_more(Error::Loop));
            scope.spawn(|| {
                halt.stop(Error::Loop);
                assert!(!halt.goes_on());
            });
        });
        assert!(!halt.goes_on());
        assert!(matches!(halt.outcome(), Err(Error::Loop)));
    });
}
