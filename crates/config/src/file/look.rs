use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use ossum_types::BucketName;

use super::{ConfigFile, aliyun, ossutil, ours};
use crate::environment::Environment;
use crate::error::{Error, Warning};
use crate::layer::{Layer, Origin};
use crate::state::absolute;

/// Whose file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileKind {
    /// Ours, in TOML.
    Ours,
    /// That of ossutil, version 1 or 2.
    Ossutil,
    /// That of the Alibaba Cloud CLI.
    Aliyun,
}

/// A file that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenFile {
    /// Where.
    pub path: PathBuf,
    /// Whose it would be.
    pub kind: FileKind,
    /// Whether it is there.
    pub state: FileState,
}

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileState {
    /// It was read.
    Read,
    /// It is not there.
    Missing,
    /// It is there, and is no such file or cannot be read.
    Unusable,
}

/// Which profile counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted<'a> {
    /// That of each file which counts by itself.
    Default,
    /// The one of this name, wherever it is.
    Named(&'a str),
}

/// All files.
#[derive(Debug, Default)]
pub(crate) struct Files {
    pub(crate) found: Vec<ConfigFile>,
    pub(crate) seen: Vec<SeenFile>,
    pub(crate) warnings: Vec<Warning>,
    /// Why our file cannot be used, or the one that was named.
    pub(crate) error: Option<Error>,
    /// The same of files of others, which matter only if something is looked for in them.
    pub(crate) errors_of_others: Vec<Error>,
    /// The profile that the variable of the Alibaba Cloud CLI asks for.
    aliyun_profile: Option<String>,
}

/// More than this is no configuration.
const MAX_BYTES: u64 = 1 << 20;

/// Our file: `$XDG_CONFIG_HOME/ossum/config.toml`, otherwise below `~/.config`; `None` where
/// neither variable names a directory.
pub(crate) fn our_path(environment: &Environment) -> Option<PathBuf> {
    let config = absolute(environment, "XDG_CONFIG_HOME").map(Path::to_owned);
    let config = config.or_else(|| Some(absolute(environment, "HOME")?.join(".config")));
    config.map(|config| config.join("ossum/config.toml"))
}

impl Files {
    /// Reads the one file that was named, or all that are usual.
    pub(crate) fn look(named: Option<&Path>, environment: &Environment) -> Result<Self, Error> {
        let mut files = Self::default();
        if let Some(path) = named {
            files.look_at(path, None);
            return Ok(files);
        }
        if let Some(path) = our_path(environment) {
            files.look_at(&path, Some(FileKind::Ours));
        }
        let home = absolute(environment, "HOME");
        if let Some(home) = home {
            files.look_at(&home.join(".ossutilconfig"), Some(FileKind::Ossutil));
        }
        let aliyun = environment.path("ALIBABA_CLOUD_CONFIG_FILE");
        let usual = || Some(home?.join(".aliyun/config.json"));
        if let Some(path) = aliyun.map(Path::to_owned).or_else(usual) {
            files.look_at(&path, Some(FileKind::Aliyun));
        }
        files.aliyun_profile = environment.get("ALIBABA_CLOUD_PROFILE")?.map(str::to_owned);
        Ok(files)
    }

    /// Takes note of the file at `path`; without a `kind` it was named, and has to be there.
    fn look_at(&mut self, path: &Path, kind: Option<FileKind>) {
        let read = read(path);
        let read = match (read, kind) {
            (Err(error), Some(kind)) if is_missing(&error) => {
                return self.note(path, kind, FileState::Missing);
            }
            (Err(source), _) => Err(unreadable(path, source)),
            (Ok(text), kind) => parse(path, &text, kind.unwrap_or_else(|| guess(path, &text))),
        };
        match read {
            Ok(file) => self.take(file),
            Err(error) => {
                self.note(path, kind.unwrap_or(FileKind::Ours), FileState::Unusable);
                match kind {
                    None | Some(FileKind::Ours) => self.error = Some(error),
                    Some(_) => self.errors_of_others.push(error),
                }
            }
        }
    }

    fn take(&mut self, file: ConfigFile) {
        self.note(&file.path, file.kind, FileState::Read);
        if file.has_secret() && is_readable_by_others(&file.path) {
            let path = file.path.clone();
            self.warnings.push(Warning::ReadableByOthers(path));
        }
        self.found.push(file);
    }

    fn note(&mut self, path: &Path, kind: FileKind, state: FileState) {
        self.seen.push(SeenFile {
            path: path.to_owned(),
            kind,
            state,
        });
    }

    /// What the files say, the one that counts first in front: of `bucket`, then of the profile.
    pub(crate) fn layers(
        &self,
        wanted: Wanted<'_>,
        bucket: Option<&BucketName>,
    ) -> Vec<(FileKind, Layer)> {
        let mut layers = Vec::new();
        for file in &self.found {
            let of_bucket = bucket.and_then(|bucket| file.bucket(bucket)).cloned();
            let of_profile = self.profile(file, wanted);
            layers.extend(
                of_bucket
                    .into_iter()
                    .chain(of_profile)
                    .map(|layer| (file.kind, layer)),
            );
        }
        layers
    }

    fn profile(&self, file: &ConfigFile, wanted: Wanted<'_>) -> Option<Layer> {
        let of_variable = self.aliyun_profile.as_deref();
        match wanted {
            Wanted::Named(name) => file.profile(Some(name)),
            Wanted::Default if file.kind == FileKind::Aliyun && of_variable.is_some() => {
                file.profile(of_variable)
            }
            Wanted::Default => file.profile(None),
        }
    }

    /// Finds that some file has the profile `name`, which `origin` asks for.
    pub(crate) fn expect(&self, name: &str, origin: Origin) -> Result<(), Error> {
        if self
            .found
            .iter()
            .any(|file| file.profile(Some(name)).is_some())
        {
            return Ok(());
        }
        let mut known: Vec<_> = self.found.iter().flat_map(ConfigFile::names).collect();
        known.sort_unstable();
        known.dedup();
        Err(Error::NoProfile {
            origin,
            name: name.to_owned(),
            known: known.into_iter().map(str::to_owned).collect(),
        })
    }
}

pub(crate) fn parse(path: &Path, text: &str, kind: FileKind) -> Result<ConfigFile, Error> {
    // Editors on other systems begin with it.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match kind {
        FileKind::Ours => ours::parse(path, text),
        FileKind::Ossutil => ossutil::parse(path, text),
        FileKind::Aliyun => aliyun::parse(path, text),
    }
}

/// Whose a file is that was named, by its name or else by what is in it.
fn guess(path: &Path, text: &str) -> FileKind {
    if path.extension().is_some_and(|end| end == "toml") {
        FileKind::Ours
    } else if text.trim_start().starts_with('{') {
        FileKind::Aliyun
    } else if ours::is_toml(text) {
        FileKind::Ours
    } else {
        FileKind::Ossutil
    }
}

/// The text of a file. A pipe could keep us waiting for ever, and a device never end; what is read
/// as nothing may be named all the same.
fn read(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() && path != Path::new("/dev/null") {
        let message = "it is no regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    let mut text = String::new();
    let mut file = File::open(path)?.take(MAX_BYTES + 1);
    if file.read_to_string(&mut text)? as u64 > MAX_BYTES {
        let message = "it is too large for a configuration file";
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
    }
    Ok(text)
}

/// The error that a file cannot be read, or that nobody can look whether it is there.
fn unreadable(path: &Path, source: io::Error) -> Error {
    match unsearchable(path) {
        Some(directory) => Error::Directory {
            path: directory.to_owned(),
            source,
        },
        None => Error::File {
            path: path.to_owned(),
            source,
        },
    }
}

/// The directory on the way to `path` that keeps us from looking at it.
fn unsearchable(path: &Path) -> Option<&Path> {
    let is_denied = |error: &io::Error| error.kind() == io::ErrorKind::PermissionDenied;
    fs::symlink_metadata(path).err().filter(is_denied)?;
    let mut above = path.ancestors().skip(1);
    above.find(|directory| fs::symlink_metadata(directory).is_ok())
}

fn is_missing(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

fn is_readable_by_others(path: &Path) -> bool {
    const OTHERS: u32 = 0o077;
    fs::metadata(path).is_ok_and(|found| found.permissions().mode() & OTHERS != 0)
}
