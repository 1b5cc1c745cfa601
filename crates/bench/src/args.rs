use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::case::Case;
use crate::tool::Tool;

/// Measures ossum against the floor and its peers, side by side in one run
#[derive(Debug, Parser)]
#[command(name = "ossum-bench")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs cases and prints the table
    Run(RunArguments),
    /// Only the bare server, for a profiler or a tool run by hand; GET /-/counted tells and resets its counts
    Serve(ServeArguments),
}

#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// What to measure; everything, if nothing is named
    #[arg(value_enum)]
    case: Vec<Case>,

    /// Rounds of uploads, and of whatever is compared by its median
    #[arg(long, default_value_t = 5)]
    pub(crate) rounds: usize,

    /// Rounds of downloads, which are compared by their minimum
    #[arg(long, default_value_t = 9)]
    pub(crate) down_rounds: usize,

    /// The peers to run beside the floor and ossum; `none` for none
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "s5cmd,obstore,awscrt,oss2,oss-v2"
    )]
    peers: Vec<String>,

    /// Bytes of an object in the cases that move one; takes K, M and G
    #[arg(long, default_value = "1G", value_parser = size)]
    pub(crate) size: u64,

    /// Where files are written: memory
    #[arg(long, default_value = "/dev/shm")]
    pub(crate) directory: PathBuf,

    /// The ossum to measure, instead of the one that is built here
    #[arg(long)]
    pub(crate) ossum: Option<PathBuf>,

    /// Measures the programs that lie beside this one, as they are
    #[arg(long)]
    pub(crate) no_build: bool,

    /// Where to write every sample, and every row
    #[arg(long)]
    pub(crate) json: Option<PathBuf>,

    /// Where to draw the chart
    #[arg(long)]
    pub(crate) svg: Option<PathBuf>,

    /// Tiny and once, without peers: whether the benchmark itself works
    #[arg(long)]
    pub(crate) smoke: bool,
}

impl RunArguments {
    pub(crate) fn cases(&self) -> Vec<Case> {
        match self.case.as_slice() {
            [] => Case::ALL.to_vec(),
            some => some.to_vec(),
        }
    }

    pub(crate) fn peers(&self) -> anyhow::Result<Vec<Tool>> {
        if self.smoke || self.peers == ["none"] {
            return Ok(Vec::new());
        }
        let peers = self.peers.iter().map(|name| {
            let peer = Tool::PEERS.iter().find(|tool| tool.name() == name);
            peer.copied()
                .ok_or_else(|| anyhow::anyhow!("no such peer: {name}"))
        });
        peers.collect()
    }

    pub(crate) fn rounds(&self) -> usize {
        if self.smoke { 1 } else { self.rounds.max(1) }
    }

    pub(crate) fn down_rounds(&self) -> usize {
        if self.smoke {
            1
        } else {
            self.down_rounds.max(1)
        }
    }

    /// `bytes`, or what is enough to see that it works.
    pub(crate) fn sized(&self, bytes: u64) -> u64 {
        if self.smoke { bytes >> 5 } else { bytes }
    }
}

#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    #[arg(long, default_value = "127.0.0.1:0")]
    pub(crate) listen: String,

    /// Speaks TLS, and writes the authority to trust into this file
    #[arg(long)]
    pub(crate) tls: Option<PathBuf>,

    /// An object that can be downloaded: KEY=SIZE
    #[arg(long = "object", value_parser = object)]
    pub(crate) objects: Vec<(String, u64)>,
}

fn object(text: &str) -> Result<(String, u64), String> {
    let (key, bytes) = text.rsplit_once('=').ok_or("KEY=SIZE")?;
    Ok((key.to_owned(), size(bytes)?))
}

fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(['K', 'M', 'G']);
    let shift = match &text[digits.len()..] {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        _ => return Err("one of K, M and G".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|error| format!("{error}"))?;
    number
        .checked_mul(1 << shift)
        .ok_or_else(|| "too large".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_takes_powers_of_1024() {
        assert_eq!(size("17"), Ok(17));
        assert_eq!(size("100K"), Ok(102_400));
        assert_eq!(size("2G"), Ok(2 << 30));
        assert!(size("1KM").is_err());
        assert!(size("99999999999G").is_err());
    }

    #[test]
    fn the_arguments_are_a_command_line() {
        use clap::CommandFactory;
        Arguments::command().debug_assert();
    }
}
