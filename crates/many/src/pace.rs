use std::cell::Cell;
use std::time::Duration;

/// Over so many items it is looked how long one takes.
const ITEMS: u32 = 16;

/// A thread that is busy so long with each item is held up: by a disk, or by how large items are. A
/// small one takes a tenth of a millisecond, and several times that where others want the processor.
const LONG: Duration = Duration::from_millis(4);

/// How long a thread is busy with an item.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    busy: Cell<Duration>,
    items: Cell<u32>,
}

impl Pace {
    /// Takes note of time in which the thread did not wait for the network.
    pub(crate) fn busy(&self, time: Duration) {
        self.busy.set(self.busy.get().saturating_add(time));
    }

    /// Takes note of an item that is done. Tells, now and then, that the thread is held up.
    pub(crate) fn item_done(&self) -> bool {
        self.items.set(self.items.get() + 1);
        if self.items.get() < ITEMS {
            return false;
        }
        self.items.set(0);
        self.busy.take() > LONG * ITEMS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held_up(busy_with_each: Duration) -> Vec<u32> {
        let pace = Pace::default();
        let told = (1..=2 * ITEMS).filter(|_| {
            pace.busy(busy_with_each);
            pace.item_done()
        });
        told.collect()
    }

    #[test]
    fn a_thread_is_held_up_where_its_items_take_long_and_that_is_told_once_in_a_while() {
        assert_eq!(held_up(LONG + Duration::from_millis(1)), [ITEMS, 2 * ITEMS]);
        assert!(held_up(Duration::from_micros(100)).is_empty());
        assert!(held_up(LONG).is_empty());
    }

    #[test]
    fn one_long_stay_among_many_short_ones_is_nothing() {
        let pace = Pace::default();
        pace.busy(LONG * 10);
        assert!((0..10 * ITEMS).all(|_| !pace.item_done()));
    }
}
