//! What to do about an error, for somebody who writes Rust: the rooms below speak of options of the
//! command line.

use ossum_client::{ErrorKind as ServiceErrorKind, SettingsError};
use ossum_config::Error as ConfigError;

use super::{ErrorKind, Failure};

pub(super) fn hint(failure: &Failure) -> Option<String> {
    match failure {
        Failure::LoneToken => Some("call .access_key(id, secret) as well".to_owned()),
        Failure::Argument(invalid) => of_argument(invalid.what()).map(str::to_owned),
        Failure::Setting(_) => Some("correct it in the builder, or leave it out".to_owned()),
        Failure::Config(error) => of_config(error),
        Failure::Transfer(error) => {
            let service = error.client().and_then(|client| client.service());
            let elsewhere = service.and_then(|service| service.endpoint.as_ref());
            match elsewhere {
                Some(endpoint) => Some(format!("the bucket is elsewhere; use endpoint {endpoint}")),
                None => of_kind(ErrorKind::of(failure)).map(str::to_owned),
            }
        }
        Failure::Thread(_) => Some("run fewer transfers at a time, or raise the limits".to_owned()),
        Failure::Panicked => None,
    }
}

fn of_argument(what: &str) -> Option<&'static str> {
    Some(match what {
        "object URL" | "bucket name" | "object key" => "write oss://bucket/key",
        "part size" | "size" => "write a number of bytes, or a text such as \"8M\"",
        "concurrency" => "leave it out, or give at least 1",
        _ => return None,
    })
}

fn of_config(error: &ConfigError) -> Option<String> {
    let hint = match error {
        ConfigError::NoPlace => {
            "call .region(\"cn-hangzhou\") or .endpoint(..); from the environment they are OSS_REGION and OSS_ENDPOINT"
        }
        ConfigError::NoCredentials { .. } => {
            "call .access_key(id, secret), .credentials_provider(..) or .anonymous(); from the environment they are OSS_ACCESS_KEY_ID and OSS_ACCESS_KEY_SECRET"
        }
        ConfigError::Settings(SettingsError::NoRegion(_)) => {
            "call .region(\"cn-hangzhou\"); from the environment it is OSS_REGION"
        }
        ConfigError::Settings(SettingsError::ClearText(_)) => {
            "use https://; where the network is trusted, .allow_http() sends them all the same"
        }
        ConfigError::Tls(_) | ConfigError::CaFile { .. } => {
            "check that this system has certificates to trust"
        }
        other => return other.hint(),
    };
    Some(hint.to_owned())
}

fn of_kind(kind: ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::Service(kind) => return of_service(kind),
        ErrorKind::Settings => "correct what is named, or leave it out",
        ErrorKind::Credentials => "check where the credentials come from",
        ErrorKind::SourceMissing => "check the path",
        ErrorKind::SourceNotAFile | ErrorKind::TargetNotAFile => "name a file",
        ErrorKind::SourceChanged => {
            "send it again when nothing writes to the file, or use .restart_on_change()"
        }
        ErrorKind::ObjectChanged => "send it again for the new object",
        ErrorKind::Integrity => {
            "send it again; if it happens again, something damages data on its way"
        }
        ErrorKind::Unverifiable => ".allow_unverified() takes it, checked by length only",
        ErrorKind::AlreadyExists => {
            "choose another destination; without .if_exists(IfExists::Fail) it is replaced"
        }
        ErrorKind::Disk => "check the path, and that its file system has room and is well",
        ErrorKind::Layout => {
            "leave out .part_size(..), and a size that suits is chosen; parts of an upload have at least 100 KiB"
        }
        ErrorKind::InUse => "wait for the other transfer to end",
        ErrorKind::Ambiguous => "look at what is there, and send it again if it should be replaced",
        ErrorKind::Checkpoint => "name another checkpoint, or move away what is in its place",
        ErrorKind::Cancelled | ErrorKind::Invalid | ErrorKind::Internal => return None,
    })
}

fn of_service(kind: ServiceErrorKind) -> Option<&'static str> {
    use ServiceErrorKind as Kind;
    Some(match kind {
        Kind::NoSuchKey => "check the key",
        Kind::NoSuchBucket => "check the bucket's name and the region or endpoint",
        Kind::Denied => {
            "check the access key and its secret, and whether their policy and the bucket's allow this"
        }
        Kind::WrongRegion => "check the region, which is written like cn-hangzhou",
        Kind::Archived => "the object has to be restored from the archive before it can be read",
        Kind::InvalidRange => "ask for bytes that the object has",
        Kind::Throttled | Kind::Unavailable => "send it again later",
        Kind::Network | Kind::Timeout => {
            "check the endpoint, and whether a proxy or firewall is in between; then send it again"
        }
        Kind::NotOss => "a proxy or a login page is in between; check it, or the endpoint",
        Kind::Malformed => {
            "check that the endpoint is one of OSS, and that no proxy changes answers"
        }
        Kind::Conflict | Kind::PreconditionFailed | Kind::NoSuchUpload => "send it again",
        Kind::Source => "check that the file can be read",
        _ => return None,
    })
}
