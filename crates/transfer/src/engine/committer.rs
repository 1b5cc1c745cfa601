use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Account, Mover, Shared};

/// How long small parts gather before they are written down, after those before them: to wake a
/// thread for each of many costs more than to write them down. What gathers is moved again after a
/// crash, so that larger ones do not.
const GATHERING: Duration = Duration::from_millis(2);
const SMALL_PART_BYTES: u64 = 1 << 20;

/// How often an account is asked to commit when nothing else happens.
const COMMIT_INTERVAL: Duration = Duration::from_secs(1);

/// The committer: ends when no worker is left.
pub(super) fn commit<M: Mover, A: Account<Done = M::Done>>(
    shared: &Shared<M>,
    account: &Mutex<A>,
    inbox: &Receiver<M::Done>,
) {
    let mut account = account.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        let kept = match inbox.recv_timeout(COMMIT_INTERVAL) {
            Ok(done) => {
                let mut are_small = true;
                let noted = std::iter::once(done)
                    .chain(inbox.try_iter())
                    .try_for_each(|done| {
                        let noted = account.note(done)?;
                        let part = noted.as_ref().map(|noted| noted.part.range.len());
                        are_small &= part.is_none_or(|bytes| bytes < SMALL_PART_BYTES);
                        shared.tell(noted);
                        Ok(())
                    });
                let kept = noted.and_then(|()| account.commit());
                if are_small {
                    std::thread::sleep(GATHERING);
                }
                kept
            }
            Err(RecvTimeoutError::Timeout) => account.commit(),
            Err(RecvTimeoutError::Disconnected) => return,
        };
        if let Err(error) = kept {
            shared.fail(error);
        }
    }
}
