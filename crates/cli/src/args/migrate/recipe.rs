use std::num::NonZeroU32;

use clap::ValueEnum;
use ossum_migrate::Engine;
use ossum_types::{Invalid, Limit};

use super::WorkArgs;

const EXAMPLES: &str = "\
Examples:
  ossum migrate recipe slurm --work /mnt/work --workers 20 > migrate.sh
                                             then sbatch migrate.sh
  ossum migrate recipe k8s --work oss://new-work/m1 --image registry.example/ossum:1 > migrate.yaml
                                             then kubectl apply -f migrate.yaml
  ossum migrate recipe systemd --work oss://new-work/m1 > /etc/systemd/system/ossum-migrate@.service
                                             then systemctl start ossum-migrate@{0..3}.service";

/// Print a file by which Slurm, Kubernetes or systemd carries out a plan
///
/// It starts `run-shard` for each shard, and says what the exit codes mean: 75 is tried again, 42 is not.
/// Credentials and settings are not in it: they are those of the machines on which it runs.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct MigrateRecipeArgs {
    /// What starts programs on machines
    pub(crate) engine: EngineName,

    #[command(flatten)]
    pub(crate) work: WorkArgs,

    /// How many shards are carried out at a time
    #[arg(long, value_name = "N", default_value = "4")]
    pub(crate) workers: NonZeroU32,

    /// Bytes a second, of all workers together, as `run-shard` takes it
    #[arg(long, value_name = "RATE|UP:DOWN|TIMETABLE", value_parser = limit)]
    pub(crate) limit: Option<String>,

    /// Requests a second to OSS, of all workers together
    #[arg(long, value_name = "N")]
    pub(crate) requests_per_second: Option<NonZeroU32>,

    /// Container image that has ossum, for k8s
    #[arg(long, value_name = "IMAGE", default_value = concat!("ossum:", env!("CARGO_PKG_VERSION")))]
    pub(crate) image: String,
}

/// What starts programs on machines, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    /// An array of jobs for sbatch
    Slurm,
    /// An Indexed Job for kubectl
    #[value(alias = "kubernetes")]
    K8s,
    /// A template of a unit, an instance for each worker
    Systemd,
}

impl From<EngineName> for Engine {
    fn from(name: EngineName) -> Self {
        match name {
            EngineName::Slurm => Self::Slurm,
            EngineName::K8s => Self::Kubernetes,
            EngineName::Systemd => Self::Systemd,
        }
    }
}

/// What is typed stays as it is: the workers read it.
fn limit(text: &str) -> Result<String, Invalid> {
    text.parse::<Limit>().map(|_| text.to_owned())
}
