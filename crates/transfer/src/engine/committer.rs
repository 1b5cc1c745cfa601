//! Who takes note of what is there, and who makes it last.

use std::sync::Arc;
use std::time::Duration;

use ossum_threads::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use ossum_threads::thread::JoinHandle;
use ossum_threads::{Mutex, MutexGuard, PoisonError, TryLockError};

use super::{Account, Mover, Noted, Shared};
use crate::error::Error;
use crate::thread;

/// The account, and the finished parts that it has not taken note of yet.
///
/// Whoever finishes a part writes it down, which costs less than to wake somebody who does, and
/// leaves no moment in which a part is there and nothing says so. Nobody waits for the account: while
/// somebody has it, a sync under way perhaps, parts are left for them.
pub(super) struct Books<A: Account> {
    account: Mutex<A>,
    /// Never held while anything is done that takes time.
    left: Mutex<Vec<A::Done>>,
}

/// How often an account is asked to commit.
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

impl<A: Account> Books<A> {
    pub(super) fn open(account: A) -> Self {
        Self {
            account: Mutex::new(account),
            left: Mutex::default(),
        }
    }

    /// Has a part taken note of, and tells of each that now is. An error is the first of several.
    pub(super) fn hand_in(&self, done: A::Done, tell: impl Fn(Noted)) -> Result<(), Error> {
        self.left().push(done);
        self.catch_up(tell)
    }

    /// Asks the account to commit; then it takes note of what came meanwhile.
    fn commit(&self, tell: impl Fn(Noted)) -> Result<(), Error> {
        let committed = {
            let mut account = self.account.lock().unwrap_or_else(PoisonError::into_inner);
            account.commit()
        };
        let noted = self.catch_up(tell);
        committed.and(noted)
    }

    fn catch_up(&self, tell: impl Fn(Noted)) -> Result<(), Error> {
        let mut outcome = Ok(());
        // Who has the account looks again after giving it back, so that nothing is left behind.
        while !self.left().is_empty() {
            let mut account = match self.account.try_lock() {
                Ok(account) => account,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => break,
            };
            let left = std::mem::take(&mut *self.left());
            for done in left {
                match account.note(done) {
                    Ok(noted) => noted.into_iter().for_each(&tell),
                    Err(error) => outcome = outcome.and(Err(error)),
                }
            }
        }
        outcome
    }

    /// The account, when nobody has it any more.
    pub(super) fn close(self) -> A {
        let account = self.account.into_inner();
        account.unwrap_or_else(PoisonError::into_inner)
    }

    fn left(&self) -> MutexGuard<'_, Vec<A::Done>> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The thread that has the account commit, while this is there.
pub(super) struct Committer<M: Mover, A: Account<Done = M::Done>> {
    shared: Arc<Shared<M, A>>,
    /// Tells by its end that nobody works any more.
    working: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl<M: Mover, A: Account<Done = M::Done>> Committer<M, A> {
    /// Starts it.
    pub(super) fn hire(shared: &Arc<Shared<M, A>>) -> Result<Self, Error> {
        let (working, over) = channel();
        let theirs = Arc::clone(shared);
        let commit = move || theirs.commit_until(&over);
        Ok(Self {
            shared: Arc::clone(shared),
            working: Some(working),
            thread: Some(thread::spawn("ossum-committer".to_owned(), commit)?),
        })
    }
}

impl<M: Mover, A: Account<Done = M::Done>> Drop for Committer<M, A> {
    /// Blocks until it has ended, also while a panic unwinds the calling thread.
    fn drop(&mut self) {
        self.working = None;
        if let Some(thread) = self.thread.take() {
            self.shared.join(thread);
        }
    }
}

/// Asks the account to commit now and then, until nobody is left who could say that it is over. On
/// a thread of its own: to commit may take as long as a disk does.
pub(super) fn commit_until<A: Account>(
    over: &Receiver<()>,
    books: &Books<A>,
    tell: impl Fn(Noted),
    fail: impl Fn(Error),
) {
    while over.recv_timeout(COMMIT_INTERVAL) == Err(RecvTimeoutError::Timeout) {
        if let Err(error) = books.commit(&tell) {
            fail(error);
        }
    }
}

#[cfg(test)]
#[cfg(feature = "interleavings")]
mod interleavings;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::error::ErrorKind;

    /// Notes even numbers, and refuses odd ones.
    #[derive(Default)]
    struct Even(Vec<u32>);

    impl Account for Even {
        type Done = u32;

        fn note(&mut self, done: u32) -> Result<Option<Noted>, Error> {
            if done % 2 == 1 {
                return Err(Error::new(ErrorKind::Disk, done.to_string()));
            }
            self.0.push(done);
            Ok(None)
        }

        fn commit(&mut self) -> Result<(), Error> {
            Ok(())
        }
    }

    fn nobody(_: Noted) {}

    #[test]
    fn a_part_is_noted_when_it_is_handed_in() {
        let books = Books::open(Even::default());
        books.hand_in(2, nobody).unwrap();
        assert_eq!(books.account.lock().unwrap().0, [2]);
    }

    #[test]
    fn while_somebody_has_the_account_nobody_waits_and_nothing_is_left_behind() {
        let books = Books::open(Even::default());
        let account = books.account.lock().unwrap();
        books.hand_in(2, nobody).unwrap();
        books.hand_in(4, nobody).unwrap();
        assert!(account.0.is_empty());
        drop(account);
        books.commit(nobody).unwrap();
        assert_eq!(books.close().0, [2, 4]);
    }

    #[test]
    fn one_that_cannot_be_noted_keeps_no_other_from_it() {
        let books = Books::open(Even::default());
        let account = books.account.lock().unwrap();
        for done in [1, 2, 3] {
            books.hand_in(done, nobody).unwrap();
        }
        drop(account);
        let failed = books.hand_in(4, nobody).unwrap_err();
        assert_eq!(failed.to_string(), "1");
        assert_eq!(books.close().0, [2, 4]);
    }

    #[test]
    fn each_part_is_told_of_once() {
        let books = Books::open(Telling);
        let told = Cell::new(0);
        for done in 1..=3 {
            books.hand_in(done, |_| told.set(told.get() + 1)).unwrap();
        }
        assert_eq!(told.get(), 3);
    }

    struct Telling;

    impl Account for Telling {
        type Done = u64;

        fn note(&mut self, done: u64) -> Result<Option<Noted>, Error> {
            let layout =
                ossum_plan::PartLayout::new(done, ossum_types::PartSize::new(1 << 20).unwrap());
            let part = layout.unwrap().parts().next().unwrap();
            Ok(Some(Noted {
                part,
                reused: false,
            }))
        }

        fn commit(&mut self) -> Result<(), Error> {
            Ok(())
        }
    }
}
