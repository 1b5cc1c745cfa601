use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures_core::Stream;
use ossum_transfer::Event;

/// What happens in a transfer, as it happens: a stream for any runtime, which ends when the transfer
/// does.
///
/// Events arrive within about a tenth of a second. Whoever is slow misses nothing of any transfer
/// of up to 10,000 parts that has no more than a few thousand retries: 16,384 events wait, and of
/// more the oldest are forgotten. Dropping it changes nothing for the transfer.
#[derive(Debug)]
pub struct Events(Arc<Shared>);

/// Where events come from. Dropping it ends the stream.
#[derive(Debug)]
pub(crate) struct Feed(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Event>,
    has_ended: bool,
    waker: Option<Waker>,
}

/// So many events wait to be taken.
const MOST_WAITING: usize = 16_384;

/// A stream and what feeds it.
pub(crate) fn channel() -> (Feed, Events) {
    let shared = Arc::new(Shared::default());
    (Feed(Arc::clone(&shared)), Events(shared))
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        // No change is ever half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        let mut state = self.state();
        change(&mut state);
        let waker = state.waker.take();
        drop(state);
        self.changed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Feed {
    pub(crate) fn push(&self, event: Event) {
        self.0.change(|state| {
            if state.waiting.len() == MOST_WAITING {
                state.waiting.pop_front();
            }
            state.waiting.push_back(event);
        });
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.0.change(|state| state.has_ended = true);
    }
}

impl Events {
    /// A stream that has ended.
    pub(crate) fn none() -> Self {
        channel().1
    }

    /// Waits for the next event; `None` when the transfer has ended and every event is told.
    pub async fn next(&mut self) -> Option<Event> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// The same, blocking the thread.
    pub(crate) fn next_blocking(&mut self) -> Option<Event> {
        let unchanged = |state: &mut State| state.waiting.is_empty() && !state.has_ended;
        let state = self.0.changed.wait_while(self.0.state(), unchanged);
        state
            .unwrap_or_else(PoisonError::into_inner)
            .waiting
            .pop_front()
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let mut state = self.0.state();
        match state.waiting.pop_front() {
            Some(event) => Poll::Ready(Some(event)),
            None if state.has_ended => Poll::Ready(None),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Stream for Events {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        self.poll(context)
    }
}

#[cfg(test)]
mod tests {
    use ossum_transfer::Restarted;

    use super::*;

    fn event(parts: u32) -> Event {
        Event::Resumed { parts }
    }

    #[test]
    fn a_stream_tells_everything_and_ends_with_its_feed() {
        let (feed, mut events) = channel();
        feed.push(event(1));
        feed.push(Event::Restarted(Restarted::UploadGone));
        drop(feed);
        let told: Vec<_> = std::iter::from_fn(|| events.next_blocking()).collect();
        assert_eq!(told, [event(1), Event::Restarted(Restarted::UploadGone)]);
        assert_eq!(Events::none().next_blocking(), None);
    }

    #[test]
    fn of_too_many_the_oldest_are_forgotten() {
        let (feed, mut events) = channel();
        for parts in 0..=u32::try_from(MOST_WAITING).unwrap() {
            feed.push(event(parts));
        }
        assert_eq!(events.next_blocking(), Some(event(1)));
    }

    #[test]
    fn who_waits_is_woken() {
        let (feed, mut events) = channel();
        let waiting = std::thread::spawn(move || events.next_blocking());
        feed.push(event(1));
        assert_eq!(waiting.join().unwrap(), Some(event(1)));
    }
}
