//! A transfer of one part: nobody is hired and nothing handed over, as with most small objects.

use ossum_client::Client;

use super::{Account, Mover, Work, move_named};
use crate::budget::Budget;
use crate::error::Error;
use crate::monitor::Monitor;

impl<J> Work<J> {
    /// The only part; all of the work if there are more, or may be.
    pub(super) fn only(mut self) -> Result<J, Self> {
        let parts = usize::from(self.first.is_some()) + self.moving.len() + self.checking.len();
        if parts != 1 || self.coming.is_some() {
            return Err(self);
        }
        let Self {
            first,
            moving,
            checking,
            ..
        } = &mut self;
        let only = first.take().or_else(|| moving.pop());
        only.or_else(|| checking.pop()).ok_or(self)
    }
}

/// Moves the only part there is, on the calling thread.
pub(super) async fn run<M: Mover, A: Account<Done = M::Done>>(
    client: &Client,
    mover: &M,
    job: M::Job,
    budget: &Budget,
    account: &mut A,
    monitor: &Monitor,
) -> Result<(), Error> {
    let done = tokio::select! {
        biased;
        () = monitor.token().cancelled() => return Err(Error::cancelled()),
        done = move_it(client, mover, job, budget, monitor) => done?,
    };
    if let Some(noted) = account.note(done)? {
        monitor.part_done(noted.part, noted.reused);
    }
    account.commit()?;
    if monitor.token().is_cancelled() {
        return Err(Error::cancelled());
    }
    Ok(())
}

async fn move_it<M: Mover>(
    client: &Client,
    mover: &M,
    job: M::Job,
    budget: &Budget,
    monitor: &Monitor,
) -> Result<M::Done, Error> {
    monitor.unpaused().await;
    // The permit first, and then the bytes.
    let _permit = budget.take().await;
    move_named(mover, client, job, monitor).await
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::crew::Crew;
    use crate::engine::BODY_GRAIN_BYTES;
    use crate::options::Options;

    fn work(first: Option<u8>, moving: &[u8], checking: &[u8]) -> Work<u8> {
        let crew = Crew::of(1);
        Work {
            crew,
            budget: crew.budget_of(&Options::default()),
            grain_bytes: BODY_GRAIN_BYTES,
            first,
            moving: moving.to_vec(),
            checking: checking.to_vec(),
            coming: None,
        }
    }

    #[test]
    fn a_part_is_the_only_one_wherever_it_is() {
        for only in [
            work(Some(1), &[], &[]),
            work(None, &[1], &[]),
            work(None, &[], &[1]),
        ] {
            assert_eq!(only.only().ok(), Some(1));
        }
    }

    #[test]
    fn where_others_are_or_may_come_it_is_not() {
        let (_sender, coming) = unbounded_channel();
        let coming = Work {
            coming: Some(coming),
            ..work(Some(1), &[], &[])
        };
        for several in [
            work(None, &[], &[]),
            work(Some(1), &[2], &[]),
            work(None, &[1], &[2]),
            coming,
        ] {
            assert!(several.only().is_err());
        }
    }
}
