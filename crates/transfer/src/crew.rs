use crate::budget::Permit;
use crate::options::Options;

/// How many workers move parts, and what each may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Crew {
    pub(crate) workers: usize,
    pub(crate) read_buffer_bytes: usize,
}

/// Without a wish: enough to fill a line whose round trip is long, few enough to be cheap.
pub(crate) const USUAL_WORKERS: usize = 8;

/// What all read buffers may take together; each connection has one, between these bounds.
const READ_BUFFERS_BYTES: usize = 8 << 20;
const READ_BUFFER_BYTES: (usize, usize) = (64 << 10, 512 << 10);

/// More workers than these share threads: more threads than these cost more than they bring.
const MOST_THREADS: usize = 16;

impl Crew {
    /// Decides how many workers move `parts` parts.
    ///
    /// Never more than there are parts, nor more than the memory does for, but always one.
    pub(crate) fn decide(options: &Options, parts: u32) -> Self {
        let wished = options.concurrency.map_or(USUAL_WORKERS, usize::from);
        let affordable =
            usize::try_from(options.memory_bytes / Permit::BYTES).unwrap_or(usize::MAX);
        let parts = usize::try_from(parts).unwrap_or(usize::MAX);
        Self::of(wished.min(affordable).min(parts))
    }

    /// `workers` of them; at least one.
    pub(crate) fn of(workers: usize) -> Self {
        let workers = workers.max(1);
        let (least, most) = READ_BUFFER_BYTES;
        Self {
            workers,
            read_buffer_bytes: (READ_BUFFERS_BYTES / workers).clamp(least, most),
        }
    }

    /// How many workers each thread has; the first is the calling one.
    pub(crate) fn loads(self) -> impl Iterator<Item = usize> {
        let threads = self.workers.min(MOST_THREADS);
        (0..threads).map(move |thread| (self.workers + threads - 1 - thread) / threads)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroUsize;

    use super::*;

    fn workers(concurrency: Option<usize>, memory_bytes: u64, parts: u32) -> usize {
        let options = Options {
            concurrency: concurrency.and_then(NonZeroUsize::new),
            memory_bytes,
            ..Options::default()
        };
        Crew::decide(&options, parts).workers
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
    fn up_to_sixteen_workers_have_a_thread_each_and_more_share_them_evenly() {
        let loads = |workers| {
            let crew = Crew {
                workers,
                read_buffer_bytes: 0,
            };
            crew.loads().collect::<Vec<_>>()
        };
        assert_eq!(loads(1), [1]);
        assert_eq!(loads(16), [1; 16]);
        assert_eq!(loads(18), [2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(loads(64), [4; 16]);
    }

    #[test]
    fn many_connections_share_what_few_would_have() {
        let buffer = |concurrency| {
            let concurrency = NonZeroUsize::new(concurrency);
            let options = Options {
                concurrency,
                ..Options::default()
            };
            Crew::decide(&options, 10_000).read_buffer_bytes
        };
        assert_eq!(
            (buffer(1), buffer(16), buffer(64), buffer(255)),
            (512 << 10, 512 << 10, 128 << 10, 64 << 10)
        );
    }
}
