use ossum_client::ErrorKind as ClientErrorKind;

use crate::error::{Error, ErrorKind};

/// What is tried, once each, when an upload fails in a way that the service explains.
#[derive(Debug, Default)]
pub(crate) struct Remedies(Vec<Remedy>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The upload is gone: another one.
    NewUpload,
    /// A part is not as it should be: looking again at what is there.
    LookAgain,
}

impl Remedy {
    pub(crate) fn announcement(self) -> &'static str {
        match self {
            Self::NewUpload => "it begins anew",
            Self::LookAgain => "looking again at the parts there are",
        }
    }
}

impl Remedies {
    pub(crate) fn of(&mut self, error: &Error) -> Option<Remedy> {
        let service = error.client().and_then(ossum_client::Error::service);
        let code = service.and_then(|service| service.code.as_deref());
        let remedy = match (error.kind(), code) {
            (ErrorKind::Service(ClientErrorKind::NoSuchUpload), _) => Remedy::NewUpload,
            (_, Some("InvalidPart" | "InvalidPartOrder")) => Remedy::LookAgain,
            _ if error.is_damage() => Remedy::LookAgain,
            _ => return None,
        };
        if self.0.contains(&remedy) {
            return None;
        }
        self.0.push(remedy);
        Some(remedy)
    }
}
