use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use crate::signals::Signal;

/// Why a command did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command makes no sense as it was typed.
    #[error("{message}")]
    Usage { message: String, hint: String },
    /// A setting is missing or wrong.
    #[error(transparent)]
    Config(#[from] ossum_config::Error),
    /// OSS or the network said no.
    #[error(transparent)]
    Client(#[from] ossum_client::Error),
    /// A transfer failed.
    #[error(transparent)]
    Transfer(#[from] ossum_transfer::Error),
    /// Something on this machine failed.
    #[error("{action} {}", .path.display())]
    Local {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// A small file could not be written.
    #[error(transparent)]
    File(#[from] ossum_durable::Error),
    /// Something that has no path failed.
    #[error("{action}")]
    System { action: String, source: io::Error },
    /// The results could not be written to standard output.
    #[error("write to standard output")]
    Output(#[source] io::Error),
    /// What was done to some of many things failed; each was told.
    #[error("{failed} of {total} failed")]
    Some { failed: u64, total: u64 },
    /// The destination is there, and must not be replaced.
    #[error("{0} already exists")]
    Exists(String),
    /// Bytes are not what they should be.
    #[error("{0}")]
    Differs(String),
    /// A signal asked for an end.
    #[error("interrupted by {signal}")]
    Interrupted {
        signal: Signal,
        /// The command that was typed.
        again: String,
        /// Whether parts of an upload are left on the service; a warning has told which.
        leaves_parts: bool,
    },
}

impl Failure {
    /// Says that a command makes no sense, and what would.
    pub(crate) fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: hint.into(),
        }
    }

    /// What to do next, as one sentence without a full stop.
    pub(crate) fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. } => Some(hint.clone()),
            Self::Config(error) => error.hint(),
            Self::Client(error) => client_hint(error),
            Self::Transfer(error) => transfer_hint(error),
            Self::Local { source, .. } | Self::System { source, .. } | Self::Output(source) => {
                Some(local_hint(source).to_owned())
            }
            Self::File(error) => Some(file_hint(error).to_owned()),
            Self::Some { .. } => Some("the same command again tries all of them".to_owned()),
            Self::Exists(_) => Some(ALREADY_EXISTS.to_owned()),
            Self::Differs(_) => Some("run it again; if it happens again, report it".to_owned()),
            Self::Interrupted {
                again,
                leaves_parts: true,
                ..
            } => Some(format!("to begin anew: {again}")),
            Self::Interrupted { again, .. } => {
                Some(format!("nothing half done is left; to begin anew: {again}"))
            }
        }
    }

    /// What OSS or the network said, if it was one of them.
    pub(crate) fn client(&self) -> Option<&ossum_client::Error> {
        match self {
            Self::Client(error) => Some(error),
            Self::Transfer(error) => error.client(),
            _ => None,
        }
    }

    /// The request that OSS said no to.
    pub(crate) fn request_id(&self) -> Option<&str> {
        self.client()?.service()?.request_id.as_deref()
    }

    /// Whether standard output is closed because nobody wants more of it.
    pub(crate) fn is_nobody_listening(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

fn client_hint(error: &ossum_client::Error) -> Option<String> {
    use ossum_client::ErrorKind as Kind;
    error.hint().or_else(|| {
        let hint = match error.kind() {
            Kind::AlreadyExists => ALREADY_EXISTS,
            Kind::InvalidRange => "`ossum stat` shows how large the object is",
            Kind::PreconditionFailed => {
                "the object was replaced meanwhile; run the same command again"
            }
            Kind::Conflict => "look at what is there with `ossum stat`, and run again",
            Kind::Settings => "correct what is named, or leave it out",
            Kind::Source => "check that the file can be read",
            Kind::Network | Kind::Timeout => "run the same command again",
            _ => return None,
        };
        Some(hint.to_owned())
    })
}

const ALREADY_EXISTS: &str =
    "--if-exists overwrite replaces it, --if-exists skip leaves it and succeeds";

fn transfer_hint(error: &ossum_transfer::Error) -> Option<String> {
    use ossum_transfer::ErrorKind as Kind;
    if let Some(client) = error.client() {
        return client_hint(client);
    }
    let hint = match error.kind() {
        Kind::SourceMissing => "check the path",
        Kind::SourceNotAFile => "name a file; one command copies one file",
        Kind::SourceChanged => "run again when nothing writes to the file",
        Kind::ObjectChanged => "run the same command again to get the new object",
        Kind::Integrity => {
            "run the same command again; if it happens again, something damages data on its way"
        }
        Kind::Unverifiable => "--allow-unverified takes it, checked by length only",
        Kind::AlreadyExists => ALREADY_EXISTS,
        Kind::TargetNotAFile => {
            "name a file, or end the destination with / to put it into a directory"
        }
        Kind::Layout => "leave out --part-size, and a size that suits is chosen",
        Kind::InUse => "wait for the other transfer to end",
        Kind::Disk => return Some(disk_hint(error).to_owned()),
        _ => return None,
    };
    Some(hint.to_owned())
}

/// The hint for what the operating system said, somewhere in the chain of causes.
fn disk_hint(error: &dyn StdError) -> &'static str {
    let mut next = error.source();
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return local_hint(io);
        }
        next = cause.source();
    }
    "check the disk, and run the same command again"
}

fn file_hint(error: &ossum_durable::Error) -> &'static str {
    match error {
        ossum_durable::Error::NotAFile { .. } => "name a file",
        other => disk_hint(other),
    }
}

fn local_hint(error: &io::Error) -> &'static str {
    use io::ErrorKind as Kind;
    match error.kind() {
        Kind::NotFound => "check the path; a directory that is missing has to be made first",
        Kind::PermissionDenied => "check who may read and write there",
        Kind::StorageFull | Kind::QuotaExceeded => "make room there, or choose another place",
        Kind::ReadOnlyFilesystem => "choose a place that can be written",
        Kind::NotADirectory => "a part of the path is a file and not a directory; check the path",
        Kind::AddrInUse => "choose another port; port 0 takes a free one",
        Kind::AddrNotAvailable => "choose an address of this machine, such as 127.0.0.1",
        _ => "check the path, and that its file system is well",
    }
}
