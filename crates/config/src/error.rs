mod hint;

use std::io;
use std::path::PathBuf;

use ossum_client::SettingsError;
use ossum_client::auth::CredentialsError;
use ossum_client::transport::TransportError;
use ossum_types::{Endpoint, Invalid};

use crate::layer::Origin;

/// Settings that are missing, wrong or contradict each other. No message holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting is not what it should be.
    #[error("{origin}: {reason}")]
    Invalid {
        /// Where it was found.
        origin: Origin,
        /// What is wrong with it.
        reason: Invalid,
    },
    /// An environment variable is not valid UTF-8.
    #[error("the environment variable {0} is not valid UTF-8")]
    NotText(&'static str),
    /// A configuration file cannot be read.
    #[error("read the configuration file {}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A directory on the way to a configuration file cannot be looked into.
    #[error("look for a configuration file in {}", .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// A configuration file is not written as it should be.
    #[error("{}{}: {reason}", .path.display(), at_line(*line))]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: Option<usize>,
        /// What is wrong with it.
        reason: String,
    },
    /// Our configuration file has a setting that there is not, or not there.
    #[error("{origin}: there is no setting {key}")]
    UnknownKey {
        /// Where it stands.
        origin: Origin,
        /// Its name.
        key: String,
        /// The setting that may be meant.
        nearest: Option<&'static str>,
    },
    /// A setting in our configuration file is neither a text nor a whole number.
    #[error("{origin}: {key} is neither a text nor a whole number")]
    NoText {
        /// Where it stands.
        origin: Origin,
        /// Its name.
        key: &'static str,
    },
    /// No file has the profile that was asked for.
    #[error("{origin}: there is no profile {name:?}")]
    NoProfile {
        /// Who asks for it.
        origin: Origin,
        /// Its name.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// Profiles take their credentials from each other, and none has any.
    #[error("{0}: the profiles lead back to where they began")]
    Circle(Origin),
    /// Credentials come from a place that is not to be asked.
    #[error("{origin} wants the role of this ECS instance, and {forbidden} forbids to ask for it")]
    Forbidden {
        /// Who wants it.
        origin: Origin,
        /// Who forbids it.
        forbidden: Origin,
    },
    /// Our configuration file cannot be written.
    #[error("write the configuration file {}", .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        source: ossum_durable::Error,
    },
    /// There is no place for our configuration file.
    #[error("neither XDG_CONFIG_HOME nor HOME names a directory for the configuration file")]
    NoHome,
    /// Nothing says where the service is.
    #[error("neither a region nor an endpoint is given")]
    NoPlace,
    /// The endpoint is not a public one, so there is no other of the same region.
    #[error("the endpoint {endpoint} has no {network} form")]
    NoOtherNetwork {
        /// The endpoint that was given.
        endpoint: Box<Endpoint>,
        /// Which form of it was asked for.
        network: &'static str,
    },
    /// There are no credentials.
    #[error("no credentials are given")]
    NoCredentials {
        /// Where other tools would find some.
        passed_over: Option<PassedOver>,
    },
    /// A part of the credentials is there and another is not.
    #[error("{}", half(present, missing))]
    HalfCredentials {
        /// Where the part that is there was found.
        present: Origin,
        /// What is missing.
        missing: &'static str,
    },
    /// What is given cannot be credentials.
    #[error("these cannot be credentials")]
    BadCredentials(#[source] CredentialsError),
    /// STS would be asked in the clear.
    #[error(transparent)]
    Sts(Invalid),
    /// A flag would show a password to everybody on this machine.
    #[error("{0}: a password does not belong on a command line")]
    SecretInFlag(Origin),
    /// The file of trusted certificates cannot be read.
    #[error("read the CA file {}", .path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// TLS cannot be set up.
    #[error("set up TLS")]
    Tls(#[source] TransportError),
    /// The settings contradict each other.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

/// Credentials of other tools that are not read here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PassedOver {
    /// `ALIBABA_CLOUD_ACCESS_KEY_ID` and those beside it.
    Variables,
    /// `~/.alibabacloud/credentials.ini`, or without its ending.
    File(PathBuf),
}

fn half(present: &Origin, missing: &str) -> String {
    match present {
        Origin::File { .. } => format!("{present}: {missing} is missing"),
        _ => format!("{present} is set, but {missing} is not"),
    }
}

fn at_line(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(" line {line}"))
}

/// Whether what is there cannot be read, and not whether the right thing is named.
fn is_of_disk(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    !matches!(
        error.kind(),
        Kind::NotFound
            | Kind::NotADirectory
            | Kind::InvalidData
            | Kind::InvalidInput
            | Kind::FileTooLarge
    )
}

/// Something that works, and should be looked at all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Warning {
    /// A file with a secret can be read by others on this machine.
    #[error("{} holds a secret and can be read by others; run: chmod 600 {}", .0.display(), .0.display())]
    ReadableByOthers(PathBuf),
    /// A file of another tool was passed over; what it could have said was found elsewhere.
    #[error("passed over: {0}")]
    PassedOver(String),
}

/// What a caller may do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting has to be given or changed.
    Settings,
    /// Credentials are missing or wrong.
    Credentials,
    /// A file is there and cannot be read.
    Disk,
}

impl Error {
    /// What has to be changed.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoCredentials { .. }
            | Self::HalfCredentials { .. }
            | Self::BadCredentials(_)
            | Self::Circle(_)
            | Self::Forbidden { .. } => ErrorKind::Credentials,
            Self::File { source, .. }
            | Self::Directory { source, .. }
            | Self::CaFile { source, .. }
                if is_of_disk(source) =>
            {
                ErrorKind::Disk
            }
            _ => ErrorKind::Settings,
        }
    }
}
