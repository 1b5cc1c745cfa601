//! Whether a failure is one object's or everybody's.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::sync::{Mutex, PoisonError};

use ossum_client::ErrorKind as Client;
use ossum_transfer::ErrorKind as Transfer;

use crate::error::Error;

/// Why one after the other fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Access is denied.
    Denied,
    /// The network, or OSS, is not to be had.
    Network,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Denied => "access is denied",
            Self::Network => "OSS cannot be reached, or does not answer as it should",
        })
    }
}

/// Whom a failure concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Concerns {
    /// This object.
    One,
    /// This object, or all of them.
    Perhaps(Trouble),
    /// All of them.
    All,
}

/// So many failures of a kind in a row are everybody's.
const IN_A_ROW: u64 = 8;

/// What went wrong lately.
#[derive(Debug, Default)]
pub(crate) struct Troubles(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    row: Option<(Trouble, u64)>,
    /// Whether anything but that row happened.
    anything_else: bool,
}

impl Troubles {
    /// Something went well.
    pub(crate) fn good(&self) {
        self.note(None);
    }

    /// Something failed; tells whether the run should end.
    pub(crate) fn bad(&self, concerns: Concerns) -> bool {
        match concerns {
            Concerns::All => true,
            Concerns::One => self.note(None) >= IN_A_ROW,
            Concerns::Perhaps(trouble) => self.note(Some(trouble)) >= IN_A_ROW,
        }
    }

    /// What all that was tried failed with, if it was one thing.
    pub(crate) fn only(&self) -> Option<Error> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (trouble, failed) = state.row.filter(|_| !state.anything_else)?;
        Some(Error::AllAlike { failed, trouble })
    }

    /// What the last ones failed with.
    pub(crate) fn in_a_row(&self) -> Option<Error> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (trouble, failed) = state.row?;
        Some(Error::AllAlike { failed, trouble })
    }

    fn note(&self, trouble: Option<Trouble>) -> u64 {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.row = match (state.row, trouble) {
            (Some((before, count)), Some(now)) if before == now => Some((now, count + 1)),
            (before, now) => {
                state.anything_else |= before.is_some() || now.is_none();
                now.map(|now| (now, 1))
            }
        };
        state.row.map_or(0, |(_, count)| count)
    }
}

/// Whom `error`, which one item ended with, concerns.
pub(crate) fn concerns(error: &Error) -> Concerns {
    match error {
        Error::Transfer(error) => of_transfer(error),
        Error::Client(error) => of_client(error.kind()),
        error if is_disk_full(error) => Concerns::All,
        _ => Concerns::One,
    }
}

fn of_transfer(error: &ossum_transfer::Error) -> Concerns {
    match error.kind() {
        Transfer::Service(kind) => of_client(kind),
        Transfer::Disk if is_disk_full(error) => Concerns::All,
        _ => Concerns::One,
    }
}

fn of_client(kind: Client) -> Concerns {
    match kind {
        Client::Credentials
        | Client::WrongRegion
        | Client::NoSuchBucket
        | Client::Settings
        | Client::NoSocket => Concerns::All,
        Client::Denied => Concerns::Perhaps(Trouble::Denied),
        Client::Network
        | Client::Timeout
        | Client::Unavailable
        | Client::Throttled
        | Client::NotOss
        | Client::Malformed => Concerns::Perhaps(Trouble::Network),
        _ => Concerns::One,
    }
}

/// Whether the disk takes no more of anything, or the process may open no more files.
fn is_disk_full(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(ossum_durable::Error::NoSpace { .. }) = error.downcast_ref() {
            return true;
        }
        if let Some(error) = error.downcast_ref::<io::Error>()
            && is_of_all(error)
        {
            return true;
        }
        next = error.source();
    }
    false
}

fn is_of_all(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    const TOO_MANY_OPEN: [i32; 2] = [24, 23];
    matches!(
        error.kind(),
        Kind::StorageFull | Kind::QuotaExceeded | Kind::ReadOnlyFilesystem
    ) || error
        .raw_os_error()
        .is_some_and(|code| TOO_MANY_OPEN.contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DENIED: Concerns = Concerns::Perhaps(Trouble::Denied);
    const NETWORK: Concerns = Concerns::Perhaps(Trouble::Network);

    #[test]
    fn failures_of_a_kind_in_a_row_end_the_run() {
        let troubles = Troubles::default();
        for _ in 1..IN_A_ROW {
            assert!(!troubles.bad(DENIED));
        }
        assert!(troubles.bad(DENIED));
    }

    #[test]
    fn what_goes_well_or_fails_otherwise_ends_the_row() {
        let troubles = Troubles::default();
        for _ in 0..IN_A_ROW {
            assert!(!troubles.bad(DENIED));
            troubles.good();
            assert!(!troubles.bad(NETWORK));
            assert!(!troubles.bad(Concerns::One));
        }
        assert!(troubles.only().is_none());
    }

    #[test]
    fn what_all_failed_with_is_told() {
        let only = |all: &[Concerns]| {
            let troubles = Troubles::default();
            for concerns in all {
                troubles.bad(*concerns);
            }
            troubles.only().is_some()
        };
        assert!(only(&[DENIED, DENIED]));
        assert!(!only(&[]));
        assert!(!only(&[DENIED, NETWORK]));
        assert!(!only(&[Concerns::One, DENIED]));
        assert!(!only(&[Concerns::One]));
    }

    #[test]
    fn a_full_disk_is_everybodys() {
        let full = io::Error::from_raw_os_error(28);
        let error = Error::local("write", std::path::Path::new("f"))(full);
        assert_eq!(concerns(&error), Concerns::All);
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = Error::local("open", std::path::Path::new("f"))(denied);
        assert_eq!(concerns(&error), Concerns::One);
    }
}
