//! Whom to trust.

use std::path::Path;

use ossum_client::transport::{ExtraRoots, TlsSettings};

use crate::error::Error;
use crate::flags::Flags;

pub(crate) fn find(flags: &Flags) -> Result<TlsSettings, Error> {
    match (&flags.ca, flags.insecure) {
        (_, true) => Ok(TlsSettings::Insecure),
        (None, false) => Ok(TlsSettings::default()),
        (Some(path), false) => read(path).map(TlsSettings::Verify),
    }
}

fn read(path: &Path) -> Result<ExtraRoots, Error> {
    let pem = std::fs::read(path).map_err(|source| Error::CaFile {
        path: path.to_owned(),
        source,
    })?;
    ExtraRoots::from_pem(&pem).map_err(Error::Tls)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_ca(path: &Path) -> Result<TlsSettings, Error> {
        find(&Flags {
            ca: Some(path.to_owned()),
            ..Flags::default()
        })
    }

    #[test]
    fn a_ca_file_that_is_missing_or_has_no_certificate_is_an_error() {
        let missing = with_ca(Path::new("/nowhere/ca.pem"));
        assert!(matches!(missing, Err(Error::CaFile { .. })), "{missing:?}");
        let file = tempfile::NamedTempFile::new().unwrap();
        let empty = with_ca(file.path());
        assert!(matches!(empty, Err(Error::Tls(_))), "{empty:?}");
    }

    #[test]
    fn nothing_is_trusted_blindly_unless_asked() {
        assert!(matches!(
            find(&Flags::default()),
            Ok(TlsSettings::Verify(_))
        ));
        let insecure = Flags {
            insecure: true,
            ..Flags::default()
        };
        assert!(matches!(find(&insecure), Ok(TlsSettings::Insecure)));
    }
}
