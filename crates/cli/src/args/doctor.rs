use ossum_types::ByteSize;

const EXAMPLES: &str = "\
Examples:
  ossum doctor                               configuration, network, clock, this machine
  ossum doctor oss://bucket                  what may be done there too, and how fast
  ossum doctor 8eb3e78f                      why this unfinished transfer stopped";

/// Find out what is wrong, and what to do about it
///
/// With a bucket it stores, reads and deletes an object `.ossum-doctor-...` there, and begins and
/// aborts an upload of it. The exit code is that of the first check that failed.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct DoctorArgs {
    /// oss://bucket, the ID of an unfinished transfer (`ossum jobs ls`), or both
    #[arg(value_name = "BUCKET|JOB", num_args = 0..=2)]
    pub(crate) what: Vec<String>,

    /// How much is sent and fetched to see how fast that is; at most 256M
    #[arg(long, value_name = "SIZE", default_value = "8M")]
    pub(crate) probe_size: ByteSize,
}
