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
    /// Nothing says where the service is.
    #[error("neither a region nor an endpoint is given")]
    NoPlace,
    /// The endpoint is not a public one, so there is no other of the same region.
    #[error("the endpoint {endpoint} has no {network} form")]
    NoOtherNetwork {
        /// The endpoint that was given.
        endpoint: Endpoint,
        /// Which form of it was asked for.
        network: &'static str,
    },
    /// There are no credentials.
    #[error("no credentials are given")]
    NoCredentials,
    /// A part of the credentials is there and another is not.
    #[error("{present} is set, but {missing} is not")]
    HalfCredentials {
        /// Where the part that is there was found.
        present: Origin,
        /// What is missing.
        missing: &'static str,
    },
    /// What is given cannot be credentials.
    #[error("these cannot be credentials")]
    BadCredentials(#[source] CredentialsError),
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

/// What a caller may do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting has to be given or changed.
    Settings,
    /// Credentials are missing or wrong.
    Credentials,
}

impl Error {
    /// What has to be changed.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NoCredentials | Self::HalfCredentials { .. } | Self::BadCredentials(_) => {
                ErrorKind::Credentials
            }
            _ => ErrorKind::Settings,
        }
    }

    /// What the user can do about it, as one sentence without a full stop.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Invalid { origin, .. } => format!("correct {origin}, or leave it out"),
            Self::NotText(name) => format!("set {name} anew"),
            Self::NoPlace => "set OSS_REGION or give --region, such as --region cn-hangzhou; \
                or give the service's address with OSS_ENDPOINT or --endpoint"
                .to_owned(),
            Self::NoOtherNetwork { .. } => {
                "give --region in place of the endpoint, or the right endpoint without it"
                    .to_owned()
            }
            Self::NoCredentials => "set OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET (with \
                OSS_SESSION_TOKEN for temporary credentials); --anonymous reads what is public"
                .to_owned(),
            Self::HalfCredentials { missing, .. } => format!("set {missing} as well"),
            Self::BadCredentials(_) => {
                "copy them anew; a line break or blank at an end is a usual mistake".to_owned()
            }
            Self::SecretInFlag(_) => "set it in HTTPS_PROXY or ALL_PROXY".to_owned(),
            Self::CaFile { .. } => "give --ca a readable file of PEM certificates".to_owned(),
            Self::Tls(_) => {
                "give --ca a file of PEM certificates that are to be trusted".to_owned()
            }
            Self::Settings(SettingsError::NoRegion(_)) => {
                "set OSS_REGION or give --region, such as --region cn-hangzhou".to_owned()
            }
            Self::Settings(SettingsError::ClearText(_)) => "use https://; where the network is \
                trusted, --allow-http sends them all the same"
                .to_owned(),
            Self::Settings(_) => return None,
        })
    }
}
