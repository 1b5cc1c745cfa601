use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::failure::Failure;

/// An access key of the local server.
pub(super) struct KeyPair {
    pub(super) id: String,
    pub(super) secret: String,
}

/// Where the operating system gives random bytes that nobody can guess.
const RANDOM: &str = "/dev/urandom";

/// A secret is a line of text; whatever is larger is another file.
const MAX_SECRET_BYTES: u64 = 4096;

impl KeyPair {
    /// A pair that nobody can guess.
    pub(super) fn make() -> Result<Self, Failure> {
        let random = random_bytes().map_err(|source| failure(Path::new(RANDOM), source))?;
        let (id, secret) = random.split_at(8);
        Ok(Self {
            id: format!("LOCAL{}", hex::encode(id)),
            secret: hex::encode(secret),
        })
    }

    /// The pair of `id` and what stands in `file`, without a line break at its end.
    pub(super) fn read(id: &str, file: &Path) -> Result<Self, Failure> {
        let mut secret = String::new();
        let read = File::open(file)
            .and_then(|file| file.take(MAX_SECRET_BYTES).read_to_string(&mut secret));
        read.map_err(|source| failure(file, source))?;
        let secret = secret.trim_end_matches(['\r', '\n']);
        if secret.is_empty() {
            return Err(Failure::usage(
                format!("there is no secret in {}", file.display()),
                "write the secret into it, and nothing else",
            ));
        }
        Ok(Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
        })
    }
}

fn random_bytes() -> io::Result<[u8; 24]> {
    let mut bytes = [0; 24];
    File::open(RANDOM)?.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn failure(path: &Path, source: io::Error) -> Failure {
    Failure::Local {
        action: "read",
        path: path.to_owned(),
        source,
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_pairs_are_the_same_and_debug_shows_no_secret() {
        let (one, other) = (KeyPair::make().unwrap(), KeyPair::make().unwrap());
        assert_ne!(one.id, other.id);
        assert_ne!(one.secret, other.secret);
        assert!(!format!("{one:?}").contains(&one.secret));
    }

    #[test]
    fn a_line_break_at_the_end_of_the_file_is_not_the_secrets() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "hunter2\n").unwrap();
        assert_eq!(KeyPair::read("id", file.path()).unwrap().secret, "hunter2");
        std::fs::write(file.path(), "\n").unwrap();
        assert!(KeyPair::read("id", file.path()).is_err());
    }
}
