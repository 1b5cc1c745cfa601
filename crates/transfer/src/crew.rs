use std::num::NonZeroUsize;
use std::thread;

use ossum_client::transport::HttpTransport;

use crate::budget::{Budget, Permit};
use crate::options::Options;

/// How many workers move parts, and what each may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crew {
    /// At the beginning.
    pub(crate) workers: usize,
    /// As many as there may come to be.
    pub(crate) most: usize,
    /// What they share at the beginning.
    threads: usize,
}

/// Without a wish: enough to fill a line whose round trip is long, few enough to be cheap.
pub(crate) const USUAL_WORKERS: usize = 8;

/// Without a wish, so many where they bring something.
const MOST_WORKERS: usize = 64;

/// What all read buffers may take together; each connection has one, between these bounds.
const READ_BUFFERS_BYTES: usize = 8 << 20;
const READ_BUFFER_BYTES: (usize, usize) = (64 << 10, HttpTransport::READ_BUFFER_BYTES);

/// More workers than these share threads: more threads than these cost more than they bring.
const MOST_THREADS: usize = 16;

/// Of smaller parts, a worker moves so many a second that to change threads costs more than
/// what a thread of its own is for: a disk that stalls one of them holds up no other.
const LARGE_PART_BYTES: u64 = 1 << 20;

impl Crew {
    /// Decides how many workers move `parts` parts of `part_bytes`, and on how many threads.
    ///
    /// Never more than there are parts, nor more than the memory does for, but always one. Their
    /// number may grow where nobody asked for one, and nothing is shared with other transfers.
    pub(crate) fn decide(options: &Options, parts: u32, part_bytes: u64) -> Self {
        let affordable =
            usize::try_from(options.memory_bytes / Permit::BYTES).unwrap_or(usize::MAX);
        let most = affordable.min(usize::try_from(parts).unwrap_or(usize::MAX));
        let crew = match (options.concurrency, &options.budget) {
            (Some(wished), _) => Self::of(most.min(wished.get())),
            (None, Some(_)) => Self::of(most.min(USUAL_WORKERS)),
            (None, None) => Self::growing(most),
        };
        if part_bytes < LARGE_PART_BYTES {
            crew.on_threads(processors())
        } else {
            crew
        }
    }

    /// On no more threads than there are `processors`, but on two of them at least.
    fn on_threads(self, processors: usize) -> Self {
        let threads = processors.clamp(2, MOST_THREADS);
        Self { threads, ..self }
    }

    /// `workers` of them; at least one.
    pub(crate) fn of(workers: usize) -> Self {
        let workers = workers.max(1);
        Self {
            workers,
            most: workers,
            threads: MOST_THREADS,
        }
    }

    /// As many as bring something, but never more than `most`.
    pub(crate) fn growing(most: usize) -> Self {
        let most = most.clamp(1, MOST_WORKERS);
        Self {
            workers: most.min(USUAL_WORKERS),
            most,
            threads: MOST_THREADS,
        }
    }

    /// Whether there may come to be more than at the beginning, or fewer.
    pub(crate) fn grows(self) -> bool {
        self.most > self.workers
    }

    /// What they may use together: what `options` share with other transfers, or their own.
    pub(crate) fn budget_of(self, options: &Options) -> Budget {
        let requests = NonZeroUsize::new(self.workers).unwrap_or(NonZeroUsize::MIN);
        let own = || Budget::new(requests, options.memory_bytes);
        options.budget.clone().unwrap_or_else(own)
    }

    /// How many workers each thread has; the first is the calling one.
    ///
    /// Where the crew grows, threads that may never be needed have more of them each.
    pub(crate) fn loads(self) -> impl Iterator<Item = usize> + use<> {
        let threads = self.workers.min(self.threads);
        let first = (0..threads).map(move |thread| (self.workers + threads - 1 - thread) / threads);
        let (mut there, most) = (self.workers, self.most);
        let later = std::iter::from_fn(move || {
            let load = if there < MOST_THREADS { 2 } else { 4 };
            let load = load.min(most - there);
            there += load;
            (load > 0).then_some(load)
        });
        first.chain(later)
    }

    /// How large a connection's read buffer grows, where there are so many workers.
    pub(crate) fn read_buffer_bytes(workers: usize) -> usize {
        let (least, most) = READ_BUFFER_BYTES;
        (READ_BUFFERS_BYTES / workers.max(1)).clamp(least, most)
    }
}

/// How many of `hands` each thread has, where they share as many threads as there are processors, but two at
/// least and never more than there are hands.
///
/// For those who wait for the network and for nothing else: with a thread each, a machine changes threads for
/// every request.
pub fn hands_on_few_threads(hands: NonZeroUsize) -> impl Iterator<Item = usize> {
    Crew::of(hands.get()).on_threads(processors()).loads()
}

/// What this process may use of them; two where the system does not tell.
fn processors() -> usize {
    thread::available_parallelism().map_or(2, NonZeroUsize::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crew(concurrency: Option<usize>, memory_bytes: u64, parts: u32) -> Crew {
        let options = Options {
            concurrency: concurrency.and_then(NonZeroUsize::new),
            memory_bytes,
            ..Options::default()
        };
        Crew::decide(&options, parts, LARGE_PART_BYTES)
    }

    fn workers(concurrency: Option<usize>, memory_bytes: u64, parts: u32) -> usize {
        crew(concurrency, memory_bytes, parts).workers
    }

    #[test]
    fn nobody_is_hired_who_would_have_nothing_to_do() {
        assert_eq!(workers(None, 256 << 20, 10_000), USUAL_WORKERS);
        assert_eq!(workers(Some(64), 256 << 20, 3), 3);
        assert_eq!(workers(Some(64), 256 << 20, 0), 1);
    }

    #[test]
    fn memory_is_a_hard_cap_as_long_as_one_can_work() {
        assert_eq!(workers(Some(64), 4 << 20, 10_000), 4);
        assert_eq!(workers(Some(64), 1, 10_000), 1);
    }

    #[test]
    fn a_crew_grows_where_nobody_asked_for_a_number_and_nothing_is_shared() {
        assert_eq!(crew(None, 256 << 20, 10_000).most, MOST_WORKERS);
        assert_eq!(crew(None, 20 << 20, 10_000).most, 20);
        assert!(!crew(None, 256 << 20, 8).grows());
        assert!(!crew(Some(8), 256 << 20, 10_000).grows());
        let shared = Options {
            budget: Some(Budget::new(NonZeroUsize::MIN, 256 << 20)),
            ..Options::default()
        };
        assert!(!Crew::decide(&shared, 10_000, LARGE_PART_BYTES).grows());
    }

    #[test]
    fn up_to_sixteen_workers_have_a_thread_each_and_more_share_them_evenly() {
        let loads = |workers| Crew::of(workers).loads().collect::<Vec<_>>();
        assert_eq!(loads(1), [1]);
        assert_eq!(loads(16), [1; 16]);
        assert_eq!(loads(18), [2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(loads(64), [4; 16]);
    }

    #[test]
    fn workers_of_small_parts_share_as_many_threads_as_there_are_processors() {
        let loads = |workers, processors| {
            let crew = Crew::of(workers).on_threads(processors);
            crew.loads().collect::<Vec<_>>()
        };
        assert_eq!(loads(3, 2), [2, 1]);
        assert_eq!(loads(8, 2), [4, 4]);
        assert_eq!(loads(3, 64), [1, 1, 1]);
        assert_eq!(
            loads(4, 1),
            [2, 2],
            "a disk that stalls one has the other go on"
        );
    }

    #[test]
    fn those_who_come_later_share_threads() {
        let loads = |most| Crew::growing(most).loads().collect::<Vec<_>>();
        assert_eq!(loads(8), [1; 8]);
        assert_eq!(loads(19), [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3]);
        assert_eq!(loads(64).iter().sum::<usize>(), 64);
    }

    #[test]
    fn many_connections_share_what_few_would_have() {
        assert_eq!(
            [1, 16, 64, 255].map(Crew::read_buffer_bytes),
            [384 << 10, 384 << 10, 128 << 10, 64 << 10]
        );
    }
}
