//! How the rows of shards are moved, as options say.

use std::num::{NonZeroU32, NonZeroU64};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ossum_checkpoint::Holder;
use ossum_client::{Client, Limiter, RequestRate};
use ossum_migrate::ledger::{Became, Line};
use ossum_migrate::{Job, Mover, Place, Progress, Reader, RunShard, Source};
use ossum_transfer::{Budget, Options};
use ossum_types::{Limit, Rate, Rates};

use super::metrics::Metrics;
use super::places;
use crate::args::{CarryArgs, WorkArgs};
use crate::command::limited::second_of_day;
use crate::failure::Failure;
use crate::output::RowFailed;
use crate::session::Session;

/// What is carried out, and with what.
pub(super) struct Carrying {
    pub(super) client: Client,
    pub(super) place: Place,
    pub(super) job: Job,
    pub(super) way: RunShard,
    pub(super) progress: Arc<Progress>,
    _metrics: Option<Metrics>,
}

impl Carrying {
    /// Looks at the plan, and asks as its source and destination are to be asked.
    pub(super) fn begin(
        session: &Session,
        work: &WorkArgs,
        args: &CarryArgs,
    ) -> Result<Self, Failure> {
        let place = places::work(session, work)?;
        let job = Job::read(&place)?;
        let client = session.client_for(&job.destination.url.bucket)?;
        let bounds = Bounds::of(args);
        let budget = Budget::new(args.concurrency, args.memory.get());
        let way = RunShard {
            reader: reader(session, &client, &job.source, &bounds)?,
            mover: mover(&job.source),
            at_once: args.concurrency,
            options: Options {
                part_size: args.part_size,
                memory_bytes: args.memory.get(),
                budget: Some(budget),
                ..Options::default()
            },
            worker: worker(),
        };
        let progress = Arc::new(Progress::new());
        let cancelled = Arc::clone(&progress);
        session.interrupts.end_by(move || cancelled.cancel());
        let metrics = args.metrics.map(|at| Metrics::serve(at, &progress));
        Ok(Self {
            client: bounds.held(client),
            place,
            job,
            way,
            progress,
            _metrics: metrics.transpose()?,
        })
    }
}

/// Tells of a row that failed.
pub(super) fn tell_of_row(session: &Session, shard: Option<u32>, line: &Line) {
    if let Became::Failed(cause) = &line.became {
        // That nobody reads it changes nothing about the ledger, which has it as well.
        let _ = session.output.note(&RowFailed::of(shard, line, cause));
    }
}

/// Opens what is to be migrated, objects of OSS within `bounds`.
fn reader(
    session: &Session,
    client: &Client,
    source: &Source,
    bounds: &Bounds,
) -> Result<Reader, Failure> {
    let objects = places::source(session, source)?.unwrap_or_else(|| client.clone());
    Ok(Reader::of(source, &bounds.held(objects), client)?)
}

/// Where source and destination are asked in the same way, OSS copies by itself.
fn mover(source: &Source) -> Mover {
    match source {
        Source::Oss {
            endpoint: None,
            region: None,
            profile: None,
            ..
        } => Mover::Oss,
        _ => Mover::Here,
    }
}

/// The machine and the process, as ledgers have them.
pub(super) fn worker() -> String {
    let holder = Holder::this_process(SystemTime::now());
    format!("{} {}", holder.host, holder.process)
}

/// What all requests of this worker are held to.
#[derive(Default)]
pub(super) struct Bounds {
    limiter: Option<Limiter>,
    rate: Option<RequestRate>,
}

impl Bounds {
    fn of(args: &CarryArgs) -> Self {
        let workers = args.workers;
        let limit = args.limit.clone();
        let limiter = limit.map(|limit| Limiter::new(move || share(&limit, workers)));
        let rate = args.requests_per_second.map(|requests| {
            let gap = f64::from(workers.get()) / f64::from(requests.get());
            RequestRate::one_every(Duration::from_secs_f64(gap))
        });
        Self { limiter, rate }
    }

    fn held(&self, client: Client) -> Client {
        let client = match &self.limiter {
            Some(limiter) => client.with_limiter(limiter.clone()),
            None => client,
        };
        match &self.rate {
            Some(rate) => client.with_request_rate(rate.clone()),
            None => client,
        }
    }
}

/// The least share, in bytes a second, as of any limit: with less, connections look as if they stood still.
const LEAST: NonZeroU64 = NonZeroU64::new(10 << 10).unwrap();

/// What one of so many workers may move.
fn share(limit: &Limit, workers: NonZeroU32) -> Rates {
    let all = limit.at(second_of_day());
    let each = |rate: Rate| {
        let bytes = rate.bytes_per_second() / u64::from(workers.get());
        Rate::new(NonZeroU64::new(bytes).unwrap_or(LEAST).max(LEAST))
    };
    Rates {
        up: all.up.map(each),
        down: all.down.map(each),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn workers_share_a_rate() {
        let limit: Limit = "10M:off".parse().unwrap();
        let rates = share(&limit, NonZeroU32::new(10).unwrap());
        assert_eq!(rates.up.unwrap().bytes_per_second(), 1 << 20);
        assert_eq!(rates.down, None);
        let tiny: Limit = "20K".parse().unwrap();
        let rates = share(&tiny, NonZeroU32::new(10).unwrap());
        assert_eq!(rates.up.unwrap().bytes_per_second(), 10 << 10);
    }
}
