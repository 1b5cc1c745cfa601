use ossum_types::VersionId;

use super::Place;

const EXAMPLES: &str = "\
Examples:
  ossum hash big.iso                         its CRC-64, as OSS keeps it of objects
  ossum hash big.iso oss://bucket/big.iso    whether they are equal, without a download
  ossum hash oss://a/x oss://b/x             the same of two objects
  ossum hash --sha256 *.iso                  CRC-64 and SHA-256 of several files";

/// Show checksums of files and objects; of exactly two, tell whether they are equal
///
/// OSS keeps the CRC-64 of every object, so nothing of one is downloaded. It is read through, but
/// not kept, for --sha256, for --md5 unless its ETag is the MD5, and where it is so old that OSS
/// has no CRC-64 of it.
///
/// Two that are equal by size and CRC-64 (and by what else is asked for) end with exit code 0, two
/// that differ with 6. One alone, more than two, and any number with --each are shown, a line a
/// checksum.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub(crate) struct HashArgs {
    /// Files, - for standard input, or oss://bucket/key
    #[arg(required = true, value_name = "FILE|URL", value_parser = Place::parser())]
    pub(crate) operands: Vec<Place>,

    /// MD5 as well
    #[arg(long)]
    pub(crate) md5: bool,

    /// SHA-256 as well
    #[arg(long)]
    pub(crate) sha256: bool,

    /// Show the checksums of two as well, and compare nothing
    #[arg(short, long)]
    pub(crate) each: bool,

    /// This version of the object, where one of the operands is one
    #[arg(long, value_name = "ID")]
    pub(crate) version_id: Option<VersionId>,
}
