//! What fuzzers feed the readers of configuration with, and what holds whatever they read.

use std::path::Path;

use ossum_client::auth::CredentialsError;

use crate::environment::Environment;
use crate::error::Error;
use crate::file::{ConfigFile, FileKind, parse};
use crate::flags::Flags;
use crate::key::Key;
use crate::layer::{Layer, Layers};
use crate::{provider, resolve, set};

/// Reads a file of the kind that the first byte tells, or credentials as others hand them out.
///
/// # Panics
/// If a setting that was put into our file is not found there.
pub fn config(bytes: &[u8]) {
    let (kind, rest) = bytes.split_first().unwrap_or((&0, bytes));
    let kind = match kind % 4 {
        0 => FileKind::Ours,
        1 => FileKind::Ossutil,
        2 => FileKind::Aliyun,
        _ => {
            let read: Result<_, CredentialsError> = provider::read_credentials(rest);
            return drop(read);
        }
    };
    let Ok(text) = str::from_utf8(rest) else {
        return;
    };
    if let Ok(file) = parse(PATH.as_ref(), text, kind) {
        use_all(&file);
    }
    if kind == FileKind::Ours {
        edit(text);
    }
}

const PATH: &str = "/c.toml";

/// Makes of every profile what a client is told.
fn use_all(file: &ConfigFile) {
    let _ = file.has_secret();
    let names: Vec<_> = file.names().map(str::to_owned).collect();
    let bucket = "bucket"
        .parse()
        .ok()
        .and_then(|bucket| file.bucket(&bucket));
    for name in names.iter().map(|name| Some(name.as_str())).chain([None]) {
        let of_profile = file.profile(name);
        let layers = bucket.cloned().into_iter().chain(of_profile).collect();
        let told = told(layers);
        if let Err(error) = told {
            let _ = (error.to_string(), error.hint());
        }
    }
}

fn told(layers: Vec<Layer>) -> Result<(), Error> {
    let (flags, environment) = (Flags::default(), Environment::default());
    resolve::of_layers(&flags, &environment, &Layers::new(layers), Vec::new()).map(drop)
}

/// Puts a setting into the file, as `ossum config set` does.
fn edit(text: &str) {
    for profile in [None, Some("a b")] {
        let edited = set::edited(PATH.as_ref(), text, profile, Key::Region, "cn-hangzhou");
        let Ok(edited) = edited else { continue };
        // What was there beside it may be none of ours; then it is not written.
        let Ok(file) = parse(Path::new(PATH), &edited, FileKind::Ours) else {
            continue;
        };
        let layer = file.profile(profile).expect("a setting was put into it");
        let region = layer.get(Key::Region).expect("it was put there");
        assert_eq!(region.text, "cn-hangzhou");
    }
}

#[cfg(test)]
mod tests {
    use ossum_testkit::corpus;

    use super::*;

    #[test]
    fn what_fuzzing_kept_of_configurations_is_read_or_refused() {
        for (_, bytes) in corpus("config") {
            config(&bytes);
        }
    }
}
