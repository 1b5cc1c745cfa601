//! What cargo does not do by itself: `cargo xtask --help`.

mod install_c;
mod reliability;
mod torture;

use std::path::{Path, PathBuf};

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
    /// Writes docs/reliability.md: every kind of fault, and the tests that hold it
    Reliability {
        /// Writes nothing, and fails if the page is not what it would be
        #[arg(long)]
        check: bool,
    },
    /// Breaks all that can break, counts what was survived, and writes the score into docs/reliability.md
    Torture(torture::Options),
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::InstallC { prefix } => install_c::install(&root(), &prefix),
        Task::Reliability { check: true } => reliability::check(&root()),
        Task::Reliability { check: false } => reliability::write(&root()),
        Task::Torture(options) => torture::run(&root(), &options),
    }
}

/// The repository: two levels above this crate.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
