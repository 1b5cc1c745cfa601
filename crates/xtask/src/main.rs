//! What cargo does not do by itself: `cargo xtask --help`.

mod install_c;

use std::path::PathBuf;

use clap::Parser;

/// What cargo does not do by itself.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Builds the C library, and installs it with its headers and a pkg-config file
    InstallC {
        /// Where to: below it are lib, include/ossum and lib/pkgconfig
        #[arg(long, value_name = "DIR", default_value = "/usr/local")]
        prefix: PathBuf,
    },
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::InstallC { prefix } => install_c::install(&prefix),
    }
}
