//! In whatever order parts are handed in and the account commits.

use std::collections::BTreeSet;

use ossum_threads::atomic::{AtomicUsize, Ordering};
use ossum_threads::{explore, go_on, scope};

use super::*;
use crate::error::ErrorKind;

/// Takes its time, and refuses number 13.
#[derive(Default)]
struct Ledger {
    noted: BTreeSet<u32>,
    committed: usize,
}

impl Account for Ledger {
    type Done = u32;

    fn note(&mut self, done: u32) -> Result<Option<Noted>, Error> {
        go_on();
        if done == 13 {
            return Err(Error::new(ErrorKind::Disk, "13"));
        }
        assert!(self.noted.insert(done), "{done} is noted twice");
        Ok(None)
    }

    fn commit(&mut self) -> Result<(), Error> {
        go_on();
        self.committed = self.noted.len();
        Ok(())
    }
}

fn nobody(_: Noted) {}

#[test]
fn interleavings_note_every_part_once_and_leave_none_behind() {
    explore("books", || {
        let books = Books::open(Ledger::default());
        let (working, over) = channel::<()>();
        scope(|scope| {
            let books = &books;
            scope.spawn(move || commit_until(&over, books, nobody, |error| panic!("{error}")));
            let hand_in = |parts: [u32; 2]| {
                for part in parts {
                    books.hand_in(part, nobody).unwrap();
                }
            };
            let first = scope.spawn(move || hand_in([1, 2]));
            let second = scope.spawn(move || hand_in([3, 4]));
            hand_in([5, 6]);
            first.join().unwrap();
            second.join().unwrap();
            drop(working);
        });
        assert_eq!(books.close().noted, (1..=6).collect());
    });
}

#[test]
fn interleavings_tell_exactly_one_of_a_part_that_cannot_be_noted() {
    explore("books, one is refused", || {
        let books = Books::open(Ledger::default());
        let told = AtomicUsize::new(0);
        let tell = |outcome: Result<(), Error>| {
            told.fetch_add(usize::from(outcome.is_err()), Ordering::Relaxed);
        };
        let (working, over) = channel::<()>();
        scope(|scope| {
            let (books, tell) = (&books, &tell);
            scope.spawn(move || commit_until(&over, books, nobody, |error| tell(Err(error))));
            let first = scope.spawn(move || tell(books.hand_in(13, nobody)));
            tell(books.hand_in(1, nobody));
            tell(books.hand_in(2, nobody));
            first.join().unwrap();
            drop(working);
        });
        assert_eq!(told.load(Ordering::Relaxed), 1);
        assert_eq!(books.close().noted, (1..=2).collect());
    });
}
