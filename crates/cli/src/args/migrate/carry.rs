use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::{NonZeroU32, NonZeroUsize};

use ossum_transfer::PartSizeWish;
use ossum_types::{ByteSize, Invalid, Limit};

use super::{WorkArgs, WorkPlace};

const SHARD_EXAMPLES: &str = "\
Examples:
  ossum migrate run-shard oss://new-work/m1#7
                                             one shard, as an engine would have it done
  ossum migrate run-shard /mnt/work#$SLURM_ARRAY_TASK_ID --workers 20 --limit 10G
                                             one of 20 that share a line";

/// Carry out one shard of a plan, for whatever starts programs on machines
///
/// Killed anywhere and begun again, or begun twice at once, it comes to the same: what is done is not done
/// again. The exit code is 0 when all of the shard is done, 75 where to try again may be of use, and 42
/// where it is not: something is denied, or is not what was listed. What failed, and why, is in the
/// ledger.
#[derive(Debug, clap::Args)]
#[command(before_help = SHARD_EXAMPLES)]
pub(crate) struct MigrateRunShardArgs {
    /// The work place, #, and the number of the shard
    #[arg(value_name = "WORK#N", value_parser = ShardName::parse)]
    pub(crate) shard: ShardName,

    #[command(flatten)]
    pub(crate) carry: CarryArgs,
}

const RUN_EXAMPLES: &str = "\
Examples:
  ossum migrate run --work /mnt/work         all that is not done yet, here
  ossum migrate run --work oss://new-work/m1 --jobs 4 --finish";

/// Carry out all shards of a plan that are not done yet, on this machine
///
/// Interrupted and begun again it goes on. Others may be at the same plan at the same time; then a shard may
/// be carried out twice, which does no harm.
#[derive(Debug, clap::Args)]
#[command(before_help = RUN_EXAMPLES)]
pub(crate) struct MigrateRunArgs {
    #[command(flatten)]
    pub(crate) work: WorkArgs,

    /// How many shards are carried out at a time; they share what else is asked for
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) jobs: NonZeroUsize,

    /// Complete huge objects when all shards are done, as `finish` does
    #[arg(long)]
    pub(crate) finish: bool,

    #[command(flatten)]
    pub(crate) carry: CarryArgs,
}

const FINISH_EXAMPLES: &str = "\
Examples:
  ossum migrate finish --work oss://new-work/m1";

/// Complete huge objects, whose ranges were moved as rows, when all shards are done
///
/// Each is completed only if its source is as it was listed, and OSS has all of its bytes. Uploads that were
/// left open on the way are aborted.
#[derive(Debug, clap::Args)]
#[command(before_help = FINISH_EXAMPLES)]
pub(crate) struct MigrateFinishArgs {
    #[command(flatten)]
    pub(crate) work: WorkArgs,
}

/// How rows are moved.
#[derive(Debug, clap::Args)]
pub(crate) struct CarryArgs {
    /// How many requests are under way at a time
    #[arg(long, alias = "parallel", value_name = "N", default_value = "16")]
    pub(crate) concurrency: NonZeroUsize,

    /// Hard cap for all buffers together
    #[arg(long, value_name = "SIZE", default_value = "256M")]
    pub(crate) memory: ByteSize,

    /// Size of parts
    #[arg(long, value_name = "SIZE", default_value = "auto")]
    pub(crate) part_size: PartSizeWish,

    /// Bytes a second, of all workers together: 10M, 1M:10M for up and down, off, or by local time
    /// "08:00,1M 20:00,off"
    #[arg(long, value_name = "RATE|UP:DOWN|TIMETABLE")]
    pub(crate) limit: Option<Limit>,

    /// Requests a second to OSS, of all workers together
    #[arg(long, value_name = "N")]
    pub(crate) requests_per_second: Option<NonZeroU32>,

    /// Among how many workers these two are divided; each may move at least 10K a second
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) workers: NonZeroU32,

    /// Tell Prometheus how far it is, at http://ADDR/metrics; a port alone is one of this machine
    #[arg(long, value_name = "ADDR", value_parser = metrics_address)]
    pub(crate) metrics: Option<SocketAddr>,
}

impl Default for CarryArgs {
    /// As if none was typed.
    fn default() -> Self {
        Self {
            concurrency: NonZeroUsize::new(16).unwrap_or(NonZeroUsize::MIN),
            memory: ByteSize::new(256 << 20),
            part_size: PartSizeWish::Auto,
            limit: None,
            requests_per_second: None,
            workers: NonZeroU32::MIN,
            metrics: None,
        }
    }
}

/// A shard of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShardName {
    pub(crate) work: WorkPlace,
    pub(crate) number: u32,
}

impl ShardName {
    /// Reads what is typed. A `#` in the work place itself does no harm.
    pub(crate) fn parse(text: &str) -> Result<Self, Invalid> {
        let refuse = || Invalid::new("shard", text, "write WORK#N, as oss://bucket/m1#7");
        let (work, number) = text.rsplit_once('#').ok_or_else(refuse)?;
        Ok(Self {
            work: WorkPlace::parse(work)?,
            number: number.parse().map_err(|_| refuse())?,
        })
    }
}

fn metrics_address(text: &str) -> Result<SocketAddr, Invalid> {
    let port = text.strip_prefix(':').unwrap_or(text);
    if let Ok(port) = port.parse() {
        return Ok(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    let reason = "write a port, or an address and a port: 9100, 10.0.0.1:9100";
    text.parse()
        .map_err(|_| Invalid::new("address for metrics", text, reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_named_by_its_work_place_and_number() {
        let shard = ShardName::parse("oss://bkt/m1#7").unwrap();
        assert_eq!(shard.number, 7);
        assert_eq!(shard.work, WorkPlace::parse("oss://bkt/m1").unwrap());
        let odd = ShardName::parse("/a#1/w#000012").unwrap();
        assert_eq!(odd.work, WorkPlace::Directory("/a#1/w".into()));
        assert_eq!(odd.number, 12);
        for bad in ["/w", "/w#", "/w#-1", "/w#x", "#1"] {
            assert!(ShardName::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_port_alone_is_open_to_this_machine_only() {
        for text in ["9100", ":9100"] {
            assert!(metrics_address(text).unwrap().ip().is_loopback());
        }
        let named = metrics_address("0.0.0.0:9100").unwrap();
        assert!(named.ip().is_unspecified());
        assert!(metrics_address("here").is_err());
    }
}
